"""The operators of an estate for screens."""

from datetime import date
from typing import Final, Self
from uuid import UUID

from sqlalchemy import bindparam, select

from estate_registry.estates.domain import OperatorKind
from estate_registry.estates.storage import load_estate
from estate_registry.operators.domain import Assigned
from estate_registry.operators.storage import spell_of
from estate_registry.tables import operator_assignments
from estate_registry.timelines.domain import Spell
from shared.storage import Query, Row, Work
from shared.web import Page, PageRequest, View

__all__ = ["AssignmentView", "operators_of"]

_rows = operator_assignments.c
_LIST: Final = Query(
    select(operator_assignments)
    .where(_rows.estate_id == bindparam("of_estate"), _rows.starts_on > bindparam("after"))
    .order_by(_rows.starts_on)
    .limit(bindparam("limit"))
)


class AssignmentView(View):
    """An operator and the days it answers for an estate, `end` not in; null is until further notice."""

    id: UUID
    kind: OperatorKind
    org: str | None
    custodian: str | None
    contract_id: UUID | None
    start: date
    end: date | None
    reason: str

    @classmethod
    def of(cls, spell: Spell[Assigned]) -> Self:
        """Return the view of one assignment."""
        operator = spell.value.operator
        return cls(
            id=spell.id,
            kind=operator.kind,
            org=operator.org,
            custodian=operator.custodian,
            contract_id=operator.contract_id,
            start=spell.period.start,
            end=spell.period.end,
            reason=spell.value.reason,
        )


async def operators_of(work: Work, *, estate_id: UUID, paging: PageRequest) -> Page[AssignmentView]:
    """Return the operators of an estate from the first day on; raise EstateNotFound."""
    await load_estate(work, estate_id=estate_id)
    after = paging.after()
    since = date.fromisoformat(after[0]) if after else date.min
    rows = await work.fetch_all(_LIST, of_estate=estate_id, after=since, limit=paging.limit + 1)
    return paging.page(rows, view=_view, order=lambda row: (row["starts_on"],))


def _view(row: Row) -> AssignmentView:
    return AssignmentView.of(spell_of(row))
