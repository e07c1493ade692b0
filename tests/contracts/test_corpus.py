"""A recorded message of every version is kept, unchanged, and is read by today's code."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from onebox.asyncapi import asyncapi_document
from onebox.services import SERVICES
from shared.clusters import declared_topics
from shared.contracts import CATALOGUE, UPCASTERS, latest_of
from shared.contracts.schemas import FOLDER as SNAPSHOTS
from shared.contracts.schemas import stored
from shared.messaging import event_of
from tests.contracts.corpus import FOLDER, Corpus

PUBLISHED: Final = stored(SNAPSHOTS)
CLOUDEVENTS: Final = (
    Path(__file__).parents[2].parent / "shared" / "suites" / "cloudevents" / "cloudevents.json"
)
NAME: Final = "nz.estate-registry.EstateRegistered.v1"
OTHER: Final = "nz.exchange.ExternalOrderImported.v1"


@pytest.fixture(scope="module")
def asyncapi() -> dict[str, Any]:
    return asyncapi_document(catalogue=CATALOGUE, services=SERVICES, topics=declared_topics())


@pytest.fixture
def copy(tmp_path: Path) -> Corpus:
    """Return a corpus of two recorded messages that may be spoilt."""
    made = Corpus(folder=tmp_path)
    for name in (NAME, OTHER):
        made.keep(Corpus().read(name))
    return made


def complaints(corpus: Corpus, published: Sequence[str] = (NAME, OTHER)) -> list[str]:
    return list(corpus.complaints(published))


def test_every_version_is_recorded_and_no_record_was_changed() -> None:
    assert complaints(Corpus(), list(PUBLISHED)) == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_recorded_message_is_read_by_todays_code(name: str) -> None:
    recorded = Corpus().read(name)

    event = event_of(recorded.message())

    told = json.loads(event.model_dump_json())
    assert type(event) is CATALOGUE[latest_of(name, UPCASTERS)]
    if name in CATALOGUE:
        assert {field: told.get(field) for field in json.loads(recorded.data)} == json.loads(recorded.data)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_recorded_message_fits_the_schema_of_its_version(name: str) -> None:
    validator = Draft202012Validator(PUBLISHED[name], format_checker=FormatChecker())

    validator.validate(json.loads(Corpus().read(name).data))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_recorded_message_is_as_the_asyncapi_document_says(name: str, asyncapi: dict[str, Any]) -> None:
    recorded, message = Corpus().read(name), asyncapi["components"]["messages"][name]
    all_headers = asyncapi["components"]["schemas"]["Headers"]

    checker = FormatChecker()
    Draft7Validator(all_headers, format_checker=checker).validate(recorded.headers)
    Draft7Validator(message["headers"]["allOf"][1], format_checker=checker).validate(recorded.headers)
    Draft7Validator(message["payload"], format_checker=checker).validate(json.loads(recorded.data))
    assert set(recorded.headers) <= set(all_headers["properties"])
    assert recorded.key == recorded.headers["ce_subject"]


@pytest.mark.skipif(not CLOUDEVENTS.exists(), reason="shared/suites/cloudevents is not beside the repository")
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_recorded_message_is_a_cloudevent(name: str) -> None:
    schema = json.loads(CLOUDEVENTS.read_text(encoding="utf-8"))

    Draft7Validator(schema, format_checker=FormatChecker()).validate(
        Corpus().read(name).message().structured()
    )


def test_a_version_without_a_record_is_refused(copy: Corpus) -> None:
    assert complaints(copy, [NAME, OTHER, "nz.x.New.v1"]) == [
        "nz.x.New.v1 is not recorded: run `make corpus`"
    ]


def test_a_changed_record_is_refused(copy: Corpus) -> None:
    file = copy.folder / f"{NAME}.json"
    file.write_text(file.read_text(encoding="utf-8").replace("610703", "610704"), encoding="utf-8")

    assert complaints(copy) == [f"{NAME} was recorded otherwise: take the file back"]


def test_a_record_that_is_gone_is_refused(copy: Corpus) -> None:
    (copy.folder / f"{OTHER}.json").unlink()

    assert complaints(copy) == [
        f"{OTHER} is not recorded: run `make corpus`",
        f"{OTHER}.json was recorded and is gone: take the file back",
    ]


def test_a_record_of_no_version_is_refused(copy: Corpus) -> None:
    assert complaints(copy, [OTHER]) == [f"{NAME} was never published"]


def test_what_is_recorded_is_not_recorded_again(copy: Corpus) -> None:
    before = {path.name: path.read_bytes() for path in copy.folder.iterdir()}

    assert not copy.keep(Corpus().read(NAME))

    assert {path.name: path.read_bytes() for path in copy.folder.iterdir()} == before


def test_the_corpus_holds_nothing_else() -> None:
    others = {path.name for path in FOLDER.iterdir()} - {f"{name}.json" for name in PUBLISHED}

    assert others == {"SHA256SUMS"}
