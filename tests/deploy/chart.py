"""The chart rendered as Helm would, and its processes' environments as Kubernetes would make them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import helm_python as helm
from ruamel.yaml import YAML

__all__ = [
    "CHART",
    "EXAMPLE",
    "NAMESPACE",
    "RELEASE",
    "ROOT",
    "Manifest",
    "containers",
    "environment_of",
    "labels_of",
    "named",
    "pods",
    "rendered",
    "selects",
]

ROOT: Final = Path(__file__).resolve().parents[2]
CHART: Final = ROOT / "deploy" / "kubernetes"
RELEASE: Final = "gongzhi"
NAMESPACE: Final = "platform"
WITH_PODS: Final = ("Deployment", "Job")
_REFERENCE: Final = re.compile(r"\$\(([A-Z0-9_]+)\)")

# JSON of any shape.
Manifest = dict[str, Any]
EXAMPLE: Final[Manifest] = YAML(typ="safe").load(CHART / "values-example.yaml")


def rendered(values: Mapping[str, Any]) -> list[Manifest]:
    """Return every object that an installation with these values makes."""
    with helm.Chart.load(CHART) as chart:
        files = chart.render(dict(values), name=RELEASE, namespace=NAMESPACE)
    texts = (text for name, text in sorted(files.items()) if name.endswith(".yaml"))
    return [made for text in texts for made in YAML(typ="safe").load_all(text) if made]


def environment_of(
    container: Manifest, *, objects: list[Manifest], secrets: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return what a container finds in its environment; raise LookupError for what is not there."""
    found: dict[str, str] = {}
    for source in container.get("envFrom", []):
        found |= _config_map(objects, source["configMapRef"]["name"])
    for variable in container.get("env", []):
        found[variable["name"]] = _value(variable, found, secrets)
    return found


def _config_map(objects: list[Manifest], name: str) -> dict[str, str]:
    maps = [each for each in objects if each["kind"] == "ConfigMap" and each["metadata"]["name"] == name]
    if len(maps) != 1:
        raise LookupError(name)
    data: dict[str, str] = maps[0]["data"]
    return data


def _value(variable: Manifest, found: Mapping[str, str], secrets: Mapping[str, Mapping[str, str]]) -> str:
    """Take a literal, with earlier variables filled in, or a key of a secret."""
    if "value" in variable:
        return _REFERENCE.sub(lambda reference: found[reference[1]], variable["value"])
    key = variable["valueFrom"]["secretKeyRef"]
    return secrets[key["name"]][key["key"]]


def containers(made: Manifest) -> Iterator[Manifest]:
    """Yield the containers of an object that has pods, those that run first included."""
    pod = made["spec"]["template"]["spec"]
    yield from (*pod.get("initContainers", []), *pod["containers"])


def named(objects: list[Manifest], kind: str) -> dict[str, Manifest]:
    """Return the objects of a kind by their names without the release's."""
    return {
        each["metadata"]["name"].removeprefix(f"{RELEASE}-"): each for each in objects if each["kind"] == kind
    }


def pods(objects: list[Manifest]) -> dict[str, Manifest]:
    """Return the objects that have pods."""
    return {name: made for kind in WITH_PODS for name, made in named(objects, kind).items()}


def labels_of(made: Manifest) -> dict[str, str]:
    """Return what the pods of an object are labelled with."""
    found: dict[str, str] = made["spec"]["template"]["metadata"]["labels"]
    return found


def selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    """Say whether a selector means a pod, as Kubernetes would."""
    exact = all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
    return exact and all(
        (labels.get(each["key"]) in each["values"]) == (each["operator"] == "In")
        for each in selector.get("matchExpressions", [])
    )
