"""Estates as the register told us last."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.estate_registry import EstateProfileUpdated, EstateRegistered
from shared.storage import Query, Work
from subsidy_ledger.neighbours.domain import KnownEstate
from subsidy_ledger.tables import known_estates

__all__ = ["find_estate", "put_estate", "put_profile"]

_estates = known_estates.c
_new_estate = insert(known_estates)
_profile = {
    name: _new_estate.excluded[name] for name in ("name", "area_m2x100", "households", "profile_version")
}
# The registration fills in what only it knows; what an update said already stays.
_PUT_ESTATE: Final = Query(
    _new_estate.on_conflict_do_update(
        index_elements=["estate_id"],
        set_={"code": _new_estate.excluded.code, "territory": _new_estate.excluded.territory},
    )
)
_PUT_PROFILE: Final = Query(
    _new_estate.on_conflict_do_update(
        index_elements=["estate_id"],
        set_=_profile,
        where=_estates.profile_version < _new_estate.excluded.profile_version,
    )
)
_ESTATE: Final = Query(
    select(known_estates).where(_estates.estate_id == bindparam("estate_id"), _estates.territory.is_not(None))
)


async def put_estate(work: Work, event: EstateRegistered) -> None:
    """Keep an estate that was registered."""
    await work.execute(
        _PUT_ESTATE,
        estate_id=event.estate_id,
        code=event.code,
        territory=event.territory,
        name=event.estate_name,
        area_m2x100=event.area_m2x100,
        households=event.households,
        profile_version=0,
    )


async def put_profile(work: Work, event: EstateProfileUpdated) -> None:
    """Keep the newest profile of an estate."""
    await work.execute(
        _PUT_PROFILE,
        estate_id=event.estate_id,
        code=None,
        territory=None,
        name=event.estate_name,
        area_m2x100=event.area_m2x100,
        households=event.households,
        profile_version=event.version,
    )


async def find_estate(work: Work, *, estate_id: UUID) -> KnownEstate | None:
    """Return an estate whose registration has come."""
    row = await work.fetch_one(_ESTATE, estate_id=estate_id)
    if row is None:
        return None
    names = ("territory", "name", "area_m2x100", "households", "profile_version")
    return KnownEstate(id=row["estate_id"], **{name: row[name] for name in names})
