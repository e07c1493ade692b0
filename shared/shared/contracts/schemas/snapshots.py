"""One JSON Schema per published fact: made from its class, stored in this folder, compared with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from pydantic.json_schema import GenerateJsonSchema

from shared.contracts import Event
from shared.contracts.schemas.comparison import Schema, incompatible

__all__ = ["FOLDER", "Findings", "inspect", "snapshot", "stored", "write"]

Catalogue: TypeAlias = Mapping[str, type[Event]]

FOLDER: Final = Path(__file__).parent
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """How a folder of snapshots differs from the catalogue. `stale` alone can be written over."""

    stale: list[str] = field(default_factory=list)
    breaking: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether there is anything to report."""
        return bool(self.stale or self.breaking)


class _Untitled(GenerateJsonSchema):
    """The name of a field is its title."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        """Leave out the title that would repeat the name."""
        return False


def snapshot(event_class: type[Event]) -> Schema:
    """Return the JSON Schema of a fact, with its name, topic and level of personal data."""
    schema = event_class.model_json_schema(mode="validation", schema_generator=_Untitled)
    return {
        "$schema": _DIALECT,
        **schema,
        "title": event_class.name,
        "x-topic": event_class.topic(),
        "x-pii-level": event_class.pii_level,
    }


def stored(folder: Path) -> dict[str, Schema]:
    """Read the snapshots of a folder, by the name of their fact."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def inspect(catalogue: Catalogue, folder: Path) -> Findings:
    """Compare every fact with its snapshot: new, changed, changed beyond what consumers bear, gone."""
    kept = stored(folder)
    stale = [name for name, fact in catalogue.items() if kept.get(name) != snapshot(fact)]
    breaking = [f"{name}: has a snapshot but no class" for name in kept if name not in catalogue]
    for name in stale:
        changes = incompatible(kept[name], snapshot(catalogue[name])) if name in kept else []
        breaking += [f"{name}: {change}" for change in changes]
    return Findings(stale=stale, breaking=breaking)


def write(catalogue: Catalogue, folder: Path) -> Findings:
    """Bring the folder up to date; write nothing when a change would break consumers.

    Returns what was found before writing.
    """
    findings = inspect(catalogue, folder)
    for name in [] if findings.breaking else findings.stale:
        text = json.dumps(snapshot(catalogue[name]), ensure_ascii=False, indent=2, sort_keys=True)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    return findings
