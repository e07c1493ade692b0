"""Routes of estates: look, list, keep the profile true. Registering is `registration`."""

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator

from estate_registry.estates.commands import update_profile
from estate_registry.estates.domain import OperatorKind, ServiceMode
from estate_registry.estates.queries import ESTATE_ORDERS, EstateFilters, EstateView, list_estates, the_estate
from estate_registry.fields import Address, Count, Year
from shared.identity import Permission
from shared.web import (
    AreaM2x100,
    Body,
    Code,
    CurrentWork,
    Flag,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    Uscc,
    filtered,
    needs,
    ordered,
)

__all__ = ["router"]

router = Router(
    prefix="/estates",
    tags=["estates"],
    about="小区查询与基本情况维护。/ Estates: to be found, read and kept up to date.",
)

NAME_PART_MAX: Final = 60


class ProfileChange(Body):
    """The fields of a profile that are to change; what is left out stays. Area in 0.01 m²."""

    name: ShortText | None = None
    address: Address | None = None
    year_built: Year | None = None
    area_m2x100: AreaM2x100 | None = None
    buildings: Count | None = None
    households: Count | None = None
    three_no: Flag | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        nulls = [name for name in self.model_fields_set - {"year_built"} if getattr(self, name) is None]
        if nulls or not self.model_fields_set:
            message = (
                "请至少填写一个要修改的字段，且不能填 null。 / "
                "Give at least one field to change, and none of them null."
            )
            raise ValueError(message)
        return self


class ListFilters(Body):
    """What the list is narrowed to. `territory` and everything below it; `name` is a part of the name."""

    territory: Territory | None = None
    name: Annotated[str | None, StringConstraints(min_length=1, max_length=NAME_PART_MAX)] = None
    code: Code | None = None
    mode: ServiceMode | None = None
    operator_kind: OperatorKind | None = None
    org: Uscc | None = None
    three_no: bool | None = None


@router.get("", operation_id="list_estates", summary="列出小区")
@needs(Permission.ESTATE_READ)
async def listing(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(ESTATE_ORDERS)],
    filters: Annotated[ListFilters, filtered(ListFilters)],
) -> Page[EstateView]:
    """List the estates of a territory, by a part of the name, mode, operator or the three-no flag."""
    return await list_estates(work, filters=EstateFilters(**filters.model_dump()), paging=paging)


@router.get("/{estate_id}", operation_id="show_estate", summary="查看一个小区")
@needs(Permission.ESTATE_READ)
async def one(estate_id: UUID, work: CurrentWork) -> EstateView:
    """Show one estate as it is today."""
    return await the_estate(work, estate_id=estate_id)


@router.patch("/{estate_id}", operation_id="update_estate", summary="修改小区基本信息")
@needs(Permission.ESTATE_UPDATE)
async def update(estate_id: UUID, body: ProfileChange, work: CurrentWork) -> EstateView:
    """Correct an estate's profile; `If-Match` guards against another's change."""
    changes = body.model_dump(exclude_unset=True)
    return EstateView.of(await update_profile(work, estate_id=estate_id, changes=changes))
