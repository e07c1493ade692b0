"""The answers the edge gives itself, as HAProxy writes them: problem details in both languages.

Here nobody reads Accept-Language, so every sentence stands twice. What is no HTTP at all gets HAProxy's own
page: it is refused below all rules.
"""

import json
from collections.abc import Mapping
from typing import Final

from gateway.refusals import AnswerLate, AnswerLost, ServiceAway
from gateway.routes import ROUTES
from shared.kernel import Refusal
from shared.web import PROBLEM_TYPE, TITLES, BadRequest, InternalFault, RequestTooSlow

__all__ = ["health_answers", "own_errors", "quoted", "refuse"]

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
    429: " hdr retry-after 10",
    503: " hdr retry-after 2",
}
_JSON: Final = "content-type application/json"


def quoted(text: str) -> str:
    """Return a word of the configuration in which nothing is special, as a shell would quote it."""
    return "'" + text.replace("'", "'\\''") + "'"


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
    problem = {
        "type": PROBLEM_TYPE + refusal.slug(),
        "title": f"{zh} / {en}",
        "status": status,
        "detail": f"{refusal.zh} / {refusal.en}",
    }
    text = quoted(json.dumps(problem, ensure_ascii=False))
    headers = f"{_HEADERS.get(status, '')} hdr cache-control no-store"
    return f"status {status} content-type application/problem+json string {text}{headers}"
