"""The form of a request as OAuth has it (RFC 6749, appendix B): URL-encoded, each name once."""

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

__all__ = ["fields_of"]

FORM_TYPE: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 50


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form without names that come twice; none of a body that is no such form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        return {}
    try:
        text = (await request.body()).decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}
