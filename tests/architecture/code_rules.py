"""Rules of the house about Python code. Each takes a file and yields its faults, as `path:line: sentence`."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final

from tests.architecture.sources import Source

__all__ = ["RULES", "Rule"]

Rule = Callable[[Source], Iterator[str]]

MAX_FUNCTION_LINES: Final = 40
MAX_FILE_LINES: Final = 250
MIN_TEST_NAME_WORDS: Final = 4

_CLOCK: Final = "shared/shared/kernel/clock.py"
_CLOCK_CALLS: Final = re.compile(r"\A(?:.*\.)?(?:date(?:time)?\.(?:now|utcnow|today)|time\.time(?:_ns)?)\Z")
# The clusters stand below the bus: their tests talk to a broker without it.
_KAFKA_ROOMS: Final = ("shared/shared/messaging/kafka", "shared/shared/clusters/", "shared/tests/clusters/")
_KAFKA_CLIENTS: Final = {"AIOKafkaProducer", "AIOKafkaConsumer"}
_EMPTY_NAMES: Final = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def clock_is_read_in_one_file(source: Source) -> Iterator[str]:
    """Time is an argument; only the kernel's clock asks the machine."""
    if not source.is_product or str(source.path) == _CLOCK:
        return
    for call in _calls(source):
        if _CLOCK_CALLS.match(ast.unparse(call.func)):
            yield _fault(source, call, f"{ast.unparse(call.func)} is called outside {_CLOCK}")


def kafka_clients_come_from_one_factory(source: Source) -> Iterator[str]:
    """The defaults of aiokafka lose data: auto-commit on, `latest`, acks=1."""
    if not source.is_python or str(source.path).startswith(_KAFKA_ROOMS):
        return
    for call in _calls(source):
        made = ast.unparse(call.func).rpartition(".")[2]
        if made in _KAFKA_CLIENTS:
            yield _fault(source, call, f"{made} is made outside shared.messaging.kafka")


def functions_are_short(source: Source) -> Iterator[str]:
    """A function of more than 40 lines is two functions; its docstring does not count."""
    for function in _functions(source) if source.is_product else ():
        lines = _body_lines(function)
        if lines > MAX_FUNCTION_LINES:
            yield _fault(source, function, f"{function.name} has {lines} lines, {MAX_FUNCTION_LINES} at most")


def files_are_short(source: Source) -> Iterator[str]:
    """A file of more than 250 lines becomes a folder of the same name."""
    lines = len(source.text.splitlines())
    if source.is_product and lines > MAX_FILE_LINES:
        yield f"{source.path}:1: {lines} lines, {MAX_FILE_LINES} at most"


def domains_know_no_floats(source: Source) -> Iterator[str]:
    """Money, area and points are whole numbers; ratios compare by cross-multiplying."""
    if not source.is_product or not {"domain", "domain.py"} & set(source.path.parts):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant | ast.Name) and _is_float(node):
            yield _fault(source, node, f"a float in a domain: {ast.unparse(node)}")


def names_of_files_say_something(source: Source) -> Iterator[str]:
    """A file called utils, helpers, common, base or manager is a heap."""
    stems = {part.removesuffix(".py") for part in source.path.parts}
    if source.is_python and stems & _EMPTY_NAMES:
        yield f"{source.path}:1: the name says nothing"


def test_names_are_sentences(source: Source) -> Iterator[str]:
    """A test states its rule in four words or more."""
    for function in _functions(source) if source.path.name.startswith("test_") else ():
        words = [word for word in function.name.split("_") if word]
        if words[:1] == ["test"] and len(words) <= MIN_TEST_NAME_WORDS:
            yield _fault(source, function, f"{function.name} is no sentence")


def test_folders_of_services_are_no_packages(source: Source) -> Iterator[str]:
    """Two packages named `tests` would hide each other; pytest imports these folders by path."""
    if source.path.name == "__init__.py" and "tests" in source.path.parts[1:]:
        yield f"{source.path}:1: a test folder of a service must not be a package"


RULES: Final[tuple[Rule, ...]] = (
    clock_is_read_in_one_file,
    kafka_clients_come_from_one_factory,
    functions_are_short,
    files_are_short,
    domains_know_no_floats,
    names_of_files_say_something,
    test_names_are_sentences,
    test_folders_of_services_are_no_packages,
)


def _fault(source: Source, node: ast.expr | ast.stmt, sentence: str) -> str:
    return f"{source.path}:{node.lineno}: {sentence}"


def _is_float(node: ast.Constant | ast.Name) -> bool:
    return node.id == "float" if isinstance(node, ast.Name) else isinstance(node.value, float)


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def _functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
