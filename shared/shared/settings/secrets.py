"""The keys the platform signs, seals and logs in with."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, SecretStr

from shared.settings.reading import DevelopmentDefault, Settings, refuse

__all__ = ["LoginSettings", "SecretSettings"]

SEAL_KEY_BYTES: Final = 32
LEAST_SECRET_LENGTH: Final = 32


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < LEAST_SECRET_LENGTH:
        refuse(
            zh=f"至少 {LEAST_SECRET_LENGTH} 个字符；可用 openssl rand -hex 32 生成",
            en=f"at least {LEAST_SECRET_LENGTH} characters; `openssl rand -hex 32` makes one",
        )
    return secret


def _ring(text: str) -> Mapping[str, bytes]:
    """Read `id:base64,id:base64`; raise ValueError where an id repeats or a key has not 32 bytes."""
    pairs = [entry.strip().partition(":") for entry in text.split(",")]
    ring = {name: base64.b64decode(key, validate=True) for name, _, key in pairs if name}
    if len(ring) != len(pairs) or any(len(key) != SEAL_KEY_BYTES for key in ring.values()):
        message = "Not a ring of keys."
        raise ValueError(message)
    return ring


def _readable_ring(secret: SecretStr) -> SecretStr:
    try:
        _ring(secret.get_secret_value())
    except (ValueError, binascii.Error):
        refuse(
            zh="格式为“编号:密钥,编号:密钥”，密钥为 32 字节的 base64，第一个用于加密",
            en="write id:key,id:key with keys of 32 bytes in base64; the first one seals",
        )
    return secret


_MAKE_ONE: Final = DevelopmentDefault(
    "生产环境不得使用开发默认值；可用 openssl rand -hex 32 生成",
    "the development default is refused in production; make one with `openssl rand -hex 32`",
)
_MAKE_RING: Final = DevelopmentDefault(
    "生产环境不得使用开发默认值；填写 编号:$(openssl rand -base64 32)",
    "the development default is refused in production; set id:$(openssl rand -base64 32)",
)
Secret = Annotated[SecretStr, AfterValidator(_long_enough), _MAKE_ONE]
KeyRing = Annotated[SecretStr, AfterValidator(_readable_ring), _MAKE_RING]


class SecretSettings(Settings):
    """One key for each purpose, so that none can be used for another.

    `seal_keys` is a ring `id:key,id:key` for rotation; `seal_algorithm` seals from now on, both open.
    """

    cursor_key: Secret = SecretStr("development-only-cursor-key-0000000000")
    blind_index_key: Secret = SecretStr("development-only-blind-index-key-00000")
    seal_keys: KeyRing = SecretStr("dev:" + base64.b64encode(b"development-only-seal-key-000000").decode())
    seal_algorithm: Literal["aes256gcm", "sm4gcm"] = "aes256gcm"

    def seal_key_ring(self) -> Mapping[str, bytes]:
        """Return the sealing keys of 32 bytes by their id; the first seals, the others still open."""
        return _ring(self.seal_keys.get_secret_value())


class LoginSettings(Settings):
    """The key from which the passwords of all login roles follow; only who migrates holds it."""

    login_key: Secret = SecretStr("development-only-login-key-00000000000")

    def login_password(self, schema: str) -> str:
        """Return the password of a service's login role."""
        key = self.login_key.get_secret_value()
        return hmac.new(key.encode(), schema.encode(), hashlib.sha256).hexdigest()
