"""The smallest service there can be: things with a name, in a territory."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, ClassVar, Final
from uuid import UUID

from sqlalchemy import Column, Integer, Table, Text, Uuid, bindparam, insert, select, update

from shared.contracts import Event
from shared.identity import Permission
from shared.kernel import Conflict, NotFound, new_id
from shared.service import Service
from shared.storage import (
    Listing,
    Orders,
    Query,
    Row,
    Schema,
    Work,
    equal,
    in_scope,
    new_metadata,
    readable,
    territory_column,
)
from shared.web import (
    Body,
    CurrentWork,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    View,
    needs,
    ordered,
)

metadata = new_metadata()
things = Table(
    "things",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    territory_column(),
    Column("version", Integer, nullable=False),
)
readable(things, "id territory version")
GET: Final = Query(select(things).where(things.c.id == bindparam("id"), in_scope(things.c.territory)))
ADD: Final = Query(insert(things))
RENAME: Final = Query(
    update(things)
    .where(
        things.c.id == bindparam("id"), things.c.version == bindparam("version"), in_scope(things.c.territory)
    )
    .values(name=bindparam("new_name"), version=things.c.version + 1)
)
LIST: Final = Listing(
    select(things).where(in_scope(things.c.territory)),
    orders=Orders("id", id=(things.c.id,), name=(things.c.name, things.c.id)),
    filters={"name": equal(things.c.name, "name")},
)


class ThingNamed(Event):
    name: ClassVar[str] = "nz.sample.ThingNamed.v1"

    thing_id: UUID
    called: str


FACTS: Final = {ThingNamed.name: ThingNamed}


class ThingNotFound(NotFound):
    zh = "没有编号为 {id} 的物品，请核对编号。"
    en = "There is no thing {id}. Check the number."


class NameForbidden(Conflict):
    zh = "名称“{called}”不可用，请另取名称。"
    en = "The name '{called}' cannot be used. Choose another."


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    id: UUID
    name: str
    territory: str
    version: int = 1


def thing_of(row: Row) -> Thing:
    return Thing(id=row["id"], name=row["name"], territory=row["territory"], version=row["version"])


async def add_thing(work: Work, *, name: str, territory: str) -> Thing:
    work.require_territory(territory)
    thing = Thing(id=new_id(), name=name, territory=territory)
    await work.put(ADD, id=thing.id, name=name, territory=territory, version=1)
    work.publish(ThingNamed(thing_id=thing.id, called=name), about=thing)
    if name == "forbidden":
        raise NameForbidden(called=name)
    return thing


async def rename_thing(work: Work, *, thing_id: UUID, name: str) -> Thing:
    thing = thing_of(await work.load(GET, missing=ThingNotFound, id=thing_id))
    await work.save(RENAME, id=thing.id, version=thing.version, new_name=name)
    work.publish(ThingNamed(thing_id=thing.id, called=name), about=thing)
    return replace(thing, name=name, version=thing.version + 1)


class NewThing(Body):
    name: ShortText
    territory: Territory


class ThingView(View):
    id: UUID
    name: str
    territory: str
    version: int


router = Router(prefix="/things", tags=["things"])


@router.post("", status_code=201)
@needs(Permission.ESTATE_REGISTER)
async def add(body: NewThing, work: CurrentWork) -> ThingView:
    """Add a thing."""
    return ThingView.model_validate(await add_thing(work, name=body.name, territory=body.territory))


@router.put("/{thing_id}/name")
@needs(Permission.ESTATE_UPDATE)
async def rename(thing_id: UUID, body: NewThing, work: CurrentWork) -> ThingView:
    """Rename a thing."""
    return ThingView.model_validate(await rename_thing(work, thing_id=thing_id, name=body.name))


@router.get("/{thing_id}")
@needs(Permission.ESTATE_READ)
async def one(thing_id: UUID, work: CurrentWork) -> ThingView:
    """Show a thing."""
    return ThingView.model_validate(thing_of(await work.load(GET, missing=ThingNotFound, id=thing_id)))


@router.get("")
@needs(Permission.CONTRACT_READ)
async def some(
    paging: Annotated[PageRequest, ordered(LIST.orders)], work: CurrentWork, name: str | None = None
) -> Page[ThingView]:
    """List things."""
    return await paging.read(
        work, LIST, view=lambda row: ThingView.model_validate(thing_of(row)), filters={"name": name}
    )


class SampleService(Service):
    """Its migrations lie beside the tests."""

    @property
    def schema(self) -> Schema:
        folder = Path(__file__).parent / "sample" / "migrations"
        return Schema(name="sample", metadata=self.metadata, migrations=folder)


SAMPLE = SampleService(name="sample", metadata=metadata, routers=[router])
