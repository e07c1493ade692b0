"""Problem details (RFC 9457) in Chinese or English, from one catalogue: the refusal classes themselves.

The table of HTTP statuses is here and nowhere else.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.identity import NotAuthenticated
from shared.kernel import Conflict, NotAllowed, NotFound, Refusal
from shared.storage import OutcomeUnknown, PreconditionFailed
from shared.web.refusals import (
    AnswerLate,
    AnswerLost,
    BadRequest,
    BodyTooLarge,
    IdempotencyKeyReused,
    InternalFault,
    InvalidInput,
    MediaTypeNotSupported,
    MethodNotAllowed,
    NoSuchAddress,
    ReadModelBehind,
    RequestTooSlow,
    TemporarilyUnavailable,
    TooManyRequests,
)
from shared.web.validation import explain

__all__ = ["PROBLEM_TYPE", "STATUSES", "TITLES", "language_of", "problem", "problem_document", "status_of"]

# A reference to a page that both edges serve (RFC 9457, 3.1.1).
PROBLEM_TYPE: Final = "/api/problems/"

# The nearest class in the order of inheritance decides.
STATUSES: Final[Mapping[type[Refusal], int]] = {
    BadRequest: 400,
    NotAuthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    NoSuchAddress: 404,
    MethodNotAllowed: 405,
    RequestTooSlow: 408,
    Conflict: 409,
    PreconditionFailed: 412,
    BodyTooLarge: 413,
    MediaTypeNotSupported: 415,
    InvalidInput: 422,
    IdempotencyKeyReused: 422,
    TooManyRequests: 429,
    InternalFault: 500,
    AnswerLost: 502,
    TemporarilyUnavailable: 503,
    OutcomeUnknown: 503,
    AnswerLate: 504,
    ReadModelBehind: 504,
}
TITLES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("请求无法读取", "The request cannot be read"),
    401: ("需要登录", "Sign in first"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不支持的操作", "Method not allowed"),
    408: ("请求超时", "Too slow"),
    409: ("与现状冲突", "In conflict with the present state"),
    412: ("版本已变", "The version has changed"),
    413: ("内容过大", "Too large"),
    415: ("不支持的格式", "Format not supported"),
    422: ("填写有误", "Some input is not right"),
    429: ("请求过于频繁", "Too many requests"),
    500: ("系统故障", "A fault of ours"),
    502: ("暂时无法服务", "Out of service for the moment"),
    503: ("暂时无法服务", "Out of service for the moment"),
    504: ("等候超时", "Waited too long"),
}
_BY_STATUS: Final[Mapping[int, type[Refusal]]] = {
    401: NotAuthenticated,
    404: NoSuchAddress,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: MediaTypeNotSupported,
    429: TooManyRequests,
    503: TemporarilyUnavailable,
}
_PLACE: Final = re.compile(r"\{[^}]+\}")
# What may stand in a path as it is.
_PLAIN: Final = "/:@!$&'()*+,;="
INSTANCE_MAX: Final = 2_000
_PREFERENCE: Final = re.compile(r"(?P<tag>[A-Za-z*-]+)(?:\s*;\s*q\s*=\s*(?P<weight>[0-9.]{1,5}))?")


def language_of(request: Request) -> str:
    """Return `zh` or `en` by Accept-Language; Chinese where the caller states no preference."""
    best, best_weight = "zh", -1.0
    for match in _PREFERENCE.finditer(request.headers.get("accept-language", "")):
        language = match["tag"].lower().partition("-")[0]
        weight = _weight(match["weight"])
        if language in {"zh", "en"} and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def status_of(refusal: type[Refusal]) -> int:
    """Return the HTTP status of a refusal: that of its nearest ancestor in the table."""
    return next(STATUSES[kind] for kind in refusal.__mro__ if kind in STATUSES)


def problem(request: Request, refusal: Refusal, *, errors: Sequence[Mapping[str, str]] = ()) -> JSONResponse:
    """Return the answer for a refusal: stable type, title, a sentence with the way out, and the fields."""
    language = language_of(request)
    instance = quote(request.url.path, safe=_PLAIN)[:INSTANCE_MAX]
    body = problem_document(
        type(refusal), sentence=refusal.sentence(language), language=language, instance=instance
    )
    if errors:
        body["errors"] = list(errors)
    headers = {"content-language": "zh-CN" if language == "zh" else "en", "cache-control": "no-store"}
    if isinstance(refusal, NotAuthenticated):
        headers["www-authenticate"] = 'Bearer realm="gongzhi"'
    return JSONResponse(
        body, status_code=status_of(type(refusal)), headers=headers, media_type="application/problem+json"
    )


def problem_document(
    kind: type[Refusal], *, sentence: str, language: str, instance: str
) -> dict[str, object]:
    """Return the members that the problem document of every refusal has; `language` is `zh` or `en`."""
    status = status_of(kind)
    return {
        "type": PROBLEM_TYPE + kind.slug(),
        "title": TITLES[status][0 if language == "zh" else 1],
        "status": status,
        "detail": sentence,
        "instance": instance,
    }


async def answer_refusal(request: Request, refusal: Exception) -> JSONResponse:
    """Answer an expected refusal."""
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for Refusal only; narrows the type
    return problem(request, refusal)


async def answer_invalid(request: Request, invalid: Exception) -> JSONResponse:
    """Answer input that does not fit the schema, field by field."""
    assert isinstance(invalid, RequestValidationError)  # noqa: S101 - registered for this class only
    errors = explain(invalid.errors(), language=language_of(request))
    if any(error["type"] == "json_invalid" for error in invalid.errors()):
        return problem(request, BadRequest(), errors=errors)
    return problem(request, InvalidInput(), errors=errors)


async def answer_http(request: Request, fault: Exception) -> JSONResponse:
    """Answer what the framework refuses: unknown paths, methods, sizes, formats."""
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for this class only
    kind = _BY_STATUS.get(fault.status_code, BadRequest)
    answer = problem(request, kind())
    if kind is MethodNotAllowed:
        answer.headers["allow"] = ", ".join(_methods_at(request))
    return answer


def _methods_at(request: Request) -> list[str]:
    """Return the methods of an address. The framework knows those of the first router that has it."""
    app: FastAPI = request.app
    for template, item in app.openapi()["paths"].items():
        if re.fullmatch(_PLACE.sub("[^/]+", template), request.url.path):
            return sorted(method.upper() for method in item)
    return []
