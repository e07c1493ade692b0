"""Vouchers and their entries, read back."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.storage import Query, Row, Work, in_scope
from subsidy_ledger.books.domain import Book, Line, Posting, PostingKind, Side, Voucher, VoucherNotFound
from subsidy_ledger.tables import entries, vouchers

__all__ = ["load_voucher", "read_lines"]

_rows = vouchers.c
_reversals = vouchers.alias("reversals")
_LOAD: Final = Query(
    select(vouchers, _reversals.c.id.label("reversed_by"))
    .outerjoin(_reversals, and_(_reversals.c.reverses == _rows.id, in_scope(_reversals.c.territory)))
    .where(_rows.id == bindparam("id"), in_scope(_rows.territory))
)
_LINES: Final = Query(
    select(entries)
    .where(entries.c.voucher_id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(entries.c.voucher_id, entries.c.line)
)


async def load_voucher(work: Work, *, voucher_id: UUID) -> Voucher:
    """Return a voucher with its lines; raise VoucherNotFound."""
    row = await work.load(_LOAD, missing=VoucherNotFound, id=voucher_id)
    return _voucher_of(row, (await read_lines(work, [voucher_id]))[voucher_id])


async def read_lines(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, tuple[Line, ...]]:
    """Return the lines of some vouchers, which the caller has found in their territory."""
    found: dict[UUID, tuple[Line, ...]] = dict.fromkeys(ids, ())
    for row in await work.fetch_all(_LINES, ids=list(ids)):
        found[row["voucher_id"]] += (_line_of(row),)
    return found


def _line_of(row: Row) -> Line:
    return Line(
        book=Book(row["book"]), account=row["account"], side=Side(row["side"]), amount_fen=row["amount_fen"]
    )


def _voucher_of(row: Row, lines: tuple[Line, ...]) -> Voucher:
    return Voucher(
        posting=Posting(kind=PostingKind(row["kind"]), lines=lines, red=row["red"]),
        **{
            name: row[name]
            for name in (
                "id",
                "ledger",
                "month",
                "number",
                "territory",
                "budget_id",
                "claim_id",
                "reverses",
                "reversed_by",
            )
        },
    )
