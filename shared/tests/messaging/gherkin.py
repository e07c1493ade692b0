"""A reader of feature files: scenarios with their steps, outlines filled in from their examples.

It knows what the suites beside this repository use, and refuses every other line: nothing is passed over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import dedent
from typing import Final

__all__ = ["Scenario", "Step", "scenarios"]

_STEP: Final = re.compile(r"(?:Given|When|Then|And|But) (?P<words>.+)")
_TITLE: Final = re.compile(r"(?P<kind>Background|Scenario Outline|Scenario|Examples):\s*(?P<name>.*)")
_QUOTES: Final = '"""'


@dataclass(frozen=True)
class Step:
    """A sentence, and the text or the table below it."""

    words: str
    text: str = ""
    table: tuple[tuple[str, ...], ...] = ()

    def filled(self, values: Mapping[str, str]) -> "Step":
        """Return the step with the placeholders of an outline filled in."""
        table = tuple(tuple(_filled(cell, values) for cell in row) for row in self.table)
        return Step(_filled(self.words, values), _filled(self.text, values), table)


@dataclass(frozen=True)
class Scenario:
    """A scenario to run: the background's steps and its own."""

    name: str
    steps: tuple[Step, ...]


@dataclass
class _Section:
    kind: str
    name: str
    steps: list[Step] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)


def scenarios(file: Path) -> list[Scenario]:
    """Return every scenario of a feature file, outlines once for each example."""
    sections = _sections(file.read_text(encoding="utf-8"))
    background = [step for section in sections if section.kind == "Background" for step in section.steps]
    found: list[Scenario] = []
    for section, after in zip(sections, [*sections[1:], None], strict=True):
        if section.kind == "Scenario":
            found.append(Scenario(section.name, (*background, *section.steps)))
        elif section.kind == "Scenario Outline":
            assert after is not None, section.name
            assert after.kind == "Examples", section.name
            found += _examples(section, background, after.rows)
    return found


def _examples(
    outline: _Section, background: Sequence[Step], rows: Sequence[tuple[str, ...]]
) -> Iterator[Scenario]:
    names, *examples = rows
    for example in examples:
        values = dict(zip(names, example, strict=True))
        steps = (step.filled(values) for step in (*background, *outline.steps))
        yield Scenario(_filled(outline.name, values), tuple(steps))


def _sections(text: str) -> list[_Section]:
    """Read line by line; what stands before the first section is the feature's own description."""
    sections: list[_Section] = []
    lines = iter(text.splitlines())
    for line in lines:
        words = line.strip()
        if title := _TITLE.fullmatch(words):
            sections.append(_Section(title["kind"], title["name"]))
        elif words and sections:
            _read(sections[-1], words, lines)
    return sections


def _read(section: _Section, words: str, lines: Iterator[str]) -> None:
    if words == _QUOTES:
        section.steps[-1] = replace(section.steps[-1], text=_text(lines))
    elif words.startswith("|"):
        row = tuple(cell.strip() for cell in words.strip("|").split("|"))
        if section.kind == "Examples":
            section.rows.append(row)
        else:
            section.steps[-1] = replace(section.steps[-1], table=(*section.steps[-1].table, row))
    elif step := _STEP.fullmatch(words):
        section.steps.append(Step(step["words"]))
    else:
        message = f"Not understood: {words}"
        raise ValueError(message)


def _text(lines: Iterator[str]) -> str:
    taken: list[str] = []
    for line in lines:
        if line.strip() == _QUOTES:
            return dedent("\n".join(taken))
        taken.append(line)
    message = "A text without an end."
    raise ValueError(message)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text
