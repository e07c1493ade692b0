"""One row of a list: taken with what could be read, or refused with the reason. Nothing is dropped unsaid."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from estate_registry.estates.domain import Profile
from estate_registry.imports.domain.columns import Field, Layout
from estate_registry.imports.domain.findings import Finding, FindingKind
from estate_registry.imports.domain.kinds import TypeTable, Verdict
from estate_registry.imports.domain.numerals import fold
from estate_registry.imports.domain.places import locate
from estate_registry.imports.domain.texts import clean
from estate_registry.imports.domain.values import (
    Limits,
    Reading,
    read_area,
    read_count,
    read_fee,
    read_flag,
    read_year,
)
from estate_registry.naming.domain import name_key
from estate_registry.territories.domain import Gazetteer, town_of
from shared.kernel import TerritoryCode

__all__ = ["Candidate", "Decision", "Refused", "Setting", "decide", "place_of"]

NAME_MAX: Final = 200
ADDRESS_MAX: Final = 300
ID_MAX: Final = 100
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "汇总", "合计数"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the rows of one import are judged by: where they belong, what is plausible, what is an estate."""

    target: TerritoryCode
    gazetteer: Gazetteer
    limits: Limits
    types: TypeTable


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A row that can be registered: what it states, in the fields of a profile, and where it belongs.

    What follows from that is asked for again and again while its chunk is settled, and made once.
    """

    territory: TerritoryCode
    external_id: str
    stated: Mapping[str, object]
    findings: tuple[Finding, ...] = ()

    @cached_property
    def profile(self) -> Profile:
        """Return the profile of a new estate."""
        return Profile(**self.stated)  # type: ignore[arg-type]  # the fields are read by type below

    @cached_property
    def town(self) -> TerritoryCode:
        """Return the town or street."""
        return town_of(self.territory)

    @cached_property
    def place(self) -> str:
        """Return what no other estate has."""
        return place_of(self.town, self.profile)

    @cached_property
    def key(self) -> str:
        """Return how the source names the estate: by its own number, else by the place."""
        return f"id:{self.external_id}" if self.external_id else f"place:{self.place}"

    @cached_property
    def content_hash(self) -> bytes:
        """Return the digest of all that the row states: the same row again is recognised by it."""
        text = json.dumps(self.stated, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that is not registered; the last finding says why."""

    findings: tuple[Finding, ...]


Decision = Candidate | Refused


class _RefusalFound(Exception):  # noqa: N818 - carries the refusal out of the reading of a row
    """The row cannot be taken."""


@dataclass(slots=True)
class _RowReader:
    """Reads one row, field after field, and gathers what it finds."""

    cells: Mapping[Field, str]
    setting: Setting
    findings: list[Finding] = field(default_factory=list)
    stated: dict[str, object] = field(default_factory=dict)

    def note(self, kind: FindingKind, of: Field, *, value: str = "", result: str = "") -> None:
        self.findings.append(Finding(kind=kind, field=of.value, value=value, result=result))

    def refuse(self, kind: FindingKind, of: Field, *, value: str = "", result: str = "") -> None:
        self.note(kind, of, value=value, result=result)
        raise _RefusalFound

    def text(self, of: Field, *, most: int) -> str:
        raw = self.cells.get(of, "")
        text, kind = clean(raw)
        if len(text) > most:
            self.refuse(FindingKind.TOO_LONG, of, value=text[:most], result=str(most))
        if kind is not None:
            self.note(kind, of, value=raw.strip(), result=text)
        return text

    def keep(self, name: str, reading: Reading[object]) -> None:
        if reading.finding is not None:
            self.findings.append(reading.finding)
        if reading.value is not None:
            self.stated[name] = reading.value


def place_of(town: TerritoryCode, profile: Profile) -> str:
    """Return what no two estates share: town, name and address as they are compared."""
    return f"{town}|{profile.name_key}|{profile.address_key}"


def decide(line: Sequence[str], *, layout: Layout, setting: Setting) -> Decision:
    """Judge one row; total over every row there can be."""
    reader = _RowReader(cells=layout.cells(line), setting=setting)
    try:
        candidate = _read(reader, beyond=layout.beyond(line))
    except _RefusalFound:
        return Refused(findings=tuple(reader.findings))
    return candidate


def _read(reader: _RowReader, *, beyond: str) -> Candidate:
    _read_name(reader)
    _judge_type(reader)
    territory = _read_place(reader)
    external_id = reader.text(Field.EXTERNAL_ID, most=ID_MAX)
    _read_address(reader)
    _read_figures(reader)
    _read_service(reader)
    if beyond:
        reader.note(FindingKind.CELLS_IGNORED, Field.NAME, value=beyond[:ADDRESS_MAX])
    return Candidate(
        territory=territory,
        external_id=external_id,
        stated=reader.stated,
        findings=tuple(reader.findings),
    )


def _read_name(reader: _RowReader) -> None:
    name = reader.text(Field.NAME, most=NAME_MAX)
    key = name_key(name)
    if key in _TOTALS or _is_totals(reader, key):
        reader.refuse(FindingKind.TOTAL_ROW, Field.NAME, value=name)
    if not key:
        reader.refuse(FindingKind.NO_NAME, Field.NAME, value=name)
    reader.stated["name"] = name


def _is_totals(reader: _RowReader, key: str) -> bool:
    """Say whether a row without a name says in another cell that it adds up the others."""
    return not key and any(name_key(cell) in _TOTALS for cell in reader.cells.values())


def _judge_type(reader: _RowReader) -> None:
    text = fold(reader.cells.get(Field.TYPE, ""))
    if not text:
        return
    verdict = reader.setting.types.judge(text)
    if verdict is Verdict.REFUSED:
        reader.refuse(FindingKind.TYPE_REFUSED, Field.TYPE, value=text, result=text)
    if verdict is Verdict.DOUBTFUL:
        reader.note(FindingKind.TYPE_DOUBTFUL, Field.TYPE, value=text)


def _read_place(reader: _RowReader) -> TerritoryCode:
    place = locate(reader.cells, target=reader.setting.target, gazetteer=reader.setting.gazetteer)
    if place.refusal is not None:
        reader.refuse(place.refusal, place.field, value=place.value, result=reader.setting.target)
    if place.unknown:
        reader.note(FindingKind.PLACE_UNKNOWN, place.field, value=place.value, result=place.territory)
    return place.territory


def _read_address(reader: _RowReader) -> None:
    if Field.ADDRESS in reader.cells:
        address = reader.text(Field.ADDRESS, most=ADDRESS_MAX)
        if address:
            reader.stated["address"] = address
        else:
            reader.note(FindingKind.MISSING, Field.ADDRESS)


def _read_figures(reader: _RowReader) -> None:
    cells, limits = reader.cells, reader.setting.limits
    if (text := cells.get(Field.YEAR_BUILT)) is not None:
        reader.keep("year_built", read_year(text, field=Field.YEAR_BUILT, limits=limits))
    if (text := cells.get(Field.AREA)) is not None:
        reader.keep("area_m2x100", read_area(text, field=Field.AREA, most=limits.area_m2x100))
    if (text := cells.get(Field.BUILDINGS)) is not None:
        reader.keep("buildings", read_count(text, field=Field.BUILDINGS, most=limits.buildings))
    if (text := cells.get(Field.HOUSEHOLDS)) is not None:
        reader.keep("households", read_count(text, field=Field.HOUSEHOLDS, most=limits.households))


def _read_service(reader: _RowReader) -> None:
    if (text := reader.cells.get(Field.THREE_NO)) is not None:
        reader.keep("three_no", read_flag(text, field=Field.THREE_NO))
    if (text := reader.cells.get(Field.FEE)) is not None:
        fee = read_fee(text, field=Field.FEE, most=reader.setting.limits.fee_fen)
        reader.keep("stated_fee_low_fen", Reading(fee.value and fee.value.low_fen, fee.finding))
        reader.keep("stated_fee_high_fen", Reading(fee.value and fee.value.high_fen))
    operator = reader.text(Field.OPERATOR, most=NAME_MAX)
    if operator:
        reader.stated["stated_operator"] = operator
