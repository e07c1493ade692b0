"""What the exchange administrator does: enter departments, make and withdraw keys, grant."""

from datetime import datetime, timedelta
from uuid import UUID

from exchange.catalogue import SHARED
from exchange.departments.domain import (
    Department,
    Grant,
    Key,
    KeyNotFound,
    require_department_code,
    require_room_for_key,
)
from exchange.departments.keys import insert_key, keys_of, withdraw
from exchange.departments.storage import (
    current_grant,
    end_grant,
    insert_department,
    insert_grant,
    lock_department,
    save_department,
)
from shared.identity import SignatureAlgorithm, new_key_id, new_secret
from shared.kernel import TerritoryCode, local_date, new_id
from shared.rules import rule_book
from shared.storage import Work

__all__ = ["enter_department", "grant_to_department", "make_key", "withdraw_key"]


async def enter_department(
    work: Work, *, code: str, name: str, territory: TerritoryCode, contact: str
) -> Department:
    """Enter a department; raise OutsideTerritory, NotADepartmentCode, DepartmentKnownAlready."""
    work.require_territory(territory)
    book = await rule_book(work)
    prefixes = book.text("ex.department.code_prefixes", territory=territory, on=local_date(work.now))
    require_department_code(code, prefixes=prefixes.split())
    department = Department(id=new_id(), code=code, name=name, territory=territory, contact=contact)
    await insert_department(work, department)
    return department


async def make_key(
    work: Work, *, department_id: UUID, algorithm: SignatureAlgorithm, valid_from: datetime | None
) -> tuple[Key, str]:
    """Make a key and return it with its secret, which is told this once. It is good from now at the earliest.

    Raises DepartmentNotFound and TooManyKeys.
    """
    department = await lock_department(work, department_id=department_id)
    book, today = await rule_book(work), local_date(work.now)
    most = book.integer("ex.key.in_force_max", territory=department.territory, on=today)
    require_room_for_key(await keys_of(work, department_id=department_id), now=work.now, most=most)
    days = book.integer("ex.key.valid_days", territory=department.territory, on=today)
    start, secret = max(valid_from or work.now, work.now), new_secret()
    key = Key(
        key_id=new_key_id(),
        algorithm=algorithm,
        made_at=work.now,
        made_by=work.actor.person,
        valid_from=start,
        valid_until=start + timedelta(days=days),
    )
    await insert_key(work, key, department_id=department_id, secret=secret)
    await save_department(work, department.changed())
    return key, secret


async def withdraw_key(work: Work, *, department_id: UUID, key_id: str) -> Key:
    """Withdraw a key: it opens nothing from now on. Withdrawing it again changes nothing.

    Raises DepartmentNotFound and KeyNotFound.
    """
    department = await lock_department(work, department_id=department_id)
    before = await _key(work, department_id=department_id, key_id=key_id)
    if before.withdrawn_at is not None:
        return before
    await withdraw(work, key_id=key_id)
    await save_department(work, department.changed())
    return await _key(work, department_id=department_id, key_id=key_id)


async def grant_to_department(work: Work, *, department_id: UUID, grant: Grant) -> Department:
    """Put a grant in the place of the one before; the same grant again changes nothing.

    Raises DepartmentNotFound, GrantBeyondTerritory and NotInCatalogue.
    """
    department = await lock_department(work, department_id=department_id)
    grant.require_within(department.territory)
    grant.require_catalogued(SHARED)
    before = await current_grant(work, department_id=department_id)
    if grant == before:
        return department
    if before is not None:
        await end_grant(work, before)
    await insert_grant(work, grant, department_id=department_id)
    await save_department(work, department.changed())
    return department.changed()


async def _key(work: Work, *, department_id: UUID, key_id: str) -> Key:
    for key in await keys_of(work, department_id=department_id):
        if key.key_id == key_id:
            return key
    raise KeyNotFound(key_id=key_id)
