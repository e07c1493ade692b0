"""A department, its keys, and its grant: what it may send and receive, for which purpose, on which basis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from shared.kernel import Conflict, NotAllowed, NotFound, TerritoryCode

__all__ = [
    "Department",
    "DepartmentKnownAlready",
    "DepartmentNotFound",
    "FeedNotGranted",
    "Grant",
    "GrantBeyondTerritory",
    "Key",
    "KeyNotFound",
    "NotADepartmentCode",
    "NotInCatalogue",
    "OrdersNotGranted",
    "Resource",
    "Share",
    "TooManyKeys",
    "require_department_code",
    "require_room_for_key",
]


class DepartmentNotFound(NotFound):
    """No such department, or not in the caller's territory."""

    zh = "没有编号为 {id} 的部门，请从部门列表中核对编号。"
    en = "There is no department {id}. Check the number in the list of departments."


class DepartmentKnownAlready(Conflict):
    """A department is entered once, by its unified code."""

    zh = "统一社会信用代码 {code} 的部门已登记，请直接为其办理密钥和授权。"
    en = "The department {code} is entered already. Make its keys and its grant there."


class NotADepartmentCode(Conflict):
    """The code belongs to no public body (domain, 9.2)."""

    zh = "{code} 不是部门代码：应以 {prefixes} 之一开头，请核对该单位的统一社会信用代码。"
    en = "{code} is no department's code, which begins with one of {prefixes}. Check the unit's unified code."


class KeyNotFound(NotFound):
    """The department has no such key."""

    zh = "该部门没有编号为 {key_id} 的密钥，请核对编号。"
    en = "The department has no key {key_id}. Check the number."


class TooManyKeys(Conflict):
    """Two keys overlap while one takes the other's place, no more."""

    zh = "该部门已有 {most} 个有效密钥，请先停用不再使用的密钥，再办理新密钥。"
    en = "The department has {most} keys in force. Withdraw one that is no longer used, then make a new one."


class GrantBeyondTerritory(Conflict):
    """A grant reaches further than the department it is given to."""

    zh = "授权区划“{territory}”超出该部门的辖区“{reach}”，请缩小授权范围。"
    en = "The territory '{territory}' lies outside the department's own, '{reach}'. Narrow the grant."


class NotInCatalogue(Conflict):
    """A grant names a fact that is not shared with departments."""

    zh = "“{event_type}”不在共享目录中，请核对事件名称或从授权中删除。"
    en = "'{event_type}' is not in the catalogue of what is shared. Check the name, or leave it out."


class FeedNotGranted(NotAllowed):
    """The department was granted nothing to read."""

    zh = "贵部门尚未获得数据订阅授权，请向数据交换管理员申请（用途、依据、事件和区划）。"
    en = "Your department has no grant to read. Ask the exchange administrator, stating purpose and basis."


class OrdersNotGranted(NotAllowed):
    """The department may not send 12345 orders."""

    zh = "贵部门未获授权报送 12345 工单，请向数据交换管理员申请。"
    en = "Your department has no grant to send 12345 orders. Ask the exchange administrator for one."


class Resource(StrEnum):
    """What a department may send."""

    ORDERS = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A public body with a machine of its own. `contact` is an office and its telephone, never a person's."""

    id: UUID
    code: str
    name: str
    territory: TerritoryCode
    contact: str
    version: int = 1

    def changed(self) -> Self:
        """Return the department at its next version: its keys or its grant are not what they were."""
        return replace(self, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is kept of a key beside its secret. It is in force within its time, unless withdrawn."""

    key_id: str
    algorithm: str
    made_at: datetime
    made_by: str
    valid_from: datetime
    valid_until: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    def in_force(self, now: datetime) -> bool:
        """Say whether the key opens at this moment."""
        return self.valid_from <= now and not self.over(now)

    def over(self, now: datetime) -> bool:
        """Say whether the key will never open again."""
        return self.withdrawn_at is not None or now >= self.valid_until


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """One kind of fact, about one territory and all below it."""

    event_type: str
    territory: TerritoryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a department may send and receive, and why (N-08).

    Facts whose level of personal data is above `pii_level` come without what tells of persons. `id` is that
    of the stored grant; two grants that say the same are equal.
    """

    id: UUID | None = field(default=None, compare=False)
    purpose: str
    legal_basis: str
    pii_level: int
    sends: frozenset[Resource]
    receives: frozenset[Share]

    def require_within(self, reach: TerritoryCode) -> None:
        """Refuse a grant that is wider than the department's territory; raise GrantBeyondTerritory."""
        for share in sorted(self.receives):
            if not share.territory.startswith(reach):
                raise GrantBeyondTerritory(territory=share.territory, reach=reach)

    def require_catalogued(self, names: Iterable[str]) -> None:
        """Refuse a grant of what is not shared; raise NotInCatalogue."""
        unknown = {share.event_type for share in self.receives}.difference(names)
        if unknown:
            raise NotInCatalogue(event_type=min(unknown))


def require_department_code(code: str, *, prefixes: Sequence[str]) -> None:
    """Refuse the code of a company or another private body; raise NotADepartmentCode."""
    if not code.startswith(tuple(prefixes)):
        raise NotADepartmentCode(code=code, prefixes=" ".join(prefixes))


def require_room_for_key(keys: Iterable[Key], *, now: datetime, most: int) -> None:
    """Refuse one key more than may be in force at once; raise TooManyKeys."""
    if sum(not key.over(now) for key in keys) >= most:
        raise TooManyKeys(most=most)
