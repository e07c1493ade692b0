"""Redocly, and Spectral with the OWASP rules, on the merged document."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from onebox.serving import openapi_document
from tests.judges.tools import JUDGES, tool

pytestmark = pytest.mark.judges

Document = dict[str, Any]


def written(document: Document, folder: Path) -> Path:
    path = folder / "openapi.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def spectral(document: Document, folder: Path) -> list[str]:
    """Return what Spectral calls an error, as `rule place`."""
    path, findings = written(document, folder), folder / "spectral.json"
    said = tool("spectral", "lint", path, "--ruleset", JUDGES / "spectral.yaml", "-f", "json", "-o", findings)
    assert findings.exists(), said.stderr
    found: list[Document] = json.loads(findings.read_text())
    return [f"{one['code']} {'/'.join(map(str, one['path']))}" for one in found if one["severity"] == 0]


def redocly(document: Document, folder: Path) -> list[str]:
    """Return what Redocly calls an error, by rule."""
    path = written(document, folder)
    said = tool("redocly", "lint", path, "--config", JUDGES / "redocly.yaml", "--format", "json")
    assert said.stdout.startswith("{"), said.stderr
    found: Document = json.loads(said.stdout)
    return [one["ruleId"] for one in found["problems"] if one["severity"] == "error"]


@pytest.fixture(scope="module")
def document() -> Document:
    return openapi_document()


def test_spectral_with_the_owasp_rules_finds_no_error(document: Document, tmp_path: Path) -> None:
    assert spectral(document, tmp_path) == []


def test_redocly_finds_no_error(document: Document, tmp_path: Path) -> None:
    assert redocly(document, tmp_path) == []


def test_both_judges_see_a_planted_fault(document: Document, tmp_path: Path) -> None:
    faulty = deepcopy(document)
    operation = faulty["paths"]["/api/estate-registry/estates"]["post"]
    operation["operationId"] = "list_estates"
    operation["responses"]["201"].pop("headers")

    assert "owasp:api4:2023-rate-limit paths//api/estate-registry/estates/post/responses/201" in spectral(
        faulty, tmp_path
    )
    assert "operation-operationId-unique" in redocly(faulty, tmp_path)
