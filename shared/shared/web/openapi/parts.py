"""What the operations of all services share: header fields, the problem document, its answers, the keys."""

from collections.abc import Mapping
from typing import Any, Final

from shared.web.problems import PROBLEM_TYPE, TITLES
from shared.web.versions import TAGS_MAX

__all__ = ["ETAG_MAX", "HEADERS", "PARAMETERS", "PROBLEM", "RESPONSES", "SECURITY_SCHEMES", "headers"]

Part = dict[str, Any]

ETAG_MAX: Final = 200
SENTENCE_MAX: Final = 2_000
SECONDS_MAX: Final = 86_400
TOKEN_MAX: Final = 2_000
RATE_MAX: Final = 200

HEADERS: Final[Mapping[str, Part]] = {
    "ETag": {
        "description": "本次内容的版本，用于 If-Match 与 If-None-Match。/ The version of this view.",
        "schema": {"type": "string", "maxLength": ETAG_MAX, "pattern": '^"[^"]+"$'},
    },
    "Consistency-Token": {
        "description": "随后的查询带上它，即可看到本次变更。/ A read that sends it back sees this change.",
        "schema": {"type": "string", "maxLength": TOKEN_MAX},
    },
    "RateLimit-Policy": {
        "description": "网关准许的次数：q 为时段 w 秒内的请求数，按名称计数的是调用者或部门密钥。/ "
        "What the edge grants: `q` requests in `w` seconds, to the caller or the department key.",
        "schema": {
            "type": "string",
            "maxLength": RATE_MAX,
            "pattern": r'^"(caller|department)";q=[0-9]+;w=[0-9]+$',
        },
    },
    "RateLimit": {
        "description": "还剩 r 次；等 t 秒后即可再次调用。/ "
        "`r` requests are left; whoever waits `t` seconds is let in again.",
        "schema": {
            "type": "string",
            "maxLength": RATE_MAX,
            "pattern": r'^"(caller|department)";r=[0-9]+;t=[0-9]+$',
        },
    },
    "Retry-After": {
        "description": "请在这么多秒之后重试。/ Try again after so many seconds.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": SECONDS_MAX},
    },
    "Access-Control-Allow-Origin": {
        "description": "仅当请求的 Origin 在运维人员许可的来源之列时给出；默认不许可任何来源。/ "
        "Given when the request's `Origin` is one that the operator allowed; none is unless set.",
        "schema": {"type": "string", "maxLength": 255, "pattern": r"^https?://\S+$"},
    },
}

_FIELD_ERROR: Final[Part] = {
    "type": "object",
    "required": ["detail", "code"],
    "properties": {
        "pointer": {
            "type": "string",
            "maxLength": SENTENCE_MAX,
            "description": "请求体中的位置（JSON Pointer）。/ Where in the body (JSON pointer).",
        },
        "parameter": {
            "type": "string",
            "maxLength": SENTENCE_MAX,
            "description": "路径或查询参数名。/ Which parameter of path or query.",
        },
        "detail": {
            "type": "string",
            "maxLength": SENTENCE_MAX,
            "description": "哪里不对，怎么改。/ What is wrong with it, and what to do.",
        },
        "code": {
            "type": "string",
            "maxLength": 100,
            "pattern": "^[a-z0-9_]+$",
            "description": "稳定的错误代码。/ A stable code.",
        },
    },
}
PROBLEM: Final[Part] = {
    "type": "object",
    "title": "Problem",
    "description": "问题说明（RFC 9457）。type 稳定，detail 说明该怎么办。/ Problem details; "
    "`type` is stable, `detail` says what to do. All types: /api/problems.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "description": "可打开的说明页。/ A page that tells what it is, and what to do.",
            "format": "uri-reference",
            "maxLength": 200,
            "pattern": f"^{PROBLEM_TYPE}[a-z0-9-]+$",
        },
        "title": {"type": "string", "maxLength": 100},
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "maxLength": SENTENCE_MAX},
        "instance": {"type": "string", "format": "uri-reference", "maxLength": SENTENCE_MAX},
        "errors": {"type": "array", "maxItems": 50, "items": _FIELD_ERROR},
    },
}


def headers(*names: str) -> Part:
    """Return the header fields of an answer: the named ones, and those that every answer may carry."""
    always = ("RateLimit-Policy", "RateLimit", "Access-Control-Allow-Origin")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *always)}


# An answer that no operation gives: of an address.
_ELSEWHERE: Final = frozenset({405})
_WITH_RETRY: Final = frozenset({429, 503})


def _answer(status: int) -> Part:
    chinese, english = TITLES[status]
    retry = ("Retry-After",) if status in _WITH_RETRY else ()
    return {
        "description": f"{chinese} / {english}",
        "headers": headers(*retry),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


RESPONSES: Final[Mapping[str, Part]] = {
    **{f"Problem{status}": _answer(status) for status in TITLES if status not in _ELSEWHERE},
    "NotModified": {
        "description": "与您手头的版本相同 / What you have is the present version",
        "headers": headers("ETag"),
    },
}

PARAMETERS: Final[Mapping[str, Part]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "同一个键重发同一请求，只生效一次并返回第一次的结果。/ "
        "The same request sent again with the same key takes effect once and gets the first answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "您看到的版本（ETag）；已变则拒绝（412）。/ "
        "The version you saw; refused with 412 when it is no longer the present one.",
        "schema": {"type": "string", "maxLength": ETAG_MAX, "pattern": r'^(\*|"[!#-~]+")$'},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "您手头的版本；未变则回 304。/ "
        "The version you have; answered with 304 while it is the present one.",
        "schema": {"type": "string", "maxLength": TAGS_MAX},
    },
    "ConsistencyToken": {
        "name": "Consistency-Token",
        "in": "header",
        "description": "最多等 2 秒，直到这项变更可见。/ "
        "Wait until this change is visible, two seconds at most.",
        "schema": {"type": "string", "maxLength": TOKEN_MAX},
    },
}

SECURITY_SCHEMES: Final[Mapping[str, Part]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "OpenID Connect 颁发的访问令牌，按 RFC8725 校验。/ "
        "An access token of the OpenID provider, verified as RFC8725 says.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "部门对请求的签名（RFC 9421），与 Signature-Input 一同提交。/ "
        "A department's signature of the request (RFC 9421), with its Signature-Input.",
    },
}
