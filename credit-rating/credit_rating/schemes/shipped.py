"""The schemes that come with the service, read from its data folder."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Final

from pydantic import TypeAdapter

from credit_rating.schemes.domain import Scheme, SchemeItem

__all__ = ["SHIPPED", "read_scheme"]

SHIPPED: Final = ("nz-default-1",)

_ITEM: Final = TypeAdapter(SchemeItem)
_SCHEME: Final = TypeAdapter(Scheme)


def read_scheme(name: str) -> Scheme:
    """Read a scheme from `<name>-header.csv`, `<name>.csv` and `<name>-variants.csv`.

    Raises pydantic's ValidationError for a value that is none of those a scheme may have.
    """
    header = {row["key"]: row["value"] for row in _rows(f"{name}-header")}
    variants = list(_rows(f"{name}-variants"))
    return _SCHEME.validate_python(
        {
            **{key: value for key, value in header.items() if "." not in key},
            "cuts": [(key.removeprefix("cut."), header[key]) for key in header if key.startswith("cut.")],
            "repeat_factors_tenths": [header[key] for key in header if key.startswith("repeat_factor.")],
            "items": [_item(row, variants) for row in _rows(name)],
        }
    )


def _item(row: Mapping[str, str], variants: Sequence[Mapping[str, str]]) -> SchemeItem:
    several = [variant for variant in variants if variant["code"] == row["code"]]
    optional = {key: row[key] or None for key in ("severity", "year_cap_tenths", "cause")}
    values = several or [{"points_tenths": row["points_tenths"]}]
    return _ITEM.validate_python({**row, **optional, "recorders": row["recorders"].split(), "values": values})


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("credit_rating") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
