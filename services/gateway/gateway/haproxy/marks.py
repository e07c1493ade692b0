"""What a request is known by: its id, its trace, the reader's language, and the line in the access log."""

from collections.abc import Mapping
from typing import Final

from gateway.haproxy.answers import refuse
from gateway.haproxy.words import quoted
from gateway.limits import METHODS
from shared.web import MethodNotAllowed

__all__ = ["access_log", "mark_rules"]

_TRACE: Final = "(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
# A later version may say more (W3C Trace Context, 4.3); ff is none.
_TRACEPARENT: Final = f"^(00-{_TRACE}|(?!00|ff)[0-9a-f]{{2}}-{_TRACE}(-.{{0,400}})?)$"
# No header, no query: neither a token nor what somebody searched for stands in the log.
_LOGGED: Final[Mapping[str, str]] = {
    "time": '"%[date,utime(%Y-%m-%dT%H:%M:%S)]Z"',
    "request_id": '"%[var(txn.id)]"',
    "trace_id": '"%[var(txn.trace),bytes(3,32)]"',
    "caller": '"%[var(txn.who)]"',
    "client": '"%ci"',
    "protocol": '"%HV"',
    "method": '"%HM"',
    "path": '"%[var(txn.path),json(utf8s)]"',
    "service": '"%b"',
    "server": '"%s"',
    "status": "%ST",
    "bytes_in": "%U",
    "bytes_out": "%B",
    "request_ms": "%TR",
    "queue_ms": "%Tw",
    "connect_ms": "%Tc",
    "response_ms": "%Tr",
    "total_ms": "%Ta",
    "retries": '"%rc"',
    "ended": '"%ts"',
}
_FAILED: Final[Mapping[str, str]] = {
    "time": '"%[date,utime(%Y-%m-%dT%H:%M:%S)]Z"',
    "client": '"%ci"',
    "failure": '"%[fc_err_str]"',
}


def mark_rules() -> list[str]:
    """Give every request an id and a trace, or keep the caller's where they are harmless; say both again."""
    return [
        "    http-request set-var(txn.path) path",
        (
            "    http-request set-var(txn.english) bool(true)"
            " if { req.fhdr(accept-language),lower,language(zh;en,zh) -m str en }"
        ),
        "    http-request set-var(txn.given_id) req.fhdr(x-request-id)",
        "    http-request set-var(txn.id) uuid",
        (
            "    http-request set-var(txn.id) var(txn.given_id)"
            " if { var(txn.given_id) -m reg ^[A-Za-z0-9._-]{1,64}$ }"
        ),
        "    http-request set-header x-request-id %[var(txn.id)]",
        "    http-after-response set-header x-request-id %[var(txn.id)] if { var(txn.id) -m found }",
        *_trace_rules(),
        f"    {refuse(MethodNotAllowed)} if !{{ method {' '.join(METHODS)} }}",
    ]


def _trace_rules() -> list[str]:
    made = "00-%[uuid,regsub(-,,g)]-%[uuid,regsub(-,,g),bytes(16,16)]-01"
    return [
        f"    acl traced req.fhdr(traceparent) -m reg {quoted(_TRACEPARENT)}",
        f"    http-request set-header traceparent {made} if !traced",
        "    http-request set-var(txn.trace) req.fhdr(traceparent)",
        # A service answers with the step it made of it.
        (
            "    http-after-response set-header traceparent %[var(txn.trace)]"
            " if { var(txn.trace) -m found } !{ res.hdr(traceparent) -m found }"
        ),
    ]


def access_log() -> list[str]:
    """Return how a request, and a connection that never became one, stand in the log: one object a line."""
    return [
        "    log stdout format raw local0",
        f"    log-format {quoted(_object(_LOGGED))}",
        f"    error-log-format {quoted(_object(_FAILED))}",
    ]


def _object(members: Mapping[str, str]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"
