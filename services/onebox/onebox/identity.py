"""The development issuer's documents, as a page of the one box."""

from typing import Final

from starlette.types import Receive, Scope, Send

from gateway.answers import answer_json, answer_not_found
from shared.identity import DevelopmentIssuer

__all__ = ["IDENTITY_PREFIX", "IdentityPages"]

IDENTITY_PREFIX: Final = "/identity/"


class IdentityPages:
    """Serves the key set and the discovery document of the development issuer."""

    def __init__(self, issuer: DevelopmentIssuer) -> None:
        """Take the issuer."""
        self._documents = {
            f"{IDENTITY_PREFIX}jwks.json": issuer.jwks(),
            f"{IDENTITY_PREFIX}.well-known/openid-configuration": issuer.discovery(),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        document = self._documents.get(scope["path"])
        if document is None:
            await answer_not_found(scope, receive, send)
        else:
            await answer_json(scope, send, document)
