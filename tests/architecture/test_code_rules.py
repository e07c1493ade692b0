from pathlib import PurePosixPath
from textwrap import dedent

import pytest

from tests.architecture import code_rules
from tests.architecture.code_rules import MAX_FILE_LINES, MAX_FUNCTION_LINES, RULES, Rule
from tests.architecture.sources import Source

CREDIT = "credit-rating/credit_rating"


def _function_of(lines: int) -> str:
    return '"""Doc."""\n'.join(["def long() -> None:\n    ", "    x = 1\n" * lines])


FAULTS = [
    (code_rules.clock_is_read_in_one_file, f"{CREDIT}/scores/commands.py", "at = datetime.now(tz=UTC)"),
    (code_rules.clock_is_read_in_one_file, f"{CREDIT}/scores/commands.py", "at = datetime.datetime.utcnow()"),
    (code_rules.clock_is_read_in_one_file, f"{CREDIT}/scores/commands.py", "day = date.today()"),
    (code_rules.clock_is_read_in_one_file, "shared/shared/web/app.py", "at = time.time()"),
    (code_rules.kafka_clients_come_from_one_factory, f"{CREDIT}/worker.py", "c = AIOKafkaConsumer('t')"),
    (
        code_rules.kafka_clients_come_from_one_factory,
        f"{CREDIT}/worker.py",
        "p = aiokafka.AIOKafkaProducer()",
    ),
    (code_rules.functions_are_short, f"{CREDIT}/main.py", _function_of(MAX_FUNCTION_LINES + 1)),
    (code_rules.functions_are_short, f"{CREDIT}/main.py", f"async {_function_of(MAX_FUNCTION_LINES + 1)}"),
    (code_rules.files_are_short, f"{CREDIT}/main.py", "x = 1\n" * (MAX_FILE_LINES + 1)),
    (code_rules.domains_know_no_floats, f"{CREDIT}/scores/domain.py", "RATE = 0.3"),
    (code_rules.domains_know_no_floats, f"{CREDIT}/scores/domain.py", "rate = float(text)"),
    (code_rules.domains_know_no_floats, f"{CREDIT}/scores/domain/grades.py", "def f(x: float) -> int: ..."),
    (code_rules.names_of_files_say_something, f"{CREDIT}/scores/utils.py", ""),
    (code_rules.names_of_files_say_something, "shared/shared/common/money.py", ""),
    (code_rules.test_names_are_sentences, "credit-rating/tests/test_scores.py", "def test_score(): ..."),
    (code_rules.test_names_are_sentences, "tests/story/test_story.py", "async def test_it_all_works(): ..."),
    (code_rules.test_folders_of_services_are_no_packages, "credit-rating/tests/__init__.py", ""),
    (code_rules.test_folders_of_services_are_no_packages, "shared/tests/buses/__init__.py", ""),
]

NEAR_MISSES = [
    (code_rules.clock_is_read_in_one_file, "shared/shared/kernel/clock.py", "at = datetime.now(tz=UTC)"),
    (code_rules.clock_is_read_in_one_file, "credit-rating/tests/test_scores.py", "at = datetime.now(tz=UTC)"),
    (
        code_rules.clock_is_read_in_one_file,
        f"{CREDIT}/scores/commands.py",
        "at = work.now; s = time.monotonic()",
    ),
    (
        code_rules.kafka_clients_come_from_one_factory,
        "shared/shared/messaging/kafka.py",
        "AIOKafkaProducer()",
    ),
    (
        code_rules.kafka_clients_come_from_one_factory,
        "shared/shared/clusters/kafka/cluster.py",
        "AIOKafkaConsumer()",
    ),
    (code_rules.functions_are_short, f"{CREDIT}/main.py", _function_of(MAX_FUNCTION_LINES)),
    (code_rules.functions_are_short, f"{CREDIT}/migrations/v1.py", _function_of(MAX_FUNCTION_LINES + 1)),
    (code_rules.files_are_short, f"{CREDIT}/main.py", "x = 1\n" * MAX_FILE_LINES),
    (code_rules.files_are_short, "credit-rating/tests/test_scores.py", "x = 1\n" * (MAX_FILE_LINES + 1)),
    (code_rules.domains_know_no_floats, f"{CREDIT}/scores/domain.py", "RATE_TENTHS = 3"),
    (code_rules.domains_know_no_floats, f"{CREDIT}/scores/queries.py", "TIMEOUT_SECONDS = 0.5"),
    (code_rules.names_of_files_say_something, f"{CREDIT}/scores/baseline.py", ""),
    (code_rules.names_of_files_say_something, "docs/common.md", ""),
    (
        code_rules.test_names_are_sentences,
        "credit-rating/tests/test_s.py",
        "def test_a_score_starts_at_zero(): ...",
    ),
    (code_rules.test_names_are_sentences, "credit-rating/tests/conftest.py", "def test_score(): ..."),
    (code_rules.test_folders_of_services_are_no_packages, "tests/architecture/__init__.py", ""),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_whole_tree_keeps_each_rule(rule: Rule, tree: list[Source]) -> None:
    assert [fault for source in tree for fault in rule(source)] == []


@pytest.mark.parametrize(("rule", "path", "text"), FAULTS)
def test_a_planted_fault_is_found(rule: Rule, path: str, text: str) -> None:
    [fault] = rule(Source(PurePosixPath(path), dedent(text)))

    assert fault.startswith(f"{path}:1: ")


@pytest.mark.parametrize(("rule", "path", "text"), NEAR_MISSES)
def test_a_near_miss_is_left_alone(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(PurePosixPath(path), dedent(text)))) == []


def test_every_rule_has_a_planted_fault_and_a_near_miss() -> None:
    assert {rule for rule, _, _ in FAULTS} == set(RULES)
    assert {rule for rule, _, _ in NEAR_MISSES} == set(RULES)
