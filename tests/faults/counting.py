"""The count: what producers were told, against what every consumer's effects say.

It knows nothing of inbox, outbox, bus or parking. The journal is asked for one thing only: whether a unit of
work whose answer was lost was committed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tests.faults.told import Outcome, Told


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect as a consumer left it; they are given in the order in which they were made."""

    called: str
    subject: str
    subject_version: int
    event_id: UUID
    applied_at: float


@dataclass(kw_only=True)
class Verdict:
    """How many facts were lost, doubled or out of order; how many versions are missing; what nobody said."""

    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    gaps: int = 0
    invented: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Say whether nothing at all is wrong."""
        return not (self.lost or self.doubled or self.out_of_order or self.gaps or self.invented)

    def add(self, other: "Verdict") -> None:
        """Take in the verdict on another consumer."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.out_of_order += other.out_of_order
        self.gaps += other.gaps
        self.invented += other.invented
        self.examples += other.examples

    def blame(self, what: str, called: str) -> None:
        """Remember some of what is wrong, for who looks into it."""
        if len(self.examples) < 20:
            self.examples.append(f"{what}: {called}")


def happened(told: Iterable[Told], journalled: frozenset[str]) -> list[Told]:
    """Return what was committed: by the answer, or, where there was none, by the journal."""
    return [
        each
        for each in told
        if each.outcome is Outcome.COMMITTED
        or (each.outcome is Outcome.UNKNOWN and each.called in journalled)
    ]


def judge(
    consumer: str,
    *,
    committed: Sequence[Told],
    effects: Sequence[Effect],
    whole: bool = True,
    by_writer: bool = True,
) -> Verdict:
    """Compare what was committed with one consumer's effects.

    `whole` says that the consumer takes all facts of its subjects, so that no version may be missing;
    `by_writer` that the effects are about the subjects that the writers named, so that each writer's own
    order must be kept for each of them.
    """
    verdict = Verdict()
    counts = Counter(effect.called for effect in effects)
    known = {each.called: each for each in committed}
    for called in known.keys() - counts.keys():
        verdict.lost += 1
        verdict.blame(f"lost by {consumer}", called)
    for called, count in counts.items():
        if count > 1:
            verdict.doubled += count - 1
            verdict.blame(f"doubled by {consumer}", called)
        if called not in known:
            verdict.invented += 1
            verdict.blame(f"invented by {consumer}", called)
    _judge_order(consumer, effects, known if by_writer else {}, verdict)
    verdict.gaps += _gaps(effects) if whole else 0
    return verdict


def _judge_order(
    consumer: str, effects: Sequence[Effect], known: Mapping[str, Told], verdict: Verdict
) -> None:
    """Count effects that come after a later one of their subject, by version or by their writer's count."""
    versions: dict[str, int] = {}
    numbers: dict[tuple[str, int], int] = {}
    seen: set[str] = set()
    for effect in effects:
        if effect.called in seen:
            continue
        seen.add(effect.called)
        late = effect.subject_version <= versions.get(effect.subject, 0)
        versions[effect.subject] = max(effect.subject_version, versions.get(effect.subject, 0))
        told = known.get(effect.called)
        if told is not None and told.outcome is Outcome.COMMITTED:
            place = (effect.subject, told.writer)
            late = late or told.number <= numbers.get(place, 0)
            numbers[place] = max(told.number, numbers.get(place, 0))
        if late:
            verdict.out_of_order += 1
            verdict.blame(f"out of order at {consumer}", f"{effect.called} of {effect.subject}")


def _gaps(effects: Sequence[Effect]) -> int:
    """Return how many versions are missing below the highest of each subject."""
    versions: dict[str, set[int]] = {}
    for effect in effects:
        versions.setdefault(effect.subject, set()).add(effect.subject_version)
    return sum(max(found) - len(found) for found in versions.values())
