"""What may be sent in about a case."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictInt, StringConstraints, model_validator

from dispute_mediation.complaints.domain import (
    Channel,
    Degree,
    FileRef,
    Filing,
    Kind,
    Liability,
    Result,
    Urgency,
    Verdict,
)
from dispute_mediation.units.fields import UnitCode
from shared.web import Body, Code, Flag, LongText, Moment, Sha256, ShortText, Territory, Uscc

__all__ = [
    "Acceptance",
    "Assignment",
    "CallbackEntry",
    "Merge",
    "NewComplaint",
    "Note",
    "Rejection",
    "ResolutionEntry",
]

_MOST_FILES = 20
_MOST_UNITS = 20
Phone = Annotated[ShortText, StringConstraints(max_length=32)]
Score = Annotated[StrictInt, Field(ge=1, le=5)]


class FileEntry(Body):
    """A file kept elsewhere, with the hexadecimal SHA-256 of its bytes."""

    name: ShortText
    sha256: Sha256

    def as_ref(self) -> FileRef:
        """Return it as the domain knows it."""
        return FileRef(name=self.name, sha256=self.sha256)


Files = Annotated[tuple[FileEntry, ...], Field(max_length=_MOST_FILES)]


class NewComplaint(Body):
    """A grievance (MD-02). Where the estate is not known, `territory` says where it lies.

    An anonymous one names nobody; any other leaves a name or a phone number.
    """

    channel: Channel
    kind: Kind = Kind.COMPLAINT
    leaf: Code
    urgency: Urgency = Urgency.NORMAL
    text: LongText
    wish: ShortText | None = None
    building: ShortText | None = None
    place_text: ShortText | None = None
    files: Files = ()
    estate_id: UUID | None = None
    estate_code: Code | None = None
    territory: Territory | None = None
    person_name: ShortText | None = None
    person_phone: Phone | None = None
    anonymous: Flag = False
    want_secret: Flag = False
    received_at: Moment | None = None

    @model_validator(mode="after")
    def _person_or_anonymous(self) -> Self:
        named = self.person_name is not None or self.person_phone is not None
        if named == self.anonymous:
            message = (
                "匿名诉求不填姓名和电话；非匿名诉求至少填写其一。"
                " / An anonymous complaint has no name and phone; any other has at least one."
            )
            raise ValueError(message)
        return self

    def as_filing(self, *, now: datetime) -> Filing:
        """Return it as the domain knows it."""
        return Filing(
            **self.model_dump(exclude={"files", "received_at"}),
            files=[file.as_ref() for file in self.files],
            received_at=self.received_at or now,
        )


class Acceptance(Body):
    """Taking a case up. The leaf is put right, the host unit named, where the default is wrong."""

    leaf: Code | None = None
    host_unit: UnitCode | None = None


class Rejection(Body):
    """Refusing a case, with a reason of the list."""

    reason: Code


class Merge(Body):
    """The case that this one repeats."""

    master_id: UUID


class Assignment(Body):
    """Handing a case to a unit. Left out, host and assisting units are those of the leaf."""

    host_unit: UnitCode | None = None
    assist_units: Annotated[list[UnitCode], Field(max_length=_MOST_UNITS)] | None = None
    handler: ShortText | None = None
    is_complex: Flag = False


class Note(Body):
    """Why, or what was done."""

    text: LongText


class ResolutionEntry(Body):
    """The result. A liable company is, unless named, the one that answers for the estate."""

    result: Result
    liability: Liability
    org: Uscc | None = None
    degree: Degree | None = None
    reply: LongText
    evidence: Files = ()

    def as_verdict(self) -> Verdict:
        """Return it as the domain knows it."""
        return Verdict(
            **self.model_dump(exclude={"evidence"}), evidence=[file.as_ref() for file in self.evidence]
        )


class CallbackEntry(Body):
    """A try to ask the person. Whoever was reached says whether it is solved, and gives 1 to 5."""

    reached: Flag
    solved: Flag | None = None
    score: Score | None = None
    note: LongText | None = None

    @model_validator(mode="after")
    def _answered_when_reached(self) -> Self:
        answers = (self.solved is not None, self.score is not None)
        if answers != (self.reached, self.reached):
            message = (
                "联系上的须填写是否解决和评分；未联系上的不填。"
                " / Whoever was reached answers `solved` and `score`; nobody else does."
            )
            raise ValueError(message)
        return self
