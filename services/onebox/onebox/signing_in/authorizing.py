"""The authorization endpoint: somebody chooses whom to be, the client gets a code (OIDC Core, 3.1.2)."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from onebox.demo_people import DEMO_PEOPLE
from onebox.signing_in.clients import is_on_this_machine
from onebox.signing_in.codes import Codes, SignIn
from onebox.signing_in.forms import fields_of
from onebox.signing_in.words import refusal_page, sign_in_page
from shared.identity import DevelopmentIssuer

__all__ = ["Authorizing"]

_ASKED: Final[tuple[str, ...]] = (
    *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
    *("code_challenge", "code_challenge_method"),
)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SAFE: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
_NO_CLIENT: Final = (
    "请求缺少 client_id，或 redirect_uri 不是本机地址（http://127.0.0.1:端口/…），无法返回给调用程序。",
    "client_id is missing, or redirect_uri is not on this machine (http://127.0.0.1:port/…).",
)
_NOBODY: Final = ("没有这个人，请从登录页选择。", "There is nobody of this name: choose on the page.")


class Authorizing:
    """Shows the people of the demo district, and sends who was chosen back to the client as a code."""

    def __init__(self, issuer: DevelopmentIssuer, codes: Codes) -> None:
        """Take the issuer and where the codes are kept."""
        self._issuer = issuer
        self._codes = codes

    async def show(self, request: Request) -> Response:
        """Show the page, or say what is wrong with what the client asks."""
        asked = dict(request.query_params)
        refused = self._refused(asked)
        if refused is not None:
            return refused
        known = {name: asked[name] for name in _ASKED if name in asked}
        return HTMLResponse(sign_in_page(DEMO_PEOPLE, client=asked["client_id"], asked=known), headers=_SAFE)

    async def choose(self, request: Request) -> Response:
        """Send the client a code for who was chosen."""
        asked = await fields_of(request)
        refused = self._refused(asked)
        if refused is not None:
            return refused
        person = next((one for one in DEMO_PEOPLE if one.person == asked.get("person")), None)
        if person is None:
            return HTMLResponse(refusal_page(*_NOBODY), status_code=400, headers=_SAFE)
        sign_in = SignIn(
            person=person,
            client=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked.get("nonce"),
            signed_in_at=self._issuer.clock(),
        )
        return self._back(asked, {"code": self._codes.give(sign_in)})

    def _refused(self, asked: Mapping[str, str]) -> Response | None:
        """Return the refusal: a page where the client is not known, else the client is told (3.1.2.6)."""
        if not asked.get("client_id") or not is_on_this_machine(asked.get("redirect_uri", "")):
            return HTMLResponse(refusal_page(*_NO_CLIENT), status_code=400, headers=_SAFE)
        if asked.get("response_type") != "code":
            return self._back(asked, {"error": "unsupported_response_type"})
        challenge = _CHALLENGE.fullmatch(asked.get("code_challenge", ""))
        if challenge is None or asked.get("code_challenge_method") != "S256":
            told = "请使用 PKCE（S256） / PKCE with S256 is needed"
            return self._back(asked, {"error": "invalid_request", "error_description": told})
        return None

    def _back(self, asked: Mapping[str, str], told: Mapping[str, str]) -> Response:
        """Send the browser back to the client; the issuer's name comes along (RFC 9207)."""
        state = {"state": asked["state"]} if "state" in asked else {}
        query = urlencode({**told, **state, "iss": self._issuer.settings.issuer})
        address = asked["redirect_uri"]
        joint = "&" if "?" in address else "?"
        return RedirectResponse(f"{address}{joint}{query}", status_code=303, headers=_SAFE)
