"""Facts published by estate-registry (domain, section 10, events 1-26)."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

__all__ = [
    "EstateProfileUpdated",
    "EstateRegistered",
    "OperatorAssigned",
    "OperatorKind",
    "OperatorVacated",
    "ServiceContractSigned",
    "ServiceMode",
    "ServiceModeChanged",
]

ServiceMode = Literal["standard_property", "quasi_service", "owner_self_rule", "community_management"]
OperatorKind = Literal["company", "self_rule", "custody", "interim"]


class EstateRegistered(Event):
    """An estate entered the register. Area in 0.01 m²."""

    name: ClassVar[str] = "nz.estate-registry.EstateRegistered.v1"

    estate_id: UUID
    code: str
    estate_name: str
    territory: str
    year_built: int | None
    area_m2x100: int
    households: int
    buildings: int
    three_no: bool
    registered_on: date


class EstateProfileUpdated(Event):
    """Facts of an estate changed; `changed` names the fields, the other fields are the state after."""

    name: ClassVar[str] = "nz.estate-registry.EstateProfileUpdated.v1"

    estate_id: UUID
    version: int
    changed: list[str]
    estate_name: str
    area_m2x100: int
    households: int
    buildings: int
    three_no: bool


class ServiceModeChanged(Event):
    """An estate is looked after in another of the four modes from a day on."""

    name: ClassVar[str] = "nz.estate-registry.ServiceModeChanged.v1"

    estate_id: UUID
    old_mode: ServiceMode | None
    new_mode: ServiceMode
    reason: str
    effective_from: date


class OperatorAssigned(Event):
    """Who answers for an estate from a day on: a company (`org`) or a custodian unit."""

    name: ClassVar[str] = "nz.estate-registry.OperatorAssigned.v1"

    estate_id: UUID
    assignment_id: UUID
    kind: OperatorKind
    org: str | None
    custodian: str | None
    contract_id: UUID | None
    start: date
    end: date | None


class OperatorVacated(Event):
    """An operator's time at an estate ended; another one follows on the same day."""

    name: ClassVar[str] = "nz.estate-registry.OperatorVacated.v1"

    estate_id: UUID
    assignment_id: UUID
    kind: OperatorKind
    org: str | None
    custodian: str | None
    at: date
    reason: str


class ServiceContractSigned(Event):
    """A service contract was signed (Civil Code 938-940). Fee in fen per m² and month."""

    name: ClassVar[str] = "nz.estate-registry.ServiceContractSigned.v1"

    contract_id: UUID
    contract_no: str
    estate_ids: list[UUID]
    org: str
    fee_fen_per_m2_month: int
    start: date
    end: date
    signed_on: date
    filing_due: date
