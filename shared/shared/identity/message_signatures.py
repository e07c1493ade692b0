"""Signed requests (RFC 9421): the subset that departments use. One signature, made with a shared secret.

The line of the signature's parameters is taken as it was sent, and only its canonical form is read: whatever
else a signer may write is refused rather than guessed at. Which algorithm holds is the key's to say, never
the message's.
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from shared.identity.refusals import SignatureIncomplete, SignatureUnreadable

__all__ = [
    "CONTENT_DIGEST",
    "SIGNATURE",
    "SIGNATURE_INPUT",
    "MessageSignature",
    "RequestParts",
    "SignatureAlgorithm",
    "content_digest",
    "digest_fits",
    "key_id_of_signature",
]

SIGNATURE: Final = "signature"
SIGNATURE_INPUT: Final = "signature-input"
CONTENT_DIGEST: Final = "content-digest"
DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
NEEDED_PARAMETERS: Final = ("created", "keyid", "nonce")

_KEY_ID: Final = re.compile(rb';keyid="([0-9a-f]{16})"')
_INPUT: Final = re.compile(
    r"(?P<label>[a-z*][a-z0-9_.*-]*)="
    r'(?P<line>\((?P<components>(?:"[@a-z0-9_.-]+"(?: "[@a-z0-9_.-]+")*)?)\)'
    r'(?P<parameters>(?:;[a-z*][a-z0-9_.*-]*=(?:"[ !#-\[\]-~]*"|[0-9]{1,15}))*))',
    re.ASCII,
)
_PARAMETER: Final = re.compile(r';(?P<name>[^=;]+)=(?:"(?P<text>[^"]*)"|(?P<number>[0-9]+))')
_SIGNATURE: Final = re.compile(r"(?P<label>[a-z*][a-z0-9_.*-]*)=:(?P<value>[A-Za-z0-9+/]+={0,2}):", re.ASCII)
_DIGEST: Final = re.compile(r"(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?=,|$)", re.ASCII)


class SignatureAlgorithm(StrEnum):
    """How a department signs: by the registered algorithm, or with the national digest in its place."""

    HMAC_SHA256 = "hmac-sha256"
    HMAC_SM3 = "hmac-sm3"

    def sign(self, secret: bytes, base: bytes) -> bytes:
        """Return the signature of a base."""
        if self is SignatureAlgorithm.HMAC_SHA256:
            return hmac.digest(secret, base, "sha256")
        mac = HMAC(secret, SM3())
        mac.update(base)
        return mac.finalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestParts:
    """What of a request can be signed, as sent: path and query undecoded, the query without its `?`."""

    method: str
    scheme: str
    authority: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]

    def field(self, name: str) -> str | None:
        """Return the value of a header, several of one name joined (RFC 9421, 2.1); None without one."""
        values = [value.strip() for other, value in self.headers if other.lower() == name]
        return ", ".join(values) if values else None

    def component(self, name: str) -> str | None:
        """Return the value of a component; None for one that the request does not have."""
        if not name.startswith("@"):
            return self.field(name)
        authority = self.authority.lower().removesuffix(DEFAULT_PORTS.get(self.scheme, ""))
        asked = f"?{self.query}" if self.query else ""
        return {
            "@method": self.method,
            "@scheme": self.scheme,
            "@authority": authority,
            "@path": self.path or "/",
            "@query": f"?{self.query}",
            "@request-target": f"{self.path}{asked}",
            "@target-uri": f"{self.scheme}://{authority}{self.path}{asked}",
        }.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSignature:
    """A signature as a request states it: what it covers, its parameters, its value. It proves nothing yet.

    `line` is what Signature-Input says behind the label.
    """

    line: str
    components: Sequence[str]
    created: int
    key_id: str
    nonce: str
    expires: int | None
    algorithm: str | None
    value: bytes

    @classmethod
    def read(cls, request: RequestParts) -> Self:
        """Read the one signature of a request; raise SignatureUnreadable and SignatureIncomplete."""
        stated = _INPUT.fullmatch(request.field(SIGNATURE_INPUT) or "")
        signed = _SIGNATURE.fullmatch(request.field(SIGNATURE) or "")
        if stated is None or signed is None or stated["label"] != signed["label"]:
            raise SignatureUnreadable
        texts, numbers = _parameters(stated["parameters"])
        named = {*texts, *numbers}
        if missing := [name for name in NEEDED_PARAMETERS if name not in named]:
            raise SignatureIncomplete(missing=", ".join(missing))
        try:
            return cls(
                line=stated["line"],
                components=_components(stated["components"]),
                created=numbers["created"],
                key_id=texts["keyid"],
                nonce=texts["nonce"],
                expires=numbers["expires"] if "expires" in named else None,
                algorithm=texts["alg"] if "alg" in named else None,
                value=b64decode(signed["value"], validate=True),
            )
        except (KeyError, ValueError) as broken:  # a text where a number belongs, or no base64
            raise SignatureUnreadable from broken

    def base(self, request: RequestParts) -> bytes:
        """Return what was signed (RFC 9421, 2.5); raise SignatureIncomplete without a component it names."""
        lines = []
        for name in self.components:
            value = request.component(name)
            if value is None:
                raise SignatureIncomplete(missing=f'"{name}"')
            lines.append(f'"{name}": {value}')
        return "\n".join([*lines, f'"@signature-params": {self.line}']).encode("latin-1")

    def fits(self, base: bytes, *, secret: bytes, algorithm: SignatureAlgorithm) -> bool:
        """Say whether this is the signature of a base under a key."""
        good = hmac.compare_digest(algorithm.sign(secret, base), self.value)
        return good and self.algorithm in {None, algorithm.value}


def content_digest(body: bytes) -> str:
    """Return the value of Content-Digest (RFC 9530) for a body."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def digest_fits(stated: str, body: bytes) -> bool:
    """Say whether a Content-Digest has the SHA-256 of this body; other digests beside it are not asked."""
    found = _DIGEST.findall(stated)
    return len(found) == 1 and hmac.compare_digest(b64decode(found[0]), sha256(body).digest())


def key_id_of_signature(signature_input: bytes) -> str | None:
    """Return the key id a Signature-Input names, or None; it proves nothing yet."""
    match = _KEY_ID.search(signature_input)
    return match[1].decode() if match else None


def _parameters(stated: str) -> tuple[dict[str, str], dict[str, int]]:
    """Return what is text and what is number; raise SignatureUnreadable for a name given twice."""
    found = list(_PARAMETER.finditer(stated))
    if len({one["name"] for one in found}) < len(found):
        raise SignatureUnreadable
    texts = {one["name"]: one["text"] for one in found if one["text"] is not None}
    return texts, {one["name"]: int(one["number"]) for one in found if one["number"] is not None}


def _components(stated: str) -> list[str]:
    names = [name.strip('"') for name in stated.split()]
    if len(set(names)) < len(names):
        raise SignatureUnreadable
    return names
