"""Which web pages may call, as HAProxy tells it; the words are those of `gateway.origins`."""

from typing import Final

from gateway.haproxy.settings import EdgeSettings
from gateway.haproxy.words import quoted
from gateway.origins import ALLOW_ORIGIN, PREFLIGHT_FIELDS, READABLE_FIELDS

__all__ = ["origin_rules", "preflight_rules"]

_ALLOWED: Final = "{ var(txn.origin) -m found }"


def origin_rules(settings: EdgeSettings) -> list[str]:
    """Know the origin of an allowed page, and say so in every answer; nothing where none is allowed."""
    if not settings.allowed_origins:
        return []
    allowed = " ".join(map(quoted, settings.allowed_origins))
    return [
        f"    http-request set-var(txn.origin) req.fhdr(origin) if {{ req.fhdr(origin) -m str {allowed} }}",
        "    http-after-response add-header vary origin",
        f"    http-after-response set-header {ALLOW_ORIGIN} %[var(txn.origin)] if {_ALLOWED}",
        (
            "    http-after-response set-header access-control-expose-headers"
            f" {quoted(READABLE_FIELDS)} if {_ALLOWED}"
        ),
    ]


def preflight_rules(settings: EdgeSettings) -> list[str]:
    """Answer what a browser asks on behalf of an allowed page."""
    if not settings.allowed_origins:
        return []
    fields = "".join(f" hdr {name} {quoted(value)}" for name, value in PREFLIGHT_FIELDS.items())
    asked = "METH_OPTIONS { req.hdr(access-control-request-method) -m found }"
    return [f"    http-request return status 204{fields} if {asked} {_ALLOWED}"]
