"""Who may ask for tokens: any client on this machine for a person, a demo person's machine for itself."""

import hashlib
import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus, urlsplit

from joserfc.jwk import RSAKey

__all__ = ["Client", "client_of", "client_secret", "is_on_this_machine"]

_PURPOSE: Final = b"client secret"
# RFC 8252, 7.3: a program on this machine, at whatever port it found free.
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Client:
    """A client as it showed itself; `secret` is None for a public one."""

    name: str
    secret: str | None


def client_secret(key: RSAKey) -> str:
    """Return the secret of the demo people's machines, one for each box: it follows from its private key."""
    material = str(key.as_dict(private=True)["d"]).encode()
    return hmac.new(material, _PURPOSE, hashlib.sha256).hexdigest()


def client_of(*, authorization: str, name: str, secret: str | None) -> Client | None:
    """Return the client of a token request (RFC 6749, 2.3.1), by HTTP Basic or by the form; None for none."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return Client(name, secret) if name else None
    try:
        text = b64decode(credentials, validate=True).decode()
    except (NotBase64, UnicodeDecodeError):
        return None
    told, colon, told_secret = text.partition(":")
    return Client(unquote_plus(told), unquote_plus(told_secret)) if colon and told else None


def is_on_this_machine(address: str) -> bool:
    """Say whether an address leads back to a program on this machine, and has no fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK and not parts.fragment
