"""A service contract (物业服务合同) and the clocks that run from it: K-08, K-09, K-13."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from shared.kernel import (
    Conflict,
    Deadline,
    Lifecycle,
    NotFound,
    TerritoryCode,
    WorkingCalendar,
    is_territory_code,
)

__all__ = [
    "LIFECYCLE",
    "AreaHasContract",
    "Contract",
    "ContractNoTaken",
    "ContractNotFound",
    "ContractStatus",
    "ContractStep",
    "EndNotShorter",
    "EndedBy",
    "FiledBeforeSigned",
    "NoticeTerms",
    "NoticeTooShort",
    "Terms",
    "common_territory",
    "sign",
]

_ONE_DAY: Final = timedelta(days=1)


class ContractStatus(StrEnum):
    """Where a contract stands."""

    SIGNED = "signed"
    FILED = "filed"
    ENDED = "ended"


class ContractStep(StrEnum):
    """What can be done with a contract."""

    FILE = "file"
    END = "end"


LIFECYCLE: Final = Lifecycle(
    {
        (ContractStatus.SIGNED, ContractStep.FILE): ContractStatus.FILED,
        (ContractStatus.SIGNED, ContractStep.END): ContractStatus.ENDED,
        (ContractStatus.FILED, ContractStep.END): ContractStatus.ENDED,
    }
)


class EndedBy(StrEnum):
    """Who ends a contract ahead of its term: each side owes notice of its own length."""

    OWNERS = "owners"
    COMPANY = "company"


class ContractNotFound(NotFound):
    """No contract has this id, or it lies outside the caller's territory."""

    zh = "没有找到合同“{id}”，或它不在您的辖区内。请核对合同编号。"
    en = "There is no contract '{id}' in your territory. Check its id."


class ContractNoTaken(Conflict):
    """Another contract bears this number."""

    zh = "合同编号“{contract_no}”已登记过。请核对编号；如系同一合同，无需重复登记。"
    en = "Contract number '{contract_no}' is recorded already. Check it; the same contract is recorded once."


class AreaHasContract(Conflict):
    """Another company holds a contract for one of the estates in these days (K-14)."""

    zh = "所选小区该期间已有其他企业的合同（一个物业管理区域由一家企业服务）。请先终止原合同，或调整起止日。"
    en = (
        "Another company holds a contract for one of these estates in this period (one area, one company). "
        "End that contract first, or change the period."
    )


class NoticeTooShort(Conflict):
    """The contract cannot end so soon after the notice."""

    zh = "{served_on} 送达通知后须满 {days} 日，最早可填 {earliest}（当日起不再服务）。请填该日或更晚的日期。"
    en = (
        "After notice on {served_on} a term of {days} days runs: the first day without service is {earliest} "
        "at the earliest. Name that day or a later one."
    )


class EndNotShorter(Conflict):
    """The new end is not within the contract's period."""

    zh = "合同期为 {start} 至 {end}，{at} 不在其中。提前终止应填写合同期内的日期。"
    en = "The contract runs from {start} to {end}; {at} does not shorten it. Name a day within it."


class FiledBeforeSigned(Conflict):
    """The filing bears a day before the signing, or after today."""

    zh = "备案日 {filed_on} 应在签订日 {signed_on} 至今天之间。请核对备案回执上的日期。"
    en = "The filing day {filed_on} must lie between the signing on {signed_on} and today. See the receipt."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTerms:
    """The terms in natural days that law or contract give: dismissal, no renewal, filing."""

    dismissal_days: int
    renewal_days: int
    filing_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What both sides signed. The fee in fen per m² and month; `end` is the first day without service."""

    contract_no: str
    org: str
    estate_ids: tuple[UUID, ...]
    fee_fen_per_m2_month: int
    start: date
    end: date
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract with its clocks.

    `filing_due` and `renewal_notice_by` are last days: of filing with the authority (K-13), and of the
    company's notice that it will not renew (K-09). `ends_on` is the terms' end, or an earlier one.
    """

    id: UUID
    territory: TerritoryCode
    terms: Terms
    ends_on: date
    filing_due: date
    renewal_notice_by: date
    notice: NoticeTerms
    status: ContractStatus = ContractStatus.SIGNED
    filed_on: date | None = None
    filing_no: str | None = None
    filing_overdue: bool = False
    notice_served_on: date | None = None
    end_reason: str | None = None
    version: int = 1

    @property
    def contract_no(self) -> str:
        """Return the number the parties gave it."""
        return self.terms.contract_no

    @property
    def allowed_actions(self) -> Sequence[ContractStep]:
        """Return what can be done with it now."""
        return LIFECYCLE.allowed(self.status)

    def supports(self, *, estate_id: UUID, org: str | None, start: date) -> bool:
        """Say whether the company may begin at the estate on a day by this contract.

        It may go on after the contract's end: then the term is indefinite (K-10).
        """
        begun = self.terms.start <= start < self.ends_on
        return begun and org == self.terms.org and estate_id in self.terms.estate_ids

    def filed(self, *, filing_no: str, filed_on: date, today: date) -> Self:
        """Return the contract as filed with the authority; raise StepNotAllowed or FiledBeforeSigned."""
        status = LIFECYCLE.after(self.status, ContractStep.FILE)
        if not self.terms.signed_on <= filed_on <= today:
            raise FiledBeforeSigned(filed_on=filed_on, signed_on=self.terms.signed_on)
        return self._next(
            status=status, filing_no=filing_no, filed_on=filed_on, filing_overdue=filed_on > self.filing_due
        )

    def late(self) -> Self:
        """Return the contract whose filing is overdue."""
        return self._next(filing_overdue=True)

    def ended(
        self, *, by: EndedBy, served_on: date, ends_on: date, reason: str, calendar: WorkingCalendar
    ) -> Self:
        """Return the contract ended ahead of its term after due notice (K-08, K-09).

        Raises StepNotAllowed, EndNotShorter, NoticeTooShort.
        """
        status = LIFECYCLE.after(self.status, ContractStep.END)
        if not self.terms.start < ends_on <= self.ends_on:
            raise EndNotShorter(start=self.terms.start, end=self.ends_on, at=ends_on)
        days = self.notice.dismissal_days if by is EndedBy.OWNERS else self.notice.renewal_days
        earliest = calendar.natural_deadline(served_on, days).day + _ONE_DAY
        if ends_on < earliest:
            raise NoticeTooShort(served_on=served_on, days=days, earliest=earliest)
        return self._next(status=status, ends_on=ends_on, notice_served_on=served_on, end_reason=reason)

    def _next(self, **changes: object) -> Self:
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # named fields of this class


def sign(
    *,
    contract_id: UUID,
    terms: Terms,
    territories: Iterable[TerritoryCode],
    notice: NoticeTerms,
    calendar: WorkingCalendar,
) -> Contract:
    """Return the contract both sides signed, its clocks set by the terms of notice."""
    due: Deadline = calendar.natural_deadline(terms.signed_on, notice.filing_days)
    return Contract(
        id=contract_id,
        territory=common_territory(territories),
        terms=terms,
        ends_on=terms.end,
        filing_due=due.day,
        renewal_notice_by=terms.end - timedelta(days=notice.renewal_days),
        notice=notice,
    )


def common_territory(territories: Iterable[TerritoryCode]) -> TerritoryCode:
    """Return the narrowest territory that holds all of some."""
    codes = list(territories)
    shortest = min(codes, key=len)
    prefixes = (shortest[:length] for length in range(len(shortest), -1, -1))
    return next(
        prefix
        for prefix in prefixes
        if is_territory_code(prefix) and all(code.startswith(prefix) for code in codes)
    )
