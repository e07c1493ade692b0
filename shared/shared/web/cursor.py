"""Keyset pages with signed cursors.

A cursor holds the values of the order columns of the last row seen and a digest of the filter. It is
signed, so that nobody can make one up, and bound to its list, so that nobody takes it elsewhere.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from shared.web.refusals import CursorInvalid
from shared.web.runtime import runtime_of

__all__ = ["PAGE_LIMIT_DEFAULT", "PAGE_LIMIT_MAX", "Page", "PageRequest", "Paging"]

PAGE_LIMIT_DEFAULT: Final = 50
PAGE_LIMIT_MAX: Final = 200
_SIGNATURE_BYTES: Final = 16

Item = TypeVar("Item")
Row = TypeVar("Row")


class Page(BaseModel, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last page."""

    items: list[Item]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """What the caller asks for: how many rows, and after which."""

    limit: int
    cursor: str | None
    key: bytes
    list_name: str

    def after(self, **filters: object) -> list[str] | None:
        """Return the order values of the last row seen, or None for the first page; raise CursorInvalid."""
        if self.cursor is None:
            return None
        return _open(self.cursor, key=self.key, bound_to=self._binding(filters))

    def page(
        self,
        rows: Sequence[Row],
        *,
        view: Callable[[Row], Item],
        order: Callable[[Row], Sequence[object]],
        filters: Mapping[str, object] | None = None,
    ) -> Page[Item]:
        """Return a page from up to `limit + 1` rows; the row too many tells that there is a next page.

        `order` gives the values of the order columns of a row; none of them may be null.
        """
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        cursor = self.cursor_after(order(shown[-1]), **(filters or {})) if more else None
        return Page(items=[view(row) for row in shown], next_cursor=cursor)

    def cursor_after(self, values: Sequence[object], /, **filters: object) -> str:
        """Return the cursor that goes on after these order values; for feeds, which have no last page."""
        return _seal([str(value) for value in values], key=self.key, bound_to=self._binding(filters))

    def _binding(self, filters: Mapping[str, object]) -> str:
        return json.dumps([self.list_name, sorted((name, str(value)) for name, value in filters.items())])


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


def _page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT_MAX)] = PAGE_LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> PageRequest:
    return PageRequest(
        limit=limit, cursor=cursor, key=runtime_of(request).cursor_key, list_name=request.url.path
    )


Paging = Annotated[PageRequest, Depends(_page_request)]
