"""Settings of the server for each use of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

__all__ = ["ONE_BOX", "TEST", "Profile"]

_ALWAYS: Final = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
    "jit": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Server settings by name; `durable` says whether the data must survive a fall of the machine."""

    durable: bool
    settings: Mapping[str, str] = field(default_factory=dict)

    def with_settings(self, changes: Mapping[str, str]) -> Mapping[str, str]:
        """Return all settings, the given ones taking the place of the profile's."""
        return MappingProxyType({**_ALWAYS, **self.settings, **changes})


ONE_BOX: Final = Profile(durable=True, settings={"fsync": "on"})
TEST: Final = Profile(
    durable=False,
    settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
)
