"""The token endpoint: a code or a client's own credentials for a token (RFC 6749, 4.1.3 and 4.4)."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from onebox.demo_people import DEMO_PEOPLE, DemoPerson, issue_for
from onebox.signing_in.clients import Client, client_of, client_secret
from onebox.signing_in.codes import Codes
from onebox.signing_in.forms import fields_of
from shared.identity import DevelopmentIssuer

__all__ = ["Granting"]

LIFETIME: Final = timedelta(hours=1)
_HEADERS: Final = {"cache-control": "no-store", "pragma": "no-cache"}
_WORDS: Final = {
    "invalid_request": "请求不完整，请核对 grant_type / something is missing: see grant_type",
    "invalid_client": "客户端名称或密钥不对 / the client's name or secret is wrong",
    "invalid_grant": "授权码无效、已用过或已过期 / the code is not good, was used, or is too old",
    "unsupported_grant_type": "只支持 authorization_code 与 client_credentials / only these two grants",
}


class Granting:
    """Gives tokens: to a client for whom somebody signed in, and to a demo person's own machine."""

    def __init__(self, issuer: DevelopmentIssuer, codes: Codes) -> None:
        """Take the issuer and where the codes are kept."""
        self._issuer = issuer
        self._codes = codes

    async def grant(self, request: Request) -> Response:
        """Answer a token request."""
        asked = await fields_of(request)
        client = client_of(
            authorization=request.headers.get("authorization", ""),
            name=asked.get("client_id", ""),
            secret=asked.get("client_secret"),
        )
        if client is None:
            return _refused("invalid_client", status=401)
        match asked.get("grant_type"):
            case "authorization_code":
                return self._by_code(client, asked)
            case "client_credentials":
                return self._by_secret(client)
            case None:
                return _refused("invalid_request")
            case _:
                return _refused("unsupported_grant_type")

    def _by_code(self, client: Client, asked: Mapping[str, str]) -> Response:
        sign_in = self._codes.take(asked.get("code", ""))
        if sign_in is None or not sign_in.is_shown(
            client=client.name,
            redirect_uri=asked.get("redirect_uri", ""),
            verifier=asked.get("code_verifier", ""),
        ):
            return _refused("invalid_grant")
        id_token = self._issuer.id_token(
            person=sign_in.person.person,
            client=client.name,
            nonce=sign_in.nonce,
            signed_in_at=sign_in.signed_in_at,
            lifetime=LIFETIME,
        )
        return self._token(sign_in.person, {"id_token": id_token, "scope": "openid"})

    def _by_secret(self, client: Client) -> Response:
        """Give a token to a demo person's machine, whose name is the person's."""
        person = next((one for one in DEMO_PEOPLE if one.person == client.name), None)
        expected = client_secret(self._issuer.key)
        if person is None or not hmac.compare_digest((client.secret or "").encode(), expected.encode()):
            return _refused("invalid_client", status=401)
        return self._token(person, {})

    def _token(self, person: DemoPerson, more: Mapping[str, str]) -> Response:
        token = issue_for(self._issuer, person, lifetime=LIFETIME)
        told = {"access_token": token, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}
        return JSONResponse({**told, **more}, headers=_HEADERS)


def _refused(error: str, *, status: int = 400) -> Response:
    """Return a refusal as RFC 6749, 5.2, has it."""
    challenge = {"www-authenticate": 'Basic realm="gongzhi"'} if status == 401 else {}  # noqa: PLR2004 - not known
    told = {"error": error, "error_description": _WORDS[error]}
    return JSONResponse(told, status_code=status, headers={**_HEADERS, **challenge})
