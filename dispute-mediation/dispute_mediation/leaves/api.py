"""The taxonomy and the reasons of refusal, for whoever fills in a form."""

from typing import Annotated

from pydantic import Field

from dispute_mediation.leaves.storage import MOST_LEAVES, MOST_REASONS, all_leaves, all_reasons
from shared.identity import Permission
from shared.web import CurrentWork, Router, View, needs

__all__ = ["router"]

router = Router(
    tags=["leaves"],
    about="投诉分类与不予受理的理由。/ Categories of complaints, and reasons for not accepting one.",
)


class LeafView(View):
    """A kind of grievance: who leads, who helps, and how long it may take (`wd`, `day`, `hour`)."""

    code: str
    name_zh: str
    name_en: str
    lead: str
    assist: list[str]
    parties: list[str]
    limit: int
    limit_unit: str
    first_limit: int | None
    first_unit: str | None
    mediable: bool
    danger: str
    credit_items: list[str]
    law_refs: list[str]


class ReasonView(View):
    """A reason for which a grievance may be refused."""

    code: str
    name_zh: str
    name_en: str
    source: str


@router.get("/leaves", operation_id="list_leaves", summary="列出投诉分类")
@needs(Permission.RULES_READ)
async def list_leaves(work: CurrentWork) -> Annotated[list[LeafView], Field(max_length=MOST_LEAVES)]:
    """Return the 44 leaves of the taxonomy (5.1), ordered by code."""
    return [LeafView.model_validate(leaf) for leaf in await all_leaves(work)]


@router.get("/rejection-reasons", operation_id="list_rejection_reasons", summary="列出不予受理的事由")
@needs(Permission.RULES_READ)
async def list_reasons(work: CurrentWork) -> Annotated[list[ReasonView], Field(max_length=MOST_REASONS)]:
    """Return the reasons for which a grievance may be refused (MD-12)."""
    return [ReasonView.model_validate(dict(row)) for row in await all_reasons(work)]
