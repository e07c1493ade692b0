"""Structured logs to standard output: JSON lines in production, readable lines in development.

Every line carries the request and trace it belongs to. Nothing personal is logged: fields whose name says
they are personal or secret are hidden, phone numbers and citizen IDs in any text are masked, also inside
exceptions. There is no line per request; the metrics count requests.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO, cast

import structlog
from structlog.contextvars import bound_contextvars
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.kernel import mask_free_text
from shared.settings import LogFormat, PlatformSettings
from shared.tracing import current_trace

__all__ = ["configure_logging", "get_logger", "log_context"]

HIDDEN: Final = "[hidden]"
# Fields that hold persons or secrets by their whole name, and by the last word of their name.
HIDDEN_NAMES: Final = frozenset(
    {
        "caller",
        "caller_name",
        "contact",
        "contact_name",
        "full_name",
        "key",
        "name",
        "owner_name",
        "person",
        "url",
    }
)
HIDDEN_WORDS: Final = frozenset(
    {"address", "authorization", "cookie", "dsn", "email", "mobile", "password", "phone", "secret", "token"}
)
# Written by this module or by us alone; an id of many digits must not be taken for a phone number.
_OURS: Final = frozenset({"level", "logger", "request_id", "service", "span_id", "timestamp", "trace_id"})
_UUID: Final = re.compile(r"\A[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_LONGEST_VALUE: Final = 16_000
_DEEPEST: Final = 6
_UVICORN: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


def configure_logging(settings: PlatformSettings, *, service: str, stream: TextIO | None = None) -> None:
    """Send all logs of this process, uvicorn's and the libraries' too, through one pipeline to `stream`.

    Calling it again replaces the earlier configuration. `service` is the name every line carries.
    """
    before = _processors(service)
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(ProcessorFormatter(foreign_pre_chain=before, processors=_last(settings.log_style)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    _quieten_libraries()
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> BoundLogger:
    """Return the logger of a module."""
    return cast("BoundLogger", structlog.get_logger(name))


@contextmanager
def log_context(**fields: str | int | None) -> Iterator[None]:
    """Let every line logged inside carry these fields, such as `request_id`."""
    with bound_contextvars(**{name: value for name, value in fields.items() if value is not None}):
        yield


def _processors(service: str) -> list[Processor]:
    def name_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_service,
        _name_trace,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _hide_personal_data,
    ]


def _readable() -> Processor:
    """Return the renderer for eyes; its tracebacks show no values, which may be personal data."""
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def _last(style: LogFormat) -> list[Processor]:
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if style is LogFormat.JSON
        else _readable()
    )
    return [ProcessorFormatter.remove_processors_meta, renderer]


def _quieten_libraries() -> None:
    for name in _UVICORN:
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
    for name in ("uvicorn.access", "httpx", "httpcore", "aiokafka"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _name_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    trace = current_trace.get()
    if trace is not None:
        event["trace_id"] = trace.trace_id
        event["span_id"] = trace.span_id
    return event


def _hide_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {
        name: value if name in _OURS or name.startswith("_") else _safe(name, value, 0)
        for name, value in event.items()
    }


def _safe(name: str, value: object, depth: int) -> object:
    if depth == _DEEPEST or name in HIDDEN_NAMES or name.lower().rpartition("_")[2] in HIDDEN_WORDS:
        return HIDDEN
    if isinstance(value, dict):
        return {str(key): _safe(str(key), part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(name, part, depth + 1) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _masked(str(value))


def _masked(text: str) -> str:
    return text if _UUID.match(text) else mask_free_text(text[:_LONGEST_VALUE])


# Before `configure_logging`, and in tests that never call it.
structlog.configure(processors=[structlog.stdlib.add_log_level, _hide_personal_data, _readable()])
