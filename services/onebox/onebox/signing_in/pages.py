"""The development issuer's documents and endpoints, as a page of the one box."""

from typing import Final

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.answers import answer_json, answer_not_found
from onebox.signing_in.authorizing import Authorizing
from onebox.signing_in.codes import Codes
from onebox.signing_in.granting import Granting
from shared.identity import DevelopmentIssuer

__all__ = ["IDENTITY_PREFIX", "IdentityPages"]

IDENTITY_PREFIX: Final = "/identity/"


class IdentityPages:
    """Serves key set, discovery document, the page to sign in on, and tokens, of the development issuer."""

    def __init__(self, issuer: DevelopmentIssuer) -> None:
        """Take the issuer, which there is in development alone."""
        codes = Codes(clock=issuer.clock)
        self._documents = {
            f"{IDENTITY_PREFIX}jwks.json": issuer.jwks(),
            f"{IDENTITY_PREFIX}.well-known/openid-configuration": issuer.discovery(),
        }
        self._endpoints = {
            (f"{IDENTITY_PREFIX}authorize", "GET"): Authorizing(issuer, codes).show,
            (f"{IDENTITY_PREFIX}authorize", "POST"): Authorizing(issuer, codes).choose,
            (f"{IDENTITY_PREFIX}token", "POST"): Granting(issuer, codes).grant,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope["path"]
        endpoint = self._endpoints.get((path, scope["method"]))
        if path in self._documents:
            await answer_json(scope, send, self._documents[path])
        elif endpoint is not None:
            await (await endpoint(Request(scope, receive)))(scope, receive, send)
        else:
            await answer_not_found(scope, receive, send)
