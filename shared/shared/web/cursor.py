"""Keyset pages with signed cursors.

A cursor holds the values of the order columns of the last row seen. It is signed, so that nobody can make one
up, and bound to its list, its order and its filters, so that nobody takes it elsewhere.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import AfterValidator, BaseModel, Field

from shared.storage import Listing, Order, Orders, Row, Work
from shared.web.refusals import CursorInvalid
from shared.web.runtime import runtime_of

__all__ = [
    "CURSOR_MAX",
    "PAGE_LIMIT_DEFAULT",
    "PAGE_LIMIT_MAX",
    "FeedRequest",
    "Feeding",
    "Page",
    "PageRequest",
    "filtered",
    "ordered",
]

PAGE_LIMIT_DEFAULT: Final = 50
PAGE_LIMIT_MAX: Final = 200
CURSOR_MAX: Final = 2_000
_SIGNATURE_BYTES: Final = 16

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last page."""

    items: Annotated[list[Item], Field(max_length=PAGE_LIMIT_MAX)]
    next_cursor: Annotated[str | None, Field(max_length=CURSOR_MAX)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """What the caller of a feed asks for: how many entries, after which. A feed has one order and no end."""

    limit: int
    cursor: str | None
    key: bytes
    list_name: str

    def after(self, **filters: object) -> list[str] | None:
        """Return the order values of the last row seen, or None for the first page; raise CursorInvalid."""
        if self.cursor is None:
            return None
        return _open(self.cursor, key=self.key, bound_to=self._binding(filters))

    def cursor_after(self, values: Sequence[object], /, **filters: object) -> str:
        """Return the cursor that goes on after these order values."""
        return _seal([str(value) for value in values], key=self.key, bound_to=self._binding(filters))

    def _binding(self, filters: Mapping[str, object]) -> str:
        asked = sorted((name, str(value)) for name, value in filters.items())
        return json.dumps([self.list_name, self.order_name, asked])

    @property
    def order_name(self) -> str:
        """Return the name of the order the cursor is bound to."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest(FeedRequest):
    """What the caller of a list asks for: in which order, how many rows, and after which."""

    order: Order

    async def read(
        self,
        work: Work,
        listing: Listing,
        *,
        view: Callable[[Row], Item],
        filters: Mapping[str, object] | None = None,
        **values: object,
    ) -> Page[Item]:
        """Return a page of a list; `values` are parameters of its statement beside those of the filters.

        A filter that is None does not narrow. Raises CursorInvalid.
        """
        rows = await self.rows(work, listing, filters=filters, **values)
        return self.page(rows, view=view, filters=filters)

    async def rows(
        self, work: Work, listing: Listing, *, filters: Mapping[str, object] | None = None, **values: object
    ) -> list[Row]:
        """Return the rows of a page, and one more if there is a next page; raise CursorInvalid."""
        given = _given(filters)
        place = self.after(**given)
        asked = listing.values(given)
        lead = listing.lead(self.order, scope=work.scope, values=asked)
        query = listing.query(self.order, filters=given, goes_on=place is not None, lead=lead)
        start = {} if place is None else self.order.after(place)
        return await work.fetch_all(query, limit=self.limit + 1, **asked, **start, **values)

    def page(
        self,
        rows: Sequence[Row],
        *,
        view: Callable[[Row], Item],
        filters: Mapping[str, object] | None = None,
    ) -> Page[Item]:
        """Return a page from up to `limit + 1` rows; the row too many tells that there is a next page."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        cursor = self.cursor_after(self.order.place(shown[-1]), **_given(filters)) if more else None
        return Page(items=[view(row) for row in shown], next_cursor=cursor)

    @property
    def order_name(self) -> str:
        """Return the name of the order the cursor is bound to."""
        return self.order.name


def _given(filters: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (filters or {}).items() if value is not None}


def _signature(body: bytes, key: bytes, bound_to: str) -> bytes:
    return hmac.new(key, body + b"\0" + bound_to.encode(), hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _seal(values: Sequence[str], *, key: bytes, bound_to: str) -> str:
    body = json.dumps(values, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_signature(body, key, bound_to) + body).decode().rstrip("=")


def _open(cursor: str, *, key: bytes, bound_to: str) -> list[str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError as broken:
        raise CursorInvalid from broken
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(body, key, bound_to)):
        raise CursorInvalid
    values: list[str] = json.loads(body)
    return values


Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT_MAX)]
Cursor = Annotated[str | None, Query(max_length=CURSOR_MAX)]


async def _feed_request(
    request: Request, limit: Limit = PAGE_LIMIT_DEFAULT, cursor: Cursor = None
) -> FeedRequest:
    return FeedRequest(
        limit=limit, cursor=cursor, key=runtime_of(request).cursor_key, list_name=request.url.path
    )


Feeding = Annotated[FeedRequest, Depends(_feed_request)]


def ordered(orders: Orders) -> Any:  # noqa: ANN401 - as FastAPI's Depends
    """Return the dependency that reads `limit`, `cursor` and `sort` for a list with these orders."""
    names = ", ".join(orders)
    sentence = f"排序只能是：{names}。 / The order is one of: {names}."

    def known(name: str) -> str:
        if name not in orders:
            raise ValueError(sentence)
        return name

    default = orders.default.name
    told = f"排序；加“-”为从大到小，默认 {default}。/ The order; with a - downwards, by default {default}."
    sorting = Query(description=told, json_schema_extra={"enum": list(orders)})

    async def page_request(
        request: Request,
        limit: Limit = PAGE_LIMIT_DEFAULT,
        cursor: Cursor = None,
        sort: Annotated[str, sorting, AfterValidator(known)] = default,
    ) -> PageRequest:
        return PageRequest(
            limit=limit,
            cursor=cursor,
            key=runtime_of(request).cursor_key,
            list_name=request.url.path,
            order=orders[sort],
        )

    return Depends(page_request)


def filtered(by: type[BaseModel]) -> Any:  # noqa: ANN401 - as FastAPI's Depends
    """Return the dependency that reads the fields of a model from the query.

    Given the class itself, FastAPI would make it in another thread, for which every other request waits.
    """

    async def read(**values: object) -> BaseModel:
        return by(**values)

    read.__signature__ = signature(by)  # type: ignore[attr-defined]
    return Depends(read)
