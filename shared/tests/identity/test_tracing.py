"""W3C traceparent: read as the recommendation says, made anew, handed on."""

import pytest

from shared.tracing import TraceContext, new_trace, parse_traceparent

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(("flags", "sampled"), [("01", True), ("00", False), ("03", True), ("fe", False)])
def test_a_header_is_read(flags: str, sampled: bool) -> None:  # noqa: FBT001
    trace = parse_traceparent(f"00-{TRACE}-{SPAN}-{flags}")

    assert trace == TraceContext(trace_id=TRACE, span_id=SPAN, sampled=sampled)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "garbage",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"01-{TRACE}-{SPAN}-01-{'x' * 500}",
    ],
)
def test_a_header_that_is_none_is_ignored(header: str | None) -> None:
    assert parse_traceparent(header) is None


@pytest.mark.parametrize("rest", ["", "-more", "-more-and-more"])
def test_a_later_version_is_read_as_far_as_it_is_known(rest: str) -> None:
    trace = parse_traceparent(f"01-{TRACE}-{SPAN}-01{rest}")

    assert trace == TraceContext(trace_id=TRACE, span_id=SPAN, sampled=True)


def test_a_step_keeps_the_trace_and_has_an_id_of_its_own() -> None:
    trace = new_trace(sampled=False)
    step = trace.child()

    assert (step.trace_id, step.sampled) == (trace.trace_id, False)
    assert step.span_id != trace.span_id
    assert new_trace().trace_id != trace.trace_id


def test_what_is_written_can_be_read() -> None:
    for trace in (new_trace(), new_trace(sampled=False), new_trace().child()):
        assert parse_traceparent(trace.traceparent) == trace
