"""A leaf: one kind of grievance, who leads on it, and how long it may take (5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.kernel import NotFound

__all__ = ["Danger", "Leaf", "LeafUnknown", "RejectionReasonUnknown"]


class Danger(StrEnum):
    """Whether life or limb may be at stake."""

    NONE = "none"
    POSSIBLE = "possible"
    HIGH = "high"


class LeafUnknown(NotFound):
    """There is no such leaf."""

    zh = "没有分类“{code}”，请从 /api/dispute-mediation/leaves 的 44 个分类中选择。"
    en = "There is no leaf '{code}'. Choose one of the 44 at /api/dispute-mediation/leaves."


class RejectionReasonUnknown(NotFound):
    """There is no such reason to refuse a grievance."""

    zh = "没有不予受理理由“{code}”，请从 /api/dispute-mediation/rejection-reasons 中选择。"
    en = "There is no rejection reason '{code}'. Choose one at /api/dispute-mediation/rejection-reasons."


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A row of the taxonomy.

    `lead` and `assist` are kinds of units, `parties` those who are heard; `limit` is for the first result,
    `first_limit` for the first answer; their units are `wd`, `day` or `hour`. `credit_items` are codes of
    credit-rating's rule table that such a grievance may lead to.
    """

    code: str
    name_zh: str
    name_en: str
    lead: str
    assist: Sequence[str]
    parties: Sequence[str]
    limit: int
    limit_unit: str
    first_limit: int | None
    first_unit: str | None
    mediable: bool
    danger: Danger
    credit_items: Sequence[str]
    law_refs: Sequence[str]
