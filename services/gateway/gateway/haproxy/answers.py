"""The answers the edge gives itself, as HAProxy writes them: problem details in the reader's language.

What is no whole request (400, 408) gets HAProxy's own page: it is refused below all rules.
"""

from collections.abc import Mapping
from typing import Final

from gateway.haproxy.words import chosen, quoted, template
from gateway.limits import METHODS, RETRY_AFTER_SECONDS
from gateway.refusals import AnswerLate, AnswerLost, ServiceAway
from gateway.routes import ROUTES
from shared.kernel import Refusal
from shared.web import PROBLEM_TYPE, TITLES, BadRequest, InternalFault, RequestTooSlow

__all__ = ["health_answers", "own_errors", "refuse"]

# Which refusal the edge gives for which status of its own.
_OWN_ERRORS: Final[Mapping[int, type[Refusal]]] = {
    400: BadRequest,
    408: RequestTooSlow,
    500: InternalFault,
    502: AnswerLost,
    503: ServiceAway,
    504: AnswerLate,
}
_HEADERS: Final[Mapping[int, str]] = {
    401: " hdr www-authenticate 'Bearer realm=\"gongzhi\"'",
    405: f" hdr allow {quoted(', '.join(METHODS))}",
    429: f" hdr retry-after {RETRY_AFTER_SECONDS}",
    503: " hdr retry-after 2",
}
_JSON: Final = "content-type application/json"


def refuse(refusal: type[Refusal], status: int) -> str:
    """Return the rule that ends a request with a refusal; its condition follows."""
    return f"http-request return {_answer(refusal, status)}"


def own_errors() -> list[str]:
    """Return what is said instead of HAProxy's own pages."""
    return [f"    http-error {_answer(refusal, status)}" for status, refusal in _OWN_ERRORS.items()]


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


def _answer(refusal: type[Refusal], status: int) -> str:
    zh, en = TITLES[status]
    title, detail = chosen(zh=zh, en=en), chosen(zh=refusal.zh, en=refusal.en)
    text = (
        f'{{"type":"{PROBLEM_TYPE}{refusal.slug()}","title":"{title}","status":{status},'
        f'"detail":"{detail}","instance":"%[var(txn.path),json(utf8s)]"}}'
    )
    language = template(chosen(zh="zh-CN", en="en"))
    headers = f"{_HEADERS.get(status, '')} hdr content-language {language} hdr cache-control no-store"
    return f"status {status} content-type application/problem+json lf-string {template(text)}{headers}"
