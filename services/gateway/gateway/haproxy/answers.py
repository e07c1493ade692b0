"""The answers the edge gives itself, as HAProxy writes them: problem details in the reader's language.

What is no whole request (400, 408) gets HAProxy's own page: it is refused below all rules.
"""

from collections.abc import Mapping
from typing import Final

from gateway.haproxy.words import chosen, quoted, template
from gateway.limits import METHODS, RETRY_AFTER_SECONDS
from gateway.routes import ROUTES
from shared.kernel import Refusal
from shared.web import (
    PROBLEM_TYPE,
    TITLES,
    AnswerLate,
    AnswerLost,
    BadRequest,
    InternalFault,
    RequestTooSlow,
    ServiceAway,
    status_of,
)

__all__ = ["health_answers", "own_errors", "refuse"]

# What is said where HAProxy itself answers with the status of the refusal.
_OWN_ERRORS: Final = (BadRequest, RequestTooSlow, InternalFault, AnswerLost, ServiceAway, AnswerLate)
_HEADERS: Final[Mapping[int, str]] = {
    401: " hdr www-authenticate 'Bearer realm=\"gongzhi\"'",
    405: f" hdr allow {quoted(', '.join(METHODS))}",
    429: f" hdr retry-after {RETRY_AFTER_SECONDS}",
    503: " hdr retry-after 2",
}
_JSON: Final = "content-type application/json"


def refuse(refusal: type[Refusal]) -> str:
    """Return the rule that ends a request with a refusal; its condition follows."""
    return f"http-request return {_answer(refusal)}"


def own_errors() -> list[str]:
    """Return what is said instead of HAProxy's own pages."""
    return [f"    http-error {_answer(refusal)}" for refusal in _OWN_ERRORS]


def health_answers() -> list[str]:
    """Return the rules for `/health/live` and `/health/ready`, which says how each service is."""
    parts = ",".join(f'"{route.service}":%[nbsrv({route.service}),bool,iif(true,false)]' for route in ROUTES)
    ready, not_ready = (
        quoted(f'{{"status":"{state}","parts":{{{parts}}}}}') for state in ("ok", "not ready")
    )
    live = quoted('{"status":"ok"}')
    give = "    http-request return status"
    return [
        f"{give} 200 {_JSON} string {live} if {{ path /health/live }}",
        *(f"    acl missing nbsrv({route.service}) lt 1" for route in ROUTES),
        f"{give} 503 {_JSON} lf-string {not_ready} if {{ path /health/ready }} missing",
        f"{give} 200 {_JSON} lf-string {ready} if {{ path /health/ready }}",
    ]


def _answer(refusal: type[Refusal]) -> str:
    status = status_of(refusal)
    zh, en = TITLES[status]
    title, detail = chosen(zh=zh, en=en), chosen(zh=refusal.zh, en=refusal.en)
    text = (
        f'{{"type":"{PROBLEM_TYPE}{refusal.slug()}","title":"{title}","status":{status},'
        f'"detail":"{detail}","instance":"%[var(txn.path),json(utf8s)]"}}'
    )
    language = template(chosen(zh="zh-CN", en="en"))
    headers = f"{_HEADERS.get(status, '')} hdr content-language {language} hdr cache-control no-store"
    return f"status {status} content-type application/problem+json lf-string {template(text)}{headers}"
