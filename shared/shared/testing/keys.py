"""How a test changes the sealing keys."""

from typing import Protocol

from shared.privacy import Algorithm

__all__ = ["UseSealKeys"]


class UseSealKeys(Protocol):
    """Changes the ring of sealing keys and the algorithm until the test ends."""

    def __call__(self, ring: str, algorithm: Algorithm = Algorithm.AES_256_GCM) -> None:
        """Take a ring as `GONGZHI_SEAL_KEYS` has it; its first key seals from now on."""
