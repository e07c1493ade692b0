"""The sealer of this process, made once from its settings."""

from functools import cache

from shared.privacy.ciphers import Algorithm
from shared.privacy.sealing import Sealer
from shared.settings import SecretSettings, load

__all__ = ["platform_sealer"]


@cache
def platform_sealer() -> Sealer:
    """Return the sealer with the keys of the environment. Raises SettingsRefused for unusable ones."""
    secrets = load(SecretSettings)
    ring = secrets.seal_key_ring()
    index_key = secrets.blind_index_key.get_secret_value().encode()
    return Sealer(
        keys=ring,
        current=next(iter(ring)),
        index_key=index_key,
        algorithm=Algorithm(secrets.seal_algorithm),
    )
