"""What the register knows about the rows of one chunk, and what they are about to change in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from estate_registry.estates.commands import save_profile
from estate_registry.estates.domain import Estate, Profile
from estate_registry.estates.storage import estates_by_place, lock_serials
from estate_registry.imports.domain import (
    Candidate,
    Deed,
    ImportJob,
    Known,
    Outcome,
    Seen,
    Settled,
    place_of,
)
from estate_registry.imports.storage import earlier_lines, known_by_key, put_sources
from estate_registry.registration.commands import covered_from, register_many
from estate_registry.registration.domain import Entry
from shared.kernel import local_date, new_id
from shared.storage import Work

__all__ = ["Ledger", "open_ledger"]


@dataclass(kw_only=True)
class Ledger:
    """Entered row by row while a chunk is settled, so that each row sees those before it; then written."""

    source: str
    registered_on: date
    covered_from: date
    known: dict[str, Known]
    places: dict[str, Estate]
    names: dict[tuple[str, str], str]
    lines_by_key: dict[str, int]
    lines_by_place: dict[str, int]
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    updates: dict[UUID, tuple[Estate, Profile]] = field(default_factory=dict)
    remembered: list[tuple[str, UUID, bytes]] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)

    @property
    def seen(self) -> Seen:
        """Return what is known when the turn of the next row comes."""
        return Seen(
            known=self.known,
            places=self.places,
            names=self.names,
            lines_by_key=self.lines_by_key,
            lines_by_place=self.lines_by_place,
        )

    def enter(self, line: int, candidate: Candidate, settled: Settled) -> None:
        """Enter what a row came to."""
        if settled.outcome is Outcome.REFUSED:
            return
        self.lines_by_key[candidate.key] = line
        self.lines_by_place[candidate.place] = line
        if settled.deed is Deed.REGISTER:
            self._register(line, candidate)
        if settled.estate is not None:
            self._known_again(line, candidate, settled, settled.estate)

    def _register(self, line: int, candidate: Candidate) -> None:
        entry = Entry(
            id=new_id(),
            territory=candidate.territory,
            profile=candidate.profile,
            registered_on=self.registered_on,
            covered_from=self.covered_from,
        )
        self.entries.append((line, entry))
        self.names.setdefault((candidate.town, candidate.profile.name_key), f"第 {line} 行 / line {line}")
        self._remember(candidate, entry.id)

    def _known_again(self, line: int, candidate: Candidate, settled: Settled, estate: Estate) -> None:
        self.codes[line] = estate.code
        if settled.deed is Deed.UPDATE and settled.profile is not None:
            self.updates[estate.id] = (estate, settled.profile)
            self.places[place_of(estate.town, settled.profile)] = estate
        if settled.deed is not Deed.NONE:
            self._remember(candidate, estate.id)

    def _remember(self, candidate: Candidate, estate_id: UUID) -> None:
        self.remembered.append((candidate.key, estate_id, candidate.content_hash))

    async def write(self, work: Work) -> None:
        """Register, update and remember what was entered."""
        registered = await register_many(work, [entry for _, entry in self.entries])
        for (line, _), one in zip(self.entries, registered, strict=True):
            self.codes[line] = one.estate.code
        for estate, profile in self.updates.values():
            await save_profile(work, estate, profile=profile)
        await put_sources(work, source=self.source, known=self.remembered)


async def open_ledger(work: Work, *, job: ImportJob, candidates: Sequence[Candidate]) -> Ledger:
    """Return what the register knows about the rows; nobody else registers in their towns meanwhile."""
    towns = sorted({candidate.town for candidate in candidates})
    await lock_serials(work, towns)
    keys = [candidate.key for candidate in candidates]
    places = [candidate.place for candidate in candidates]
    names = {(candidate.town, candidate.profile.name_key) for candidate in candidates}
    namesakes = await estates_by_place(work, places=names)
    by_key, by_place = await earlier_lines(work, import_id=job.id, keys=keys, places=places)
    return Ledger(
        source=job.source,
        registered_on=local_date(work.now),
        covered_from=await covered_from(work, territory=job.territory),
        known=await known_by_key(work, source=job.source, keys=keys),
        places={place_of(estate.town, estate.profile): estate for estate in namesakes},
        names={(estate.town, estate.profile.name_key): estate.code for estate in namesakes},
        lines_by_key=by_key,
        lines_by_place=by_place,
    )
