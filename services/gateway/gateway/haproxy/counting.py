"""How often somebody may call, and how that is told.

A caller is counted by the subject of a good token, else by address: an unproved name is no name. A department
key counts when the service answers that the signature was good; until then its id proves nothing, and whoever
only names it counts for nothing against it.
"""

from typing import Final

from gateway.haproxy.answers import refuse
from gateway.haproxy.settings import EdgeSettings
from gateway.haproxy.words import quoted, template
from gateway.limits import COUNTED_CALLER, COUNTED_DEPARTMENT, WINDOW_SECONDS, limit_field, policy_field
from shared.web import VERIFIED_CALLER, TooManyRequests

__all__ = ["answered_rules", "counting_rules", "department_table", "rate_fields"]

_RATE: Final = f"http_req_rate({WINDOW_SECONDS}s)"
_DEPARTMENTS: Final = "counted-departments"
# The id of a key within Signature-Input (RFC 9421), whatever stands around it.
_KEY_ID: Final = "^.*;keyid=.([0-9a-f]{16})[^0-9a-f].*$"
_PROVED: Final = "{ var(txn.department) -m found }"
_MARK: Final = "sha2(256),hex,bytes(0,16)"
_CALLERS_TABLE: Final = f"stick-table type string len 128 size 100k expire 30s store {_RATE}"


def department_table() -> list[str]:
    """Return the part of the configuration that remembers the department keys."""
    table = f"    stick-table type string len 64 size 10k expire 30s store {_RATE}"
    return [f"backend {_DEPARTMENTS}", table, ""]


def counting_rules(settings: EdgeSettings) -> list[str]:
    """Refuse whoever is over the limit, and count all others; a refusal itself is not counted."""
    limits = settings.limits
    keyed = quoted(f'req.fhdr(signature-input),regsub("{_KEY_ID}",\\1)')
    return [
        f"    {_CALLERS_TABLE}",
        "    http-request set-var(txn.caller) src",
        "    http-request set-var(txn.caller) var(txn.subject) if bearer !invalid !ended",
        # The log knows a person by a mark alone.
        f"    http-request set-var(txn.who) var(txn.subject),{_MARK} if bearer !invalid !ended",
        f"    http-request set-var(txn.key) {keyed} if {{ req.hdr(signature-input) -m found }}",
        f"    http-request set-var(txn.spent) var(txn.key),table_http_req_rate({_DEPARTMENTS})",
        "    http-request set-var(txn.rate) var(txn.caller),table_http_req_rate(edge)",
        f"    acl department_over var(txn.spent) -m int ge {limits.department_requests_per_10s}",
        f"    acl caller_over var(txn.rate) -m int ge {limits.requests_per_10s}",
        "    http-request set-var(txn.left) int(0)",
        f"    {refuse(TooManyRequests)} if department_over or caller_over",
        "    http-request track-sc0 var(txn.caller)",
        f"    http-request set-var(txn.left) sc0_http_req_rate,neg,add({limits.requests_per_10s})",
    ]


def answered_rules() -> list[str]:
    """Count a department key that the service found good, and keep its name from the caller."""
    return [
        f"    http-response set-var(txn.department) res.hdr({VERIFIED_CALLER})",
        f"    http-response track-sc1 var(txn.department) table {_DEPARTMENTS} if {_PROVED}",
        f"    http-response set-var(txn.who) var(txn.department) if {_PROVED}",
        f"    http-response del-header {VERIFIED_CALLER}",
    ]


def rate_fields(settings: EdgeSettings) -> list[str]:
    """Tell every caller what is granted and what is left, in refusals too."""
    limits = settings.limits
    granted = limits.department_requests_per_10s
    spent = f"%[sc1_http_req_rate,neg,add({granted})]"
    return [
        *_fields(COUNTED_CALLER, limits.requests_per_10s, "%[var(txn.left)]", "{ var(txn.left) -m found }"),
        *_fields(COUNTED_DEPARTMENT, granted, spent, _PROVED),
    ]


def _fields(counted: str, granted: int, remaining: str, condition: str) -> list[str]:
    policy = template(policy_field(counted=counted, granted=granted))
    limit = template(limit_field(counted=counted, remaining=remaining))
    return [
        f"    http-after-response set-header ratelimit-policy {policy} if {condition}",
        f"    http-after-response set-header ratelimit {limit} if {condition}",
    ]
