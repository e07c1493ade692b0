"""The file of one estate, put together from its sections."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from shared.kernel import NotFound, local_date
from shared.storage import Query, Work, in_scope
from supervision.estate_files.queries.grievances import complaints_of, items_of, meetings_of, orders_of
from supervision.estate_files.queries.mentions import mentions_of
from supervision.estate_files.queries.money import subsidies_of
from supervision.estate_files.queries.service import (
    company_of,
    contracts_of,
    mode_on,
    modes_of,
    operator_on,
    operators_of,
)
from supervision.estate_files.queries.views import EstateFileView, EstateView
from supervision.estate_files.sight import OWN_ESTATE, sight
from supervision.tables import estate_profiles, estates

__all__ = ["EstateFileNotFound", "estate_file"]

_ESTATE: Final = Query(
    select(estates, estate_profiles)
    .join(estate_profiles, estate_profiles.c.estate_id == estates.c.id)
    .where(estates.c.id == bindparam("id"), in_scope(estates.c.territory), OWN_ESTATE)
)


class EstateFileNotFound(NotFound):
    """No estate of this id has been heard of, or it lies elsewhere."""

    zh = "没有编号为“{id}”的小区档案，或不在您的职权范围内。请核对编号；新登记的小区请稍后再查。"
    en = "There is no estate file '{id}' within your reach. Check the id; a new estate appears shortly."


async def estate_file(work: Work, *, estate_id: UUID) -> EstateFileView:
    """Return the page of facts of an estate within the caller's reach; raise EstateFileNotFound."""
    today = local_date(work.now)
    row = await work.load(_ESTATE, missing=EstateFileNotFound, id=estate_id, today=today, **sight(work.actor))
    estate = EstateView.model_validate(dict(row))
    operator = await operator_on(work, estate_id=estate_id, day=today)
    org = operator.org if operator else None
    return EstateFileView(
        estate=estate,
        mode=await mode_on(work, estate_id=estate_id, day=today),
        operator=operator,
        company=await company_of(work, estate_id=estate_id, org=org),
        modes=await modes_of(work, estate_id=estate_id),
        operators=await operators_of(work, estate_id=estate_id),
        contracts=await contracts_of(work, estate_id=estate_id),
        complaints=await complaints_of(work, estate_id=estate_id),
        meetings=await meetings_of(work, estate_id=estate_id),
        items=await items_of(work, estate_id=estate_id),
        subsidies=await subsidies_of(work, estate_id=estate_id),
        orders=await orders_of(work, code=estate.code),
        circulars=await mentions_of(work, estate_id=estate_id, territory=estate.territory, org=org),
    )
