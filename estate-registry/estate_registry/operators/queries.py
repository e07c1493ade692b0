"""The operators of an estate for screens."""

from collections.abc import Mapping
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
from shared.storage import Listing, Orders, Row, Work, equal, holding_on
from shared.web import Page, PageRequest, View

__all__ = ["ASSIGNMENT_ORDERS", "AssignmentView", "operators_of"]

_rows = operator_assignments.c
_LIST: Final = Listing(
    select(operator_assignments).where(_rows.estate_id == bindparam("of_estate")),
    orders=Orders("start", start=(_rows.starts_on, _rows.id)),
    filters={
        "kind": equal(_rows.kind, "kind"),
        "org": equal(_rows.org, "org"),
        "on": holding_on(_rows.starts_on, _rows.ends_on),
    },
)
ASSIGNMENT_ORDERS: Final = _LIST.orders


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


async def operators_of(
    work: Work, *, estate_id: UUID, filters: Mapping[str, object], paging: PageRequest
) -> Page[AssignmentView]:
    """Return the operators of an estate by their first day; raise EstateNotFound.

    Filters: kind, org, on (the one that answers on that day).
    """
    await load_estate(work, estate_id=estate_id)
    return await paging.read(work, _LIST, view=_view, filters=filters, of_estate=estate_id)


def _view(row: Row) -> AssignmentView:
    return AssignmentView.of(spell_of(row))
