"""Codes that stand for a person who has signed in, each good once and for a minute."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from onebox.demo_people import DemoPerson
from shared.kernel import Clock, system_clock

__all__ = ["Codes", "SignIn"]

LIFETIME: Final = timedelta(minutes=1)
MOST_OPEN: Final = 1000
_CODE_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who signed in for which client, and what the client must show to get the token."""

    person: DemoPerson
    client: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    signed_in_at: datetime

    def is_shown(self, *, client: str, redirect_uri: str, verifier: str) -> bool:
        """Say whether a token request is of the client that began (RFC 7636, S256 alone)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            client == self.client
            and redirect_uri == self.redirect_uri
            and hmac.compare_digest(challenge.encode(), self.challenge.encode())
        )


@dataclass(kw_only=True)
class Codes:
    """The codes given out and not yet taken in; the oldest is forgotten when there are too many."""

    clock: Clock = system_clock
    _open: "OrderedDict[str, SignIn]" = field(default_factory=OrderedDict)

    def give(self, sign_in: SignIn) -> str:
        """Return a new code."""
        code = secrets.token_urlsafe(_CODE_BYTES)
        self._open[code] = sign_in
        if len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return code

    def take(self, code: str) -> SignIn | None:
        """Return what a code stands for, once; None for one that is unknown, taken or too old."""
        sign_in = self._open.pop(code, None)
        if sign_in is None or self.clock() - sign_in.signed_in_at > LIFETIME:
            return None
        return sign_in
