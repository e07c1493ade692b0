"""Circulars as rows: the document, the names and findings in it, its steps, its number."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.storage import Query, Row, Work, in_scope
from supervision.circulars.domain import (
    Circular,
    CircularInPreparation,
    CircularNotFound,
    Content,
    Finding,
    Kind,
    Line,
    Named,
    State,
)
from supervision.tables import (
    circular_findings,
    circular_names,
    circulars,
)

__all__ = [
    "add_circular",
    "circular_of",
    "findings_of",
    "load_circular",
    "named_in",
    "rewrite",
    "save_circular",
]

_AS_THEY_ARE: Final = (
    "id",
    "version",
    "territory",
    "period",
    "due_on",
    "fact_check_until",
    "year",
    "serial",
    "number",
    "content_hash",
    "signed_at",
    "published_at",
)
_rows = circulars.c
_GET: Final = Query(select(circulars).where(_rows.id == bindparam("id"), in_scope(_rows.territory)))
_ADD: Final = Query(upsert(circulars).on_conflict_do_nothing())
_SAVE: Final = Query(
    update(circulars)
    .where(_rows.id == bindparam("of"), _rows.version == bindparam("old"), in_scope(_rows.territory))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "as_of",
                "title",
                "body",
                "lines",
                "fact_check_until",
                "year",
                "serial",
                "number",
                "content_hash",
                "signed_at",
                "published_at",
                "version",
            )
        }
    )
)
_NAMES: Final = Query(
    select(circular_names)
    .where(circular_names.c.circular_id == bindparam("of"))
    .order_by(circular_names.c.kind.desc(), circular_names.c.code)
)
_FINDINGS: Final = Query(
    select(circular_findings)
    .where(circular_findings.c.circular_id == bindparam("of"))
    .order_by(circular_findings.c.item_id)
)
_ADD_NAME: Final = Query(insert(circular_names))
_ADD_FINDING: Final = Query(insert(circular_findings))
_DROP_NAMES: Final = Query(delete(circular_names).where(circular_names.c.circular_id == bindparam("of")))
_DROP_FINDINGS: Final = Query(
    delete(circular_findings).where(circular_findings.c.circular_id == bindparam("of"))
)


async def load_circular(work: Work, *, circular_id: UUID) -> Circular:
    """Return a circular of the caller's territory with all its content; raise CircularNotFound."""
    row = await work.load(_GET, missing=CircularNotFound, id=circular_id)
    return circular_of(
        row,
        named=await named_in(work, circular_id=circular_id),
        findings=await findings_of(work, circular_id=circular_id),
    )


async def named_in(work: Work, *, circular_id: UUID) -> list[Named]:
    """Return whom a circular names: units, then companies."""
    rows = await work.fetch_all(_NAMES, of=circular_id)
    return [Named(kind=row["kind"], code=row["code"]) for row in rows]


async def findings_of(work: Work, *, circular_id: UUID) -> list[Finding]:
    """Return the duties a circular rests on."""
    rows = await work.fetch_all(_FINDINGS, of=circular_id)
    return [
        Finding(**{name: row[name] for name in ("item_id", "estate_id", "unit", "org", "stage", "due_at")})
        for row in rows
    ]


async def add_circular(work: Work, circular: Circular) -> None:
    """Insert a draft; raise CircularInPreparation where one of its kind is under way."""
    values = _values(circular)
    added = await work.execute(
        _ADD,
        **values,
        id=circular.id,
        territory=circular.territory,
        kind=circular.kind.value,
        period=circular.period,
        due_on=circular.due_on,
        version=circular.version,
    )
    if not added:
        raise CircularInPreparation(period=circular.period)
    await _write_parts(work, circular)


async def save_circular(work: Work, circular: Circular) -> Circular:
    """Store a circular one version further; raise ChangedMeanwhile."""
    version = circular.version + 1
    await work.save(_SAVE, of=circular.id, old=circular.version, version=version, **_values(circular))
    return replace(circular, version=version)


async def rewrite(work: Work, circular: Circular) -> Circular:
    """Store other content: the document, and whom and what it names."""
    saved = await save_circular(work, circular)
    await work.execute(_DROP_NAMES, of=circular.id)
    await work.execute(_DROP_FINDINGS, of=circular.id)
    await _write_parts(work, circular)
    return saved


async def _write_parts(work: Work, circular: Circular) -> None:
    content = circular.content
    names = [{"circular_id": circular.id, **asdict(named)} for named in content.named]
    findings = [{"circular_id": circular.id, **asdict(finding)} for finding in content.findings]
    await work.execute_many(_ADD_NAME, names)
    await work.execute_many(_ADD_FINDING, findings)


def circular_of(row: Row, *, named: list[Named], findings: list[Finding]) -> Circular:
    """Read a row, with what other tables hold of its content."""
    content = Content(
        as_of=row["as_of"],
        title=row["title"],
        body=row["body"],
        lines=[Line(**line) for line in row["lines"]],
        named=named,
        findings=findings,
    )
    return Circular(
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        content=content,
        **{name: row[name] for name in _AS_THEY_ARE},
    )


def _values(circular: Circular) -> Mapping[str, object]:
    content = circular.content
    return {
        "state": circular.state.value,
        "as_of": content.as_of,
        "title": content.title,
        "body": content.body,
        "lines": [asdict(line) for line in content.lines],
        "fact_check_until": circular.fact_check_until,
        "year": circular.year,
        "serial": circular.serial,
        "number": circular.number,
        "content_hash": circular.content_hash,
        "signed_at": circular.signed_at,
        "published_at": circular.published_at,
    }
