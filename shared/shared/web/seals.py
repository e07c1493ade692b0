"""The hash chains of a service, for the audit role: how they stand, and what was changed since."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final

from fastapi import Path
from fastapi import Query as Parameter

from shared.chain import Chain, Finding, Verified, Verifier, standing
from shared.identity import Permission
from shared.kernel import NotFound
from shared.web.models import View
from shared.web.route import CurrentWork, Router, needs

__all__ = ["ChainNotFound", "seals_router"]

# A block has a thousand rows at most: so many are walked in a second or two. The command line walks all.
MOST_BLOCKS: Final = 50
# Of a walk that finds nothing right, this says enough.
MOST_FINDINGS: Final = 1_000
LAST_BLOCK_NUMBER: Final = 2**53 - 1
NAME_MAX: Final = 64


class ChainNotFound(NotFound):
    """The service seals no chain of this name."""

    zh = "没有名为“{chain}”的哈希链，现有：{names}。"
    en = "There is no hash chain '{chain}'. There are: {names}."


class ChainView(View):
    """How a chain stands. Note `head` elsewhere: it shows later that nothing before it was rewritten."""

    chain: str
    blocks: int
    head: str
    digest: str | None
    sealed_upto: int
    sealed_at: datetime | None
    last_number: int
    waiting_since: datetime | None


class ChainsView(View):
    """Every hash chain of the service."""

    chains: list[ChainView]


class FindingView(View):
    """One thing that does not match what was sealed."""

    fault: str
    block: int
    row: int | None
    sealed: str
    found: str
    zh: str
    en: str

    @classmethod
    def of(cls, finding: Finding) -> "FindingView":
        """Show a finding in both languages."""
        return cls(
            fault=finding.fault.value,
            block=finding.block,
            row=finding.row,
            sealed=finding.sealed,
            found=finding.found,
            zh=finding.sentence("zh"),
            en=finding.sentence("en"),
        )


class VerificationView(View):
    """What a walk over some blocks has seen. `next_block` is where the next walk goes on, if any.

    Of `findings` the first thousand are shown.
    """

    chain: str
    intact: bool
    blocks: int
    rows: int
    sealed_upto: int
    head: str
    next_block: int | None
    findings: list[FindingView]

    @classmethod
    def of(cls, chain: str, seen: Verified, *, next_block: int | None) -> "VerificationView":
        """Show what was seen."""
        return cls(
            chain=chain,
            intact=seen.intact,
            blocks=seen.blocks,
            rows=seen.rows,
            sealed_upto=seen.upto,
            head=seen.head.hex(),
            next_block=next_block,
            findings=[FindingView.of(finding) for finding in seen.findings[:MOST_FINDINGS]],
        )


ChainName = Annotated[str, Path(max_length=NAME_MAX)]
FirstBlock = Annotated[int, Parameter(ge=1, le=LAST_BLOCK_NUMBER)]
Blocks = Annotated[int, Parameter(ge=1, le=MOST_BLOCKS)]


def seals_router(chains: Sequence[Chain]) -> Router:
    """Return the routes of a service's hash chains."""
    router = Router(prefix="/audit/seals", tags=["audit"])
    by_name = {chain.name: chain for chain in chains}

    @router.get("", operation_id="show_seals", summary="查看哈希链的封存情况（审计）")
    @needs(Permission.SEALS_READ)
    async def seals(work: CurrentWork) -> ChainsView:
        """Say how the hash chains stand: head, how far they reach, what waits to be sealed."""
        return ChainsView(chains=[ChainView(**asdict(await standing(work, chain))) for chain in chains])

    @router.get("/{chain}/verification", operation_id="verify_chain", summary="核验哈希链（审计）")
    @needs(Permission.SEALS_READ)
    async def verification(
        chain: ChainName, work: CurrentWork, *, first_block: FirstBlock = 1, blocks: Blocks = MOST_BLOCKS
    ) -> VerificationView:
        """Walk some blocks of a chain and say what does not match what was sealed."""
        if chain not in by_name:
            raise ChainNotFound(chain=chain, names=", ".join(by_name))
        verifier = Verifier(work=work, chain=by_name[chain], first=first_block)
        async for _ in verifier.walk(blocks=blocks):
            pass
        more = verifier.seen.blocks == blocks
        return VerificationView.of(
            chain, verifier.seen, next_block=first_block + verifier.seen.blocks if more else None
        )

    return router
