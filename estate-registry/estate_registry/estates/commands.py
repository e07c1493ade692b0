"""Keeping an estate's profile true."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from estate_registry.estates.domain import Estate, EstateExists, Profile
from estate_registry.estates.storage import lock_estate, save_estate
from shared.contracts.estate_registry import EstateProfileUpdated
from shared.storage import AlreadyThere, Work

__all__ = ["save_profile", "update_profile"]


async def update_profile(work: Work, *, estate_id: UUID, changes: Mapping[str, object]) -> Estate:
    """Change some fields of an estate's profile and tell the other services which.

    Raises EstateNotFound, NothingChanged, EstateExists.
    """
    estate = await lock_estate(work, estate_id=estate_id)
    return await save_profile(work, estate, profile=replace(estate.profile, **changes))  # type: ignore[arg-type]  # checked by the request


async def save_profile(work: Work, estate: Estate, *, profile: Profile) -> Estate:
    """Give a locked estate another profile; raise NothingChanged or EstateExists."""
    updated, changed = estate.updated(profile)
    try:
        await save_estate(work, updated)
        await work.settle()
    except AlreadyThere as taken:
        raise EstateExists(name=profile.name, address=profile.address) from taken
    work.publish(_updated_event(updated, changed), about=updated)
    return updated


def _updated_event(estate: Estate, changed: list[str]) -> EstateProfileUpdated:
    profile = estate.profile
    return EstateProfileUpdated(
        estate_id=estate.id,
        version=estate.version,
        changed=changed,
        estate_name=profile.name,
        area_m2x100=profile.area_m2x100,
        households=profile.households,
        buildings=profile.buildings,
        three_no=profile.three_no,
    )
