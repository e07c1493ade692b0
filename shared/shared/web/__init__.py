"""The edge of a service: routes with a permission, units of work, problem details, pages, health."""

from shared.web.app import MAX_BODY_BYTES, Lifespan, api_prefix, create_app
from shared.web.audit import AuditPeriodTooLong
from shared.web.callers import VERIFIED_CALLER, VerifiedCallerMiddleware, note_verified_caller
from shared.web.cursor import PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, Page, PageRequest, Paging
from shared.web.idempotency import IDEMPOTENCY_KEY
from shared.web.measuring import BUCKETS, RequestFigures
from shared.web.models import (
    AreaM2x100,
    Body,
    Code,
    Flag,
    LongText,
    Moment,
    MoneyFen,
    Month,
    Sha256,
    ShortText,
    Territory,
    Uscc,
    View,
    Whole,
    clean_text,
)
from shared.web.openapi import operations
from shared.web.problems import PROBLEM_TYPE, STATUSES, TITLES, language_of, problem, status_of
from shared.web.refusals import (
    BadRequest,
    BodyTooLarge,
    CursorInvalid,
    HeaderInvalid,
    InternalFault,
    MethodNotAllowed,
    NoSuchAddress,
    RequestTooSlow,
    TemporarilyUnavailable,
    TooManyRequests,
)
from shared.web.route import CurrentWork, Router, RouteWithoutPermission, needs
from shared.web.runtime import Authenticate, Runtime, runtime_of
from shared.web.seals import ChainNotFound, seals_router
from shared.web.validation import explain

__all__ = [
    "BUCKETS",
    "IDEMPOTENCY_KEY",
    "MAX_BODY_BYTES",
    "PAGE_LIMIT_DEFAULT",
    "PAGE_LIMIT_MAX",
    "PROBLEM_TYPE",
    "STATUSES",
    "TITLES",
    "VERIFIED_CALLER",
    "AreaM2x100",
    "AuditPeriodTooLong",
    "Authenticate",
    "BadRequest",
    "Body",
    "BodyTooLarge",
    "ChainNotFound",
    "Code",
    "CurrentWork",
    "CursorInvalid",
    "Flag",
    "HeaderInvalid",
    "InternalFault",
    "Lifespan",
    "LongText",
    "MethodNotAllowed",
    "Moment",
    "MoneyFen",
    "Month",
    "NoSuchAddress",
    "Page",
    "PageRequest",
    "Paging",
    "RequestFigures",
    "RequestTooSlow",
    "RouteWithoutPermission",
    "Router",
    "Runtime",
    "Sha256",
    "ShortText",
    "TemporarilyUnavailable",
    "Territory",
    "TooManyRequests",
    "Uscc",
    "VerifiedCallerMiddleware",
    "View",
    "Whole",
    "api_prefix",
    "clean_text",
    "create_app",
    "explain",
    "language_of",
    "needs",
    "note_verified_caller",
    "operations",
    "problem",
    "runtime_of",
    "seals_router",
    "status_of",
]
