"""One JSON Schema per published fact: made from its class, stored in this folder, compared with it.

A retired version has no class; its snapshot stays as it was, for whoever reads what was recorded.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from pydantic.json_schema import GenerateJsonSchema

from shared.contracts import UPCASTERS, Event, Upcasters, latest_of
from shared.contracts.schemas.comparison import Schema, incompatible
from shared.contracts.schemas.consumers import NOBODY, Consumers

__all__ = ["FOLDER", "Breach", "Catalogue", "Findings", "inspect", "snapshot", "stored", "write"]

Catalogue: TypeAlias = Mapping[str, type[Event]]

FOLDER: Final = Path(__file__).parent
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A change that readers of a fact cannot bear, and the services that listen to it."""

    fact: str
    change: str
    consumers: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in a line."""
        harm = f"breaks {', '.join(self.consumers)}" if self.consumers else "no service here listens to it"
        return f"{self.fact}: {self.change} ({harm})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """How a folder of snapshots differs from the catalogue. `stale` alone can be written over."""

    stale: list[str] = field(default_factory=list)
    breaking: list[Breach] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether there is anything to report."""
        return bool(self.stale or self.breaking)


class _Untitled(GenerateJsonSchema):
    """The name of a field is its title."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        """Leave out the title that would repeat the name."""
        return False


def snapshot(event_class: type[Event]) -> Schema:
    """Return the JSON Schema of a fact, with its name, topic and level of personal data.

    It admits fields it does not name: a version may grow, and who checks by yesterday's schema must not
    refuse what today's adds.
    """
    schema = event_class.model_json_schema(mode="validation", schema_generator=_Untitled)
    return {
        "$schema": _DIALECT,
        **_open(schema),
        "title": event_class.name,
        "x-topic": event_class.topic(),
        "x-pii-level": event_class.pii_level,
    }


def _open(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if (key, value) != ("additionalProperties", False)}


def stored(folder: Path) -> dict[str, Schema]:
    """Read the snapshots of a folder, by the name of their fact."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def inspect(
    catalogue: Catalogue, folder: Path, *, upcasters: Upcasters = UPCASTERS, consumers: Consumers = NOBODY
) -> Findings:
    """Compare every fact with its snapshot: new, changed, changed beyond what consumers bear, gone."""
    kept = stored(folder)
    stale = [name for name, fact in catalogue.items() if kept.get(name) != snapshot(fact)]
    changes = [*_changed(catalogue, kept, stale), *_unreadable(catalogue, kept, upcasters)]
    breaking = [
        Breach(fact=name, change=change, consumers=tuple(sorted(consumers.get(name, ()))))
        for name, change in changes
    ]
    return Findings(stale=stale, breaking=breaking)


def _changed(
    catalogue: Catalogue, kept: Mapping[str, Schema], stale: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for name in stale:
        for change in incompatible(kept[name], snapshot(catalogue[name])) if name in kept else []:
            yield name, change


def _unreadable(
    catalogue: Catalogue, kept: Mapping[str, Schema], upcasters: Upcasters
) -> Iterator[tuple[str, str]]:
    """Yield the versions that were published and that neither a class nor an upcaster reads."""
    for name in [name for name in kept if name not in catalogue]:
        latest = latest_of(name, upcasters)
        if latest == name:
            yield name, "has a snapshot but neither class nor upcaster"
        elif latest not in catalogue:
            yield name, f"is lifted to {latest}, which has no class"
        elif catalogue[latest].topic() != kept[name]["x-topic"]:
            yield name, f"is lifted to {latest}, whose readers do not read its topic"
    yield from ((name, "has a class and an upcaster") for name in upcasters if name in catalogue)


def write(
    catalogue: Catalogue, folder: Path, *, upcasters: Upcasters = UPCASTERS, consumers: Consumers = NOBODY
) -> Findings:
    """Bring the folder up to date; write nothing when a change would break consumers.

    Returns what was found before writing.
    """
    findings = inspect(catalogue, folder, upcasters=upcasters, consumers=consumers)
    for name in [] if findings.breaking else findings.stale:
        text = json.dumps(snapshot(catalogue[name]), ensure_ascii=False, indent=2, sort_keys=True)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    return findings
