"""Entity tags: which version of a view the caller has, and which one a change is meant for.

A change answers with the version alone, `"7"`; a look adds a digest, `"7.9f86d081884c7d65"`, because a view
shows more than its aggregate (what the caller may do, names of neighbours) and may change without it.
`If-Match` takes both and compares the version.
"""

import hashlib
import re
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from shared.web.refusals import HeaderInvalid

__all__ = ["TAGS_MAX", "is_present_version", "tag_change", "tag_look", "version_named"]

DIGEST_BYTES: Final = 8
# Some forty tags at once.
TAGS_MAX: Final = 1_000
_NAMED: Final = re.compile(r'(?:W/)?(?P<quote>"?)(?P<version>[0-9]{1,9})(?:\.[0-9a-f]{16})?(?P=quote)')


def tag_change(response: Response, *, version: object) -> None:
    """Tell the version that a change has led to, if the view has one."""
    if version is not None:
        response.headers["etag"] = f'"{version}"'


def tag_look(response: Response, *, version: object) -> None:
    """Tell which version of a view this is."""
    body: bytes | memoryview | None = getattr(response, "body", None)
    if body is None or "etag" in response.headers:
        return
    digest = hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest()
    response.headers["etag"] = f'"{digest}"' if version is None else f'"{version}.{digest}"'


def is_present_version(request: Request, response: Response) -> bool:
    """Say whether the caller already has this view, by `If-None-Match`; raise HeaderInvalid."""
    had = request.headers.get("if-none-match")
    tag = response.headers.get("etag")
    if had is not None and len(had) > TAGS_MAX:
        raise HeaderInvalid(header="If-None-Match")
    if had is None or tag is None or response.status_code != 200:  # noqa: PLR2004 - 304 stands for 200 alone
        return False
    return had.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in had.split(",")}


def version_named(request: Request) -> int | None:
    """Return the version of `If-Match`, None for none and for `*`; raise HeaderInvalid."""
    text = request.headers.get("if-match")
    if text is None or text == "*":
        return None
    named = _NAMED.fullmatch(text)
    if named is None:
        raise HeaderInvalid(header="If-Match")
    return int(named["version"])
