"""What a company's score is made from, as the database holds it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, bindparam, or_, select

from credit_rating.companies.storage import near
from credit_rating.projects.domain import Assignment, first_score_day
from credit_rating.projects.storage import assignments_of
from credit_rating.schemes.domain import Scheme
from credit_rating.scores.domain import Item, Score, next_change, score, stand
from credit_rating.tables import credit_items, scheme_items, scheme_values
from shared.kernel import add_months
from shared.storage import Query, Row, Work

__all__ = ["Matter", "read_matter"]

# More than any company has counting at once; a bound, not a page.
MAX_ITEMS: Final = 10_000

_c = credit_items.c
_TO_SCORE: Final = Query(
    select(
        _c.id,
        _c.code,
        _c.variant,
        _c.kind,
        _c.severity,
        _c.counted_tenths,
        _c.valid_from,
        _c.valid_to,
        scheme_items.c.scheme,
        scheme_items.c.year_cap_tenths,
        scheme_items.c.name_zh,
        scheme_items.c.name_en,
        scheme_items.c.basis,
        scheme_values.c.name_zh.label("variant_zh"),
        scheme_values.c.name_en.label("variant_en"),
    )
    .join_from(
        credit_items, scheme_items, and_(scheme_items.c.scheme == _c.scheme, scheme_items.c.code == _c.code)
    )
    .join(
        scheme_values,
        and_(
            scheme_values.c.scheme == _c.scheme,
            scheme_values.c.code == _c.code,
            scheme_values.c.variant == _c.variant,
        ),
    )
    .where(
        _c.org == bindparam("org"),
        near(_c.territory),
        or_(_c.status == "effective", _c.status == "expired"),
        or_(
            _c.valid_to > bindparam("on"),
            and_(_c.severity == "grave", _c.valid_from > bindparam("grave_since")),
        ),
    )
    .order_by(_c.id)
    .limit(MAX_ITEMS)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Items, scheme and projects of a company, and the day they are looked at."""

    items: list[Item]
    scheme: Scheme
    assignments: list[Assignment]
    rated_from: date | None
    on: date

    def score(self) -> Score:
        """Return where the company stands on the day, explained."""
        return stand(score(self.items, self.scheme, self.on), rated_from=self.rated_from, on=self.on)

    def next_change(self) -> date | None:
        """Return the next day on which time alone may change it."""
        return next_change(self.items, self.scheme, rated_from=self.rated_from, on=self.on)


async def read_matter(work: Work, *, org: str, scheme: Scheme, on: date) -> Matter:
    """Read what the score of a day is made from. The company's row was found in the caller's reach."""
    assignments = await assignments_of(work, org=org)
    return Matter(
        items=await _items_to_score(work, org=org, on=on, grave_months=scheme.aaa_grave_free_months),
        scheme=scheme,
        assignments=assignments,
        rated_from=first_score_day(assignments, live_days=scheme.first_score_days),
        on=on,
    )


async def _items_to_score(work: Work, *, org: str, on: date, grave_months: int) -> list[Item]:
    """Return the items that count on a day or later, and grave ones that bar the top grade."""
    grave_since = add_months(on, -grave_months)
    rows = await work.fetch_all(_TO_SCORE, org=org, on=on, grave_since=grave_since)
    return [_item_of(row) for row in rows]


def _item_of(row: Row) -> Item:
    same = ("id", "code", "kind", "severity", "counted_tenths", "year_cap_tenths", "valid_from", "valid_to")
    return Item(
        **{name: row[name] for name in same},
        name_zh=row["name_zh"] + (f"（{row['variant_zh']}）" if row["variant_zh"] else ""),
        name_en=row["name_en"] + (f" ({row['variant_en']})" if row["variant_en"] else ""),
        source=f"{row['scheme']} {row['code']}" + (f"；{row['basis']}" if row["basis"] else ""),
    )
