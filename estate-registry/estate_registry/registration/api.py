"""Routes by which an estate enters the register."""

from uuid import UUID

from estate_registry.estates.domain import Profile
from estate_registry.estates.queries import EstateView
from estate_registry.fields import Address, Count, Day, Year
from estate_registry.registration.commands import register_estate, serve_since
from shared.identity import Permission
from shared.web import AreaM2x100, Body, CurrentWork, Flag, Router, ShortText, Territory, needs

__all__ = ["router"]

router = Router(
    prefix="/estates",
    tags=["registration"],
    about="小区登记：登记之日起即有责任主体。/ "
    "Registration of estates: somebody answers for each from its first day.",
)


class Registration(Body):
    """An estate to be registered.

    `territory` is its community, or its town where the community is not known. Area in 0.01 m²; what is not
    known is left out. `service_since` is the first day whose mode and operator are to be on record; without
    it the record begins on the first day of the year before.
    """

    territory: Territory
    name: ShortText
    address: Address = ""
    year_built: Year | None = None
    area_m2x100: AreaM2x100 = 0
    buildings: Count = 0
    households: Count = 0
    three_no: Flag = False
    service_since: Day | None = None


class ServiceSince(Body):
    """An earlier day for the record to begin on."""

    day: Day


@router.post("", operation_id="register_estate", summary="登记小区", status_code=201)
@needs(Permission.ESTATE_REGISTER)
async def register(body: Registration, work: CurrentWork) -> EstateView:
    """Register an estate; its community keeps it from the first day of the record on."""
    profile = Profile(**body.model_dump(exclude={"territory", "service_since"}))
    estate = await register_estate(
        work, territory=body.territory, profile=profile, service_since=body.service_since
    )
    return EstateView.of(estate)


@router.put(
    "/{estate_id}/service-since", operation_id="set_service_since", summary="提前小区的服务记录起始日"
)
@needs(Permission.ESTATE_UPDATE)
async def since(estate_id: UUID, body: ServiceSince, work: CurrentWork) -> EstateView:
    """Let the record begin earlier, so that an operator that has long served gets its true start."""
    return EstateView.of(await serve_since(work, estate_id=estate_id, day=body.day))
