"""An estate: its code, its profile, and how it is looked after today."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from estate_registry.naming.domain import name_key
from estate_registry.territories.domain import town_of
from shared.kernel import Conflict, NotFound, TerritoryCode

__all__ = [
    "Estate",
    "EstateExists",
    "EstateNotFound",
    "NothingChanged",
    "Operator",
    "OperatorKind",
    "Profile",
    "ServiceMode",
]


class ServiceMode(StrEnum):
    """The four ways an estate is served (服务模式): by a company, in part, by itself, by its community."""

    STANDARD_PROPERTY = "standard_property"
    QUASI_SERVICE = "quasi_service"
    OWNER_SELF_RULE = "owner_self_rule"
    COMMUNITY_MANAGEMENT = "community_management"


class OperatorKind(StrEnum):
    """Who may answer for an estate (EX-04): a company, its owners, the community, or an interim."""

    COMPANY = "company"
    SELF_RULE = "self_rule"
    CUSTODY = "custody"
    INTERIM = "interim"


class EstateNotFound(NotFound):
    """No estate has this id, or it lies outside the caller's territory."""

    zh = "没有找到小区“{id}”，或它不在您的辖区内。请核对小区编号，或交由属地人员办理。"
    en = "There is no estate '{id}' in your territory. Check its id, or ask the unit responsible there."


class EstateExists(Conflict):
    """An estate of the same name and address stands in the register of this town."""

    zh = "“{name}”（{address}）已在本镇（街道）登记。请使用已有的小区；确为两个小区的，请在名称或地址中区分。"
    en = (
        "'{name}' ({address}) is registered in this town already. Use that estate; "
        "if they are two, tell them apart in name or address."
    )


class NothingChanged(Conflict):
    """The update says what the register says already."""

    zh = "提交的内容与现有登记完全相同，没有需要修改的内容。请核对后再提交。"
    en = "What was submitted is what the register says already. Check it, then submit what differs."


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who answers for an estate: a company by its `org`, anyone else by the code of a unit."""

    kind: OperatorKind
    org: str | None = None
    custodian: str | None = None
    contract_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of an estate. Area in 0.01 m²; a count or an area of 0 is "not known".

    `stated_fee_*` (fen per m² and month) and `stated_operator` are what a list said, not what was decided.
    """

    name: str
    address: str = ""
    year_built: int | None = None
    area_m2x100: int = 0
    buildings: int = 0
    households: int = 0
    three_no: bool = False
    stated_fee_low_fen: int | None = None
    stated_fee_high_fen: int | None = None
    stated_operator: str | None = None

    @property
    def name_key(self) -> str:
        """Return the name as it is compared."""
        return name_key(self.name)

    @property
    def address_key(self) -> str:
        """Return the address as it is compared."""
        return name_key(self.address)

    def changed(self, other: "Profile") -> Iterator[str]:
        """Yield the names of the fields in which another profile differs."""
        return (one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """An estate in the register.

    `territory` is its community, or its town where the community is not known. `registered_on` is the day it
    entered the register; `covered_from` the first day its mode and operator are on record, which is earlier,
    so that a company that has long served can be recorded with its true start. `mode` and `operator` are
    those of today; the timelines know every day.
    """

    id: UUID
    code: str
    territory: TerritoryCode
    profile: Profile
    mode: ServiceMode
    operator: Operator
    registered_on: date
    covered_from: date
    version: int = 1

    @property
    def town(self) -> TerritoryCode:
        """Return the town or street."""
        return town_of(self.territory)

    def updated(self, profile: Profile) -> tuple[Self, list[str]]:
        """Return the estate with another profile and the fields that changed; raise NothingChanged."""
        changed = list(self.profile.changed(profile))
        if not changed:
            raise NothingChanged
        return self.following(profile=profile), changed

    def following(self, **changes: object) -> Self:
        """Return the next version of the estate."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # named fields of this class
