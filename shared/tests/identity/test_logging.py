"""Logs: one JSON line each, with request and trace, and without anything personal."""

import io
import json
import logging
import re
import uuid
from collections.abc import Iterator

import pytest
import structlog

from shared.logging import configure_logging, get_logger, log_context
from shared.settings import LogFormat, PlatformSettings, load
from shared.tracing import current_trace, new_trace

Line = dict[str, object]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(
        load(PlatformSettings, log_format=LogFormat.JSON), service="estate-registry", stream=stream
    )
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def fail(message: str) -> None:
    raise ValueError(message)


def only_line(stream: io.StringIO) -> Line:
    (text,) = stream.getvalue().splitlines()
    line: Line = json.loads(text)
    return line


def test_a_line_is_json_and_says_when_where_and_how_grave(stream: io.StringIO) -> None:
    get_logger("estates").warning("import_refused", rows=3, reason="缺少年份")

    line = only_line(stream)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "import_refused",
        "rows": 3,
        "reason": "缺少年份",
        "level": "warning",
        "logger": "estates",
        "service": "estate-registry",
    }


def test_a_line_carries_its_request_and_its_trace(stream: io.StringIO) -> None:
    trace = new_trace()
    token = current_trace.set(trace)
    with log_context(request_id="1381234567890", unit=None):
        logging.getLogger("asyncpg").warning("slow: %s ms", 900)
    current_trace.reset(token)
    get_logger("later").info("outside")

    inside, outside = (json.loads(text) for text in stream.getvalue().splitlines())
    assert (inside["event"], inside["logger"]) == ("slow: 900 ms", "asyncpg")
    assert (inside["request_id"], inside["trace_id"]) == ("1381234567890", trace.trace_id)
    assert inside["span_id"] == trace.span_id
    assert "unit" not in inside
    assert not {"request_id", "trace_id"} & set(outside)


@pytest.mark.parametrize(
    "field",
    [
        "phone",
        "caller_phone",
        "name",
        "owner_name",
        "address",
        "password",
        "token",
        "Authorization",
        "dsn",
        "key",
    ],
)
def test_fields_of_persons_and_secrets_are_hidden(stream: io.StringIO, field: str) -> None:
    get_logger("x").info("seen", **{field: "张三"}, nested={"list": [{field: "李四"}]})

    line = only_line(stream)
    assert line[field] == "[hidden]"
    assert line["nested"] == {"list": [{field: "[hidden]"}]}


@pytest.mark.parametrize("number", ["13812341234", "610703199003070015", "0916-5512345"])
def test_numbers_of_persons_are_masked_wherever_they_stand(stream: io.StringIO, number: str) -> None:
    log = get_logger("x")
    try:
        fail(f"Key (phone)=({number}) already exists.")
    except ValueError:
        log.exception(f"call {number}", note=f"来电{number}，请回复", deep={"a": [number]})  # noqa: G004
    logging.getLogger("library").error("failed for %s", number)

    assert number not in stream.getvalue()
    assert len(re.findall(r"[0-9]+\*{4,8}[0-9]+", stream.getvalue())) == 5


def test_ids_are_not_taken_for_numbers_of_persons(stream: io.StringIO) -> None:
    looks_like_a_phone = uuid.UUID("01981381-2341-7138-8123-456701381234")

    get_logger("x").info("seen", id=looks_like_a_phone, territory="610703100001", amount_fen=13812341234)

    line = only_line(stream)
    assert line["id"] == str(looks_like_a_phone)
    assert (line["territory"], line["amount_fen"]) == ("610703100001", 13812341234)


def test_an_exception_is_told_without_the_values_of_its_variables(stream: io.StringIO) -> None:
    owner = "王小明"
    try:
        fail(f"no such owner ({len(owner)})")
    except ValueError:
        get_logger("x").exception("failed")

    exception = str(only_line(stream)["exception"])
    assert "ValueError: no such owner (3)" in exception
    assert "in fail" in exception
    assert owner not in exception


def test_uvicorn_speaks_through_the_same_pipeline_and_not_once_per_request(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info('%s - "%s %s" %d', "1.2.3.4", "GET", "/", 200)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)

    line = only_line(stream)
    assert (line["event"], line["logger"]) == ("Started server process [7]", "uvicorn.error")


def test_the_level_is_kept(stream: io.StringIO) -> None:
    get_logger("x").debug("quiet")

    assert stream.getvalue() == ""


def test_development_lines_are_for_eyes_and_as_discreet(stream: io.StringIO) -> None:
    readable = io.StringIO()
    configure_logging(load(PlatformSettings), service="estate-registry", stream=readable)
    secret_of_the_frame = "13812341234"
    try:
        fail(secret_of_the_frame)
    except ValueError:
        get_logger("x").exception("failed", phone=secret_of_the_frame)

    assert stream.getvalue() == ""
    assert "failed" in readable.getvalue()
    assert "ValueError: 138****1234" in readable.getvalue()
    assert secret_of_the_frame not in readable.getvalue()
