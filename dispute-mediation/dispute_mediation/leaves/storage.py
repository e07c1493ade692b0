"""Leaves and reasons in the database; seeded, never changed by a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select

from dispute_mediation.leaves.domain import Danger, Leaf, LeafUnknown, RejectionReasonUnknown
from dispute_mediation.tables import leaves, rejection_reasons
from shared.storage import Query, Row, Work

__all__ = ["all_leaves", "all_reasons", "find_leaf", "leaf_of", "require_reason"]

# Both lists are seeded; they would have to grow many times over to be cut.
MOST_LEAVES: Final = 500
MOST_REASONS: Final = 100
# How long a process may go on by the old taxonomy after a new one was seeded.
_KEPT_FOR: Final = timedelta(seconds=30)
_PLACE: Final = "dispute_mediation.leaves"

_LEAVES: Final = Query(select(leaves).order_by(leaves.c.code).limit(MOST_LEAVES))
_REASON: Final = Query(select(rejection_reasons).where(rejection_reasons.c.code == bindparam("code")))
_REASONS: Final = Query(select(rejection_reasons).order_by(rejection_reasons.c.code).limit(MOST_REASONS))


@dataclass(frozen=True, slots=True)
class _Kept:
    leaves: Mapping[str, Leaf]
    read_at: datetime


async def leaf_of(work: Work, code: str) -> Leaf:
    """Return a leaf; raise LeafUnknown."""
    leaf = await find_leaf(work, code)
    if leaf is None:
        raise LeafUnknown(code=code)
    return leaf


async def find_leaf(work: Work, code: str) -> Leaf | None:
    """Return a leaf, if there is one of this code."""
    kept = work.memory.get(_PLACE)
    if not isinstance(kept, _Kept) or not kept.read_at <= work.now < kept.read_at + _KEPT_FOR:
        kept = _Kept(leaves={leaf.code: leaf for leaf in await all_leaves(work)}, read_at=work.now)
        work.memory[_PLACE] = kept
    return kept.leaves.get(code)


async def all_leaves(work: Work) -> list[Leaf]:
    """Return the taxonomy, ordered by code."""
    return [_leaf(row) for row in await work.fetch_all(_LEAVES)]


async def require_reason(work: Work, code: str) -> None:
    """Refuse a reason that is not on the list; raise RejectionReasonUnknown."""
    if await work.fetch_one(_REASON, code=code) is None:
        raise RejectionReasonUnknown(code=code)


async def all_reasons(work: Work) -> list[Row]:
    """Return the reasons for which a grievance may be refused (MD-12)."""
    return await work.fetch_all(_REASONS)


def _leaf(row: Row) -> Leaf:
    return Leaf(**{**dict(row), "danger": Danger(row["danger"])})
