"""May a fact change this way under the same name and version? If not, it needs a new version beside the old.

Two readers bind us: consumers that run yesterday's class, and rebuilds that read yesterday's events with
today's class. What both can bear is growth: a new optional field, a new member of a closed set, a wider
limit. Deploy consumers before the producer that uses it.
"""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

__all__ = ["Schema", "incompatible"]

# JSON of any shape: the one place where the type checker cannot follow.
Schema: TypeAlias = dict[str, Any]

_LOWER_LIMITS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER_LIMITS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def incompatible(old: Schema, new: Schema) -> list[str]:
    """List the changes that break a reader of the fact, each as `path: what changed`; empty if none does."""
    changes = list(_Comparison(old=old, new=new).between(old, new, at=""))
    if new.get("x-pii-level", 0) > old.get("x-pii-level", 0):
        changes.append("the level of personal data rose")
    return changes


class _Comparison:
    """Two documents whose references are followed while their parts are compared."""

    def __init__(self, *, old: Schema, new: Schema) -> None:
        """Take both documents; they hold the definitions that parts refer to."""
        self._old = old
        self._new = new
        self._seen: set[tuple[int, int]] = set()

    def between(self, old: Schema, new: Schema, *, at: str) -> Iterator[str]:
        """Yield the breaking changes of one part."""
        before, after = _variants(old, self._old), _variants(new, self._new)
        if before.keys() != after.keys():
            yield f"{at or '/'}: was {' or '.join(sorted(before))}, is {' or '.join(sorted(after))}"
        elif "default" in old and "default" in new and old["default"] != new["default"]:
            # What was recorded without the field would say something else from now on.
            yield f"{at}: the default was {old['default']!r}, is {new['default']!r}"
        for kind in sorted(before.keys() & after.keys()):
            yield from self._variant(before[kind], after[kind], at=at)

    def _variant(self, old: Schema, new: Schema, *, at: str) -> Iterator[str]:
        # A definition may contain itself: each pair is entered once.
        pair = (id(old), id(new))
        if pair in self._seen:
            return
        self._seen.add(pair)
        yield from _values(old, new, at=at)
        yield from _limits(old, new, at=at)
        yield from self._fields(old, new, at=at)
        yield from self._items(old, new, at=at)

    def _fields(self, old: Schema, new: Schema, *, at: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        yield from (f"{at}/{name}: removed" for name in before if name not in after)
        for name in new.get("required", []):
            if name not in before:
                yield f"{at}/{name}: new and required"
            elif name not in old.get("required", []):
                yield f"{at}/{name}: was optional, is required"
        for name in old.get("required", []):
            if name in after and name not in new.get("required", []):
                yield f"{at}/{name}: was required, is optional"
        for name, part in before.items():
            if name in after:
                yield from self.between(part, after[name], at=f"{at}/{name}")

    def _items(self, old: Schema, new: Schema, *, at: str) -> Iterator[str]:
        for keyword in ("items", "additionalProperties"):
            before, after = old.get(keyword), new.get(keyword)
            if isinstance(before, dict) and isinstance(after, dict):
                yield from self.between(before, after, at=f"{at}/*")
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(before) != len(after):
            yield f"{at}: had {len(before)} places, has {len(after)}"
        for place, (left, right) in enumerate(zip(before, after, strict=False)):
            yield from self.between(left, right, at=f"{at}/{place}")


def _variants(part: Schema, document: Schema) -> dict[str, Schema]:
    """Return what a part may be, by kind: `string`, `string date-time`, `null` or `object Address`."""
    part = _followed(part, document)
    alternatives: list[Schema] = part.get("anyOf") or part.get("oneOf") or [part]
    choices = [_followed(choice, document) for choice in alternatives]
    return {_kind(choice, among=len(choices)): choice for choice in choices}


def _followed(part: Schema, document: Schema) -> Schema:
    while "$ref" in part:
        part = document["$defs"][part["$ref"].removeprefix("#/$defs/")]
    return part


def _kind(part: Schema, *, among: int) -> str:
    name = str(part.get("type", "anything"))
    detail = part.get("format") or (part.get("title") if name == "object" and among > 1 else None)
    return f"{name} {detail}" if detail else name


def _values(old: Schema, new: Schema, *, at: str) -> Iterator[str]:
    before, after = _closed_set(old), _closed_set(new)
    if before is None and after is not None:
        yield f"{at}: is limited to a set now"
    elif before is not None and after is None:
        yield f"{at}: is no longer limited to a set"
    elif before is not None and after is not None:
        yield from (f"{at}: no longer admits {value}" for value in sorted(before - after))


def _closed_set(part: Schema) -> set[str] | None:
    if "const" in part:
        return {repr(part["const"])}
    return {repr(value) for value in part["enum"]} if "enum" in part else None


def _limits(old: Schema, new: Schema, *, at: str) -> Iterator[str]:
    for limit in _LOWER_LIMITS:
        if limit in new and (limit not in old or new[limit] > old[limit]):
            yield f"{at}: {limit} was {old.get(limit, 'open')}, is {new[limit]}"
    for limit in _UPPER_LIMITS:
        if limit in new and (limit not in old or new[limit] < old[limit]):
            yield f"{at}: {limit} was {old.get(limit, 'open')}, is {new[limit]}"
    for rule in ("pattern", "multipleOf", "uniqueItems"):
        if new.get(rule) not in {None, old.get(rule)}:
            yield f"{at}: {rule} was {old.get(rule, 'open')}, is {new[rule]}"
