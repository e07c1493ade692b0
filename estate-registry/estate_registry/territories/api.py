"""Routes of the territory tree; open to everyone."""

from typing import Annotated, Final, Literal

from fastapi import Path, Query
from pydantic import Field

from estate_registry.territories.queries import (
    TERRITORY_ORDERS,
    TerritoryView,
    children_of,
    path_to,
    search_territories,
    the_territory,
)
from shared.identity import Permission
from shared.web import CurrentWork, Page, PageRequest, Router, ShortText, needs, ordered

__all__ = ["router"]

NAME_MAX = 100
# Nation, province, city, district, town, community.
LEVELS = 6

router = Router(
    prefix="/territories",
    tags=["territories"],
    about="行政区划树：省、市、区、镇街、社区。/ The tree of territories, from province to community.",
)

CODE_MAX: Final = 12
Code = Annotated[str, Path(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", max_length=CODE_MAX)]
TerritoryPages = Annotated[PageRequest, ordered(TERRITORY_ORDERS)]
Level = Literal["nation", "province", "city", "district", "town", "community"]


@router.get("", operation_id="search_territories", summary="查找行政区划")
@needs(Permission.TERRITORY_READ)
async def search(
    work: CurrentWork,
    paging: TerritoryPages,
    name: Annotated[str, Query(max_length=NAME_MAX)] = "",
    level: Level | None = None,
) -> Page[TerritoryView]:
    """Find territories by a part of their name, by level, or all of them."""
    return await search_territories(work, name=name, level=level, paging=paging)


@router.get("/{code}", operation_id="show_territory", summary="查看一个行政区划")
@needs(Permission.TERRITORY_READ)
async def one(code: Code, work: CurrentWork) -> TerritoryView:
    """Show one territory."""
    return await the_territory(work, code=code)


@router.get("/{code}/children", operation_id="list_child_territories", summary="列出下一级行政区划")
@needs(Permission.TERRITORY_READ)
async def children(
    code: Code, work: CurrentWork, paging: TerritoryPages, kind: ShortText | None = None
) -> Page[TerritoryView]:
    """List what lies directly below a territory, of one kind (town, street, village …) or of all."""
    return await children_of(work, code=code, kind=kind, paging=paging)


@router.get("/{code}/path", operation_id="show_territory_path", summary="查看行政区划的上级路径")
@needs(Permission.TERRITORY_READ)
async def path(code: Code, work: CurrentWork) -> Annotated[list[TerritoryView], Field(max_length=LEVELS)]:
    """Show the way from the nation down to a territory."""
    return await path_to(work, code=code)
