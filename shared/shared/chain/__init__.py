"""Hash chains over append-only tables: sealed in the background, walked by whoever doubts."""

from shared.chain.blocks import DIGESTS, Block, Digest
from shared.chain.finality import Finality
from shared.chain.sealer import ROUND_SECONDS, ChainSettings, Sealer, SealerMetrics
from shared.chain.state import ChainState, standing
from shared.chain.tables import JOURNAL_CHAIN, Chain, Part, UnreadableForm
from shared.chain.verifying import Fault, Finding, Verified, Verifier, unsealed

__all__ = [
    "DIGESTS",
    "JOURNAL_CHAIN",
    "ROUND_SECONDS",
    "Block",
    "Chain",
    "ChainSettings",
    "ChainState",
    "Digest",
    "Fault",
    "Finality",
    "Finding",
    "Part",
    "Sealer",
    "SealerMetrics",
    "UnreadableForm",
    "Verified",
    "Verifier",
    "standing",
    "unsealed",
]
