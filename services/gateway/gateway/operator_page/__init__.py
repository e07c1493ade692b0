"""The page for operators: how the backbone stands, the way of an event, parked events.

It needs no internet and no service of its own: its assets lie beside this file, and what it shows it asks of
the services in the name of whoever signed in, by the routes below `/api/<service>/operations/`.
"""

import mimetypes
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from gateway.routes import ROUTES

__all__ = ["OPERATIONS_FOLDER", "OPERATIONS_PATH", "PAGE_HEADERS", "operator_assets"]

OPERATIONS_PATH: Final = "/api/operations"
OPERATIONS_FOLDER: Final = "/api/operations/"
_PAGE: Final = "page.html"
_SHIPPED: Final = (".js", ".css")
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Nothing of another server is loaded or asked, nothing inline is run, and no other page may frame it.
PAGE_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
)


def operator_assets() -> Mapping[str, tuple[bytes, str]]:
    """Return each path of the page with its body and its media type."""
    page = _page(), "text/html; charset=utf-8"
    folder = files(__name__)
    shipped = {
        OPERATIONS_FOLDER + each.name: (each.read_bytes(), _media_type(each.name))
        for each in folder.iterdir()
        if each.name.endswith(_SHIPPED)
    }
    return {OPERATIONS_PATH: page, OPERATIONS_FOLDER: page, **shipped}


def _page() -> bytes:
    text = (files(__name__) / _PAGE).read_text(encoding="utf-8")
    return text.format(services=" ".join(route.service for route in ROUTES)).encode()


def _media_type(name: str) -> str:
    return f"{mimetypes.guess_type(name)[0] or 'application/octet-stream'}; charset=utf-8"
