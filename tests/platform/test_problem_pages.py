"""Every problem that the source can send is in the catalogue, and its `type` leads to a page."""

import ast
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final

import httpx
import pytest

from gateway import ROUTES, Backend, EdgeSettings, render
from onebox.serving import documents_app
from shared.web import PROBLEM_TYPE
from tests.architecture.sources import ROOT, sources

_TYPE: Final = re.compile(r'"type\\?":\\?"/api/problems/([a-z0-9-]+)')
_ROW: Final = re.compile(r"^\| `/api/problems/([a-z0-9-]+)` \| (\d{3}) \|", re.MULTILINE)
_LISTED: Final = re.compile(r'href="/api/problems/([a-z0-9-]+)">[^<]*</a></td><td>(\d{3})<')
_EXAMPLE: Final = re.compile(r'<pre lang="zh-CN">(.*)</pre>', re.DOTALL)
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
Classes = list[tuple[str, set[str], bool]]


def classes_in_source() -> Iterator[tuple[str, set[str], bool]]:
    """Yield name, names of the bases, and whether it has a sentence, of every class of the packages."""
    for source in sources(ROOT):
        if not source.is_product:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
                yield node.name, bases, "zh" in assigned(node)


def assigned(node: ast.ClassDef) -> set[str]:
    places = [place for part in node.body if isinstance(part, ast.Assign) for place in part.targets]
    return {place.id for place in places if isinstance(place, ast.Name)}


def types_in_source() -> set[str]:
    """Return the type of each class below Refusal that has a sentence, whether it is imported or not."""
    classes = list(classes_in_source())
    below = {"Refusal"}
    while more := {name for name, bases, _ in classes if bases & below} - below:
        below |= more
    return {_WORD.sub("-", name).lower() for name, _, told in classes if told and name in below}


def documented() -> dict[str, str]:
    return dict(_ROW.findall((ROOT / "docs" / "problems.md").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def client() -> httpx.AsyncClient:
    """Return a caller without a token, at the process that serves the documentation behind HAProxy."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=documents_app()), base_url="http://edge.test")


def test_the_catalogue_names_every_problem_of_the_source() -> None:
    assert types_in_source() == set(documented())
    assert len(types_in_source()) > 180


def test_what_haproxy_says_itself_is_in_the_catalogue_with_that_status() -> None:
    backends = [Backend(service=route.service, servers=["127.0.0.1:1"]) for route in ROUTES]
    settings = EdgeSettings(
        bind="127.0.0.1:1", public_keys=[Path("key.pem")], issuer="i", audience="a", backends=backends
    )
    said = {
        (kind[1], re.findall(r" status (\d{3}) ", line)[0])
        for line in render(settings).splitlines()
        if (kind := _TYPE.search(line))
    }

    assert said <= set(documented().items())
    assert {("answer-lost", "502"), ("answer-late", "504"), ("service-away", "503")} < said
    assert len(said) == 12


async def test_the_index_lists_what_the_document_lists(client: httpx.AsyncClient) -> None:
    answer = await client.get(PROBLEM_TYPE.removesuffix("/"))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    # Tests of the library in the same run have refusals of their own.
    assert documented().items() <= dict(_LISTED.findall(answer.text)).items()


async def test_every_type_leads_to_a_page_that_tells_it_in_both_languages(client: httpx.AsyncClient) -> None:
    for slug, status in documented().items():
        answer = await client.get(PROBLEM_TYPE + slug)

        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        found = _EXAMPLE.search(answer.text)
        assert found is not None
        example = json.loads(unescape(found[1]))
        assert (example["type"], str(example["status"])) == (PROBLEM_TYPE + slug, status)
        chinese, english = answer.text.count("<p>"), answer.text.count('<p lang="en">')
        assert (chinese, english) == (4, 2)
        # It needs no internet.
        assert "//" not in answer.text


async def test_a_type_that_nobody_sends_has_no_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(PROBLEM_TYPE + "never-heard-of")

    assert (answer.status_code, answer.json()["type"]) == (404, "/api/problems/no-such-address")
