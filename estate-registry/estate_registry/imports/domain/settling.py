"""What becomes of a readable row, by what the register and the earlier rows of the list know of it.

A second import of the same list must change nothing: a row is known again by the key its source gives it and
by the digest of its content; and the same row of a pair of doubles is refused each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from estate_registry.estates.domain import Estate, Profile
from estate_registry.imports.domain.columns import Field
from estate_registry.imports.domain.decisions import Candidate, place_of
from estate_registry.imports.domain.findings import Finding, FindingKind
from estate_registry.imports.domain.jobs import Outcome

__all__ = ["Deed", "Known", "Seen", "Settled", "settle"]


class Deed(StrEnum):
    """What is to be done with the register."""

    NONE = "none"
    REGISTER = "register"
    UPDATE = "update"
    REMEMBER = "remember"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The estate a source knows by a key, and the digest of what the source said last."""

    estate: Estate
    content_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known when the turn of a row comes.

    `lines_by_key` and `lines_by_place`: the earlier rows of the same list that were not refused; `places` and
    `names`: the estates of the towns concerned, by place and by town and name.
    """

    known: Mapping[str, Known]
    places: Mapping[str, Estate]
    names: Mapping[tuple[str, str], str]
    lines_by_key: Mapping[str, int]
    lines_by_place: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a row, what is to be done, and everything that was found in it."""

    outcome: Outcome
    deed: Deed
    findings: tuple[Finding, ...]
    estate: Estate | None = None
    profile: Profile | None = None

    @classmethod
    def refused(cls, findings: tuple[Finding, ...]) -> Self:
        """Return what becomes of a row that is not registered."""
        return cls(outcome=Outcome.REFUSED, deed=Deed.NONE, findings=findings)


def settle(candidate: Candidate, *, seen: Seen) -> Settled:
    """Decide what becomes of a readable row."""
    if (line := seen.lines_by_key.get(candidate.key)) is not None and candidate.external_id:
        return _refused(
            candidate, FindingKind.REPEATED_ID, Field.EXTERNAL_ID, candidate.external_id, str(line)
        )
    if (line := seen.lines_by_place.get(candidate.place)) is not None:
        result = f"第 {line} 行 / line {line}"
        return _refused(candidate, FindingKind.REPEATED_PLACE, Field.NAME, candidate.profile.name, result)
    known = seen.known.get(candidate.key)
    if known is not None:
        return _settle_known(candidate, known, seen=seen)
    same = seen.places.get(candidate.place)
    return _register(candidate, seen=seen) if same is None else _link(candidate, same)


def _settle_known(candidate: Candidate, known: Known, *, seen: Seen) -> Settled:
    estate = known.estate
    if estate.town != candidate.town:
        return _refused(
            candidate, FindingKind.KNOWN_ELSEWHERE, Field.EXTERNAL_ID, candidate.external_id, estate.code
        )
    if known.content_hash == candidate.content_hash:
        return Settled(outcome=Outcome.UNCHANGED, deed=Deed.NONE, findings=(), estate=estate)
    profile = replace(estate.profile, **candidate.stated)  # type: ignore[arg-type]  # read by type in `decisions`
    changed = list(estate.profile.changed(profile))
    if not changed:
        return Settled(outcome=Outcome.UNCHANGED, deed=Deed.REMEMBER, findings=(), estate=estate)
    other = seen.places.get(place_of(estate.town, profile))
    if other is not None and other.id != estate.id:
        return _refused(candidate, FindingKind.REPEATED_PLACE, Field.NAME, profile.name, other.code)
    found = Finding(kind=FindingKind.UPDATED, field=changed[0], value="", result=", ".join(changed))
    return Settled(
        outcome=Outcome.REPAIRED,
        deed=Deed.UPDATE,
        findings=(*candidate.findings, found),
        estate=estate,
        profile=profile,
    )


def _link(candidate: Candidate, estate: Estate) -> Settled:
    """Let another source's estate stand as it is, and know it again by this source's key."""
    found = Finding(
        kind=FindingKind.ALREADY_REGISTERED,
        field=Field.NAME,
        value=candidate.profile.name,
        result=estate.code,
    )
    return Settled(outcome=Outcome.UNCHANGED, deed=Deed.REMEMBER, findings=(found,), estate=estate)


def _register(candidate: Candidate, *, seen: Seen) -> Settled:
    profile = candidate.profile
    namesake = seen.names.get((candidate.town, profile.name_key))
    findings = candidate.findings
    if namesake is not None:
        same = Finding(kind=FindingKind.SAME_NAME, field=Field.NAME, value=profile.name, result=namesake)
        findings = (*findings, same)
    outcome = Outcome.REPAIRED if findings else Outcome.TAKEN
    return Settled(outcome=outcome, deed=Deed.REGISTER, findings=findings, profile=profile)


def _refused(candidate: Candidate, kind: FindingKind, of: Field, value: str, result: str) -> Settled:
    found = Finding(kind=kind, field=of.value, value=value, result=result)
    return Settled.refused((*candidate.findings, found))
