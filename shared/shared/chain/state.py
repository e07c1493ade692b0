"""How a chain stands: its head, how far it reaches, what waits."""

from dataclasses import dataclass
from datetime import datetime

from shared.chain.blocks import LAST_BLOCK
from shared.chain.tables import Chain
from shared.storage import Work

__all__ = ["ChainState", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """The state of a chain. `head` is the hash of its last block in hex, empty before the first.

    Rows up to number `sealed_upto` are sealed; `waiting_since` is when the oldest unsealed row was written.
    """

    chain: str
    blocks: int
    head: str
    digest: str | None
    sealed_upto: int
    sealed_at: datetime | None
    last_number: int
    waiting_since: datetime | None


async def standing(work: Work, chain: Chain) -> ChainState:
    """Return how a chain stands now."""
    row = await work.fetch_one(LAST_BLOCK, chain=chain.name)
    upto = 0 if row is None else row["last"]
    waiting = await work.fetch_one(chain.waiting_query, after=upto)
    newest = await work.fetch_one(chain.last_query)
    return ChainState(
        chain=chain.name,
        blocks=0 if row is None else row["number"],
        head="" if row is None else row["hash"].hex(),
        digest=None if row is None else row["digest"],
        sealed_upto=upto,
        sealed_at=None if row is None else row["sealed_at"],
        last_number=0 if newest is None else newest[0],
        waiting_since=None if waiting is None else waiting["moment"],
    )
