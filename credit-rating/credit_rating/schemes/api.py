"""Routes of schemes: read them, load another version."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field, StrictInt

from credit_rating.schemes.commands import load_scheme
from credit_rating.schemes.domain import Cause, Cut, Grade, Kind, Scheme, SchemeItem, Severity, Value
from credit_rating.schemes.queries import SCHEME_ORDERS, list_schemes
from credit_rating.schemes.storage import scheme_of
from shared.identity import Permission
from shared.web import (
    Body,
    CalendarDay,
    Code,
    CurrentWork,
    Page,
    PageRequest,
    Router,
    ShortText,
    View,
    needs,
    ordered,
)

__all__ = ["router"]

MAX_ITEMS = 500

Points = Annotated[StrictInt, Field(ge=0, le=100_000, description="Tenths of a point.")]
Months = Annotated[StrictInt, Field(ge=1, le=600)]
Version = Annotated[Code, Path(description="The name of the version.")]


class CutBody(Body):
    """From how many tenths of a point on a grade is reached."""

    grade: Grade
    at_least_tenths: Points


class ValueBody(Body):
    """What an item is worth; `variant` and its names are empty where there is one value only."""

    variant: Code | None = None
    name_zh: ShortText | None = None
    name_en: ShortText | None = None
    points_tenths: Points

    def value(self) -> Value:
        """Return the value as the domain knows it."""
        return Value(
            variant=self.variant or "",
            name_zh=self.name_zh or "",
            name_en=self.name_en or "",
            points_tenths=self.points_tenths,
        )


class ItemBody(Body):
    """One item of a scheme. `recorders` are kinds of units such as `town`."""

    code: Code
    kind: Kind
    severity: Severity | None = None
    values: Annotated[list[ValueBody], Field(min_length=1, max_length=20)]
    validity_months: Months
    year_cap_tenths: Points | None = None
    recorders: Annotated[list[Code], Field(min_length=1, max_length=20)]
    name_zh: ShortText
    name_en: ShortText
    evidence: ShortText | None = None
    basis: ShortText | None = None
    leads_to: Code | None = None
    cause: Cause | None = None
    source: ShortText
    tag: Code

    def item(self) -> SchemeItem:
        """Return the item as the domain knows it."""
        return SchemeItem(
            **self.model_dump(exclude={"values", "recorders", "evidence", "basis", "leads_to"}),
            values=tuple(value.value() for value in self.values),
            recorders=tuple(self.recorders),
            evidence=self.evidence or "",
            basis=self.basis or "",
            leads_to=self.leads_to or "",
        )


class SchemeBody(Body):
    """A whole version of the scheme."""

    version: Code
    name_zh: ShortText
    name_en: ShortText
    in_force_from: CalendarDay
    cycle: Code
    base_cap_tenths: Points
    good_cap_tenths: Points
    cuts: Annotated[list[CutBody], Field(min_length=1, max_length=5)]
    aaa_single_bad_below_tenths: Points
    aaa_grave_free_months: Months
    repeat_window_months: Months
    repeat_factors_tenths: Annotated[
        list[Annotated[StrictInt, Field(ge=10, le=1000)]], Field(min_length=1, max_length=10)
    ]
    repeat_round_to_tenths: Annotated[StrictInt, Field(ge=1, le=100)]
    first_score_days: Annotated[StrictInt, Field(ge=0, le=3660)]
    records_all: Code
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=MAX_ITEMS)]

    def scheme(self) -> Scheme:
        """Return the scheme as the domain knows it."""
        return Scheme(
            **self.model_dump(exclude={"cuts", "items", "repeat_factors_tenths"}),
            cuts=tuple(Cut(cut.grade, cut.at_least_tenths) for cut in self.cuts),
            repeat_factors_tenths=tuple(self.repeat_factors_tenths),
            items=tuple(item.item() for item in self.items),
        )


class ValueView(View):
    """What an item is worth."""

    variant: str
    name_zh: str
    name_en: str
    points_tenths: int


class ItemView(View):
    """One item of a scheme."""

    code: str
    kind: Kind
    severity: Severity | None
    values: list[ValueView]
    validity_months: int
    year_cap_tenths: int | None
    recorders: list[str]
    name_zh: str
    name_en: str
    evidence: str
    basis: str
    leads_to: str
    cause: Cause | None
    source: str
    tag: str


class CutView(View):
    """From how many tenths of a point on a grade is reached."""

    grade: Grade
    at_least_tenths: int


class SchemeView(View):
    """A version of the scheme, whole. Loaded once, never changed."""

    version: str = Field(description="The name of the version.")
    name_zh: str
    name_en: str
    in_force_from: date
    cycle: str
    base_cap_tenths: int
    good_cap_tenths: int
    cuts: list[CutView]
    aaa_single_bad_below_tenths: int
    aaa_grave_free_months: int
    repeat_window_months: int
    repeat_factors_tenths: list[int]
    repeat_round_to_tenths: int
    first_score_days: int
    records_all: str
    items: list[ItemView]


class SchemeLine(View):
    """A version in the list."""

    version: str
    name_zh: str
    name_en: str
    in_force_from: date
    loaded_at: datetime
    item_count: int


router = Router(
    prefix="/schemes",
    tags=["schemes"],
    about="信用评价标准的各个版本。/ The versions of the rating scheme.",
)


@router.get("", operation_id="list_schemes", summary="列出评价标准的版本")
@needs(Permission.SCHEME_READ)
async def some(
    paging: Annotated[PageRequest, ordered(SCHEME_ORDERS)],
    work: CurrentWork,
    since: CalendarDay | None = None,
    until: CalendarDay | None = None,
) -> Page[SchemeLine]:
    """List the versions of the scheme, by name; `since` and `until` are about the first day in force."""
    filters = {"since": since, "until": until}
    return await list_schemes(
        work, paging=paging, filters=filters, view=lambda row: SchemeLine.model_validate(dict(row))
    )


@router.get("/{version}", operation_id="show_scheme", summary="查看一版评价标准")
@needs(Permission.SCHEME_READ)
async def one(version: Version, work: CurrentWork) -> SchemeView:
    """Show a version with all its items."""
    return SchemeView.model_validate(await scheme_of(work, version=version))


@router.post("", operation_id="load_scheme", summary="装入新版评价标准", status_code=201)
@needs(Permission.SCHEME_LOAD)
async def load(body: SchemeBody, work: CurrentWork) -> SchemeView:
    """Load a new version; from its first day on every company is scored by it."""
    return SchemeView.model_validate(await load_scheme(work, scheme=body.scheme()))
