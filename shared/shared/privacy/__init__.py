"""Personal data: sealed columns, blind index, and the log of clear views. Masks are in `shared.kernel`."""

from shared.privacy.ciphers import Algorithm, SealBrokenError
from shared.privacy.clear_views import NoReason, record_clear_view
from shared.privacy.keys import platform_sealer
from shared.privacy.sealed_columns import SealedColumn, reseal
from shared.privacy.sealing import Sealer

__all__ = [
    "Algorithm",
    "NoReason",
    "SealBrokenError",
    "SealedColumn",
    "Sealer",
    "platform_sealer",
    "record_clear_view",
    "reseal",
]
