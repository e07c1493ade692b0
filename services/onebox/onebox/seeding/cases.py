"""Loading the cases of a seeded province: PostgreSQL makes them, persons are sealed here."""

from collections.abc import Sequence
from typing import Final

from onebox.seeding.case_rows import HELPERS, MADE, MADE_TABLE, NUMBERS, PERSONS, ROWS, SERIALS
from onebox.seeding.homes import homes
from onebox.seeding.loading import Loader
from onebox.seeding.province import CaseChunk, Province, line
from onebox.seeding.towns import towns
from shared.privacy import platform_sealer

__all__ = ["load_chunk", "load_ground", "load_numbers", "ready_for_chunks"]

_PHONES: Final = 20_000


async def load_ground(loader: Loader, province: Province) -> None:
    """Put down what the cases are made from: where they may lie, whose phones they name."""
    await loader.run(HELPERS)
    lines = [line(home.number, home.id, home.code, home.territory, home.org) for home in homes(province)]
    await loader.copy("gongzhi_seed.homes", ("number", "id", "code", "territory", "org"), lines)
    marks = [line(number, _mark(number)) for number in range(_PHONES)]
    await loader.copy("gongzhi_seed.phones", ("number", "mark"), marks)


async def ready_for_chunks(loader: Loader) -> None:
    """Make the place in which a connection makes its chunks."""
    await loader.run(MADE_TABLE)


async def load_chunk(loader: Loader, province: Province, chunk: CaseChunk) -> None:
    """Fill every table with the cases of a chunk, in the caller's transaction."""
    await loader.run(MADE, *_wishes(province, chunk))
    for statement, takes_dice in ROWS.items():
        await loader.run(statement, *([province.dice] if takes_dice else []))
    sealed = [line(row["id"], None, _sealed(row["id"], row["phone"])) for row in await loader.rows(PERSONS)]
    await loader.copy("dispute_mediation.case_persons", ("case_id", "name", "phone"), sealed)
    await loader.run(SERIALS)


async def load_numbers(loader: Loader) -> None:
    """Put down the last number each town gave in each year."""
    await loader.run(NUMBERS)


def _wishes(province: Province, chunk: CaseChunk) -> Sequence[object]:
    return (
        *(chunk.start, chunk.stop, chunk.first_of_year, chunk.year),
        *(province.first_moment, province.seconds, province.cases, province.now),
        *(min(len(towns(province.estates)), province.estates), province.estates, province.dice, _PHONES),
    )


def _sealed(case_id: object, phone: int) -> str:
    return platform_sealer().seal(_phone(phone), context=f"complaints.person_phone/{case_id}")


def _mark(number: int) -> str:
    return platform_sealer().blind_index(_phone(number), context="complaints.person_phone")


def _phone(number: int) -> str:
    return f"139{number:08d}"
