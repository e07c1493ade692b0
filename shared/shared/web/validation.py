"""Say in the reader's language what is wrong with which field."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = ["explain"]

MAX_ERRORS: Final = 50

# Pydantic's error types that people meet; `{…}` are the error's own context values.
_CHINESE: Final[Mapping[str, str]] = {
    "missing": "必填项未填写。",
    "extra_forbidden": "没有这个字段，请删除或核对字段名。",
    "json_invalid": "不是正确的 JSON：{error}。",
    "string_type": "应为文本。",
    "string_too_short": "长度不能少于 {min_length} 个字。",
    "string_too_long": "长度不能超过 {max_length} 个字。",
    "string_pattern_mismatch": "格式不正确，应符合 {pattern}。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_from_float": "应为整数，不能带小数。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "greater_than": "应大于 {gt}。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than": "应小于 {lt}。",
    "less_than_equal": "不能大于 {le}。",
    "enum": "只能填写：{expected}。",
    "literal_error": "只能填写：{expected}。",
    "uuid_parsing": "不是正确的编号（UUID）。",
    "uuid_type": "不是正确的编号（UUID）。",
    "date_from_datetime_parsing": "日期应写作 2026-01-31。",
    "date_parsing": "日期应写作 2026-01-31。",
    "date_type": "日期应写作 2026-01-31。",
    "datetime_parsing": "时间应写作 2026-01-31T09:00:00+08:00。",
    "datetime_from_date_parsing": "时间应写作 2026-01-31T09:00:00+08:00。",
    "timezone_aware": "时间必须带时区，如 +08:00。",
    "list_type": "应为列表。",
    "dict_type": "应为对象。",
    "model_attributes_type": "应为对象。",
    "model_type": "应为对象。",
    "too_short": "至少需要 {min_length} 项。",
    "too_long": "最多 {max_length} 项。",
    "value_error": "{error}",
}
_FALLBACK: Final = "填写的值不符合规定（{type}）。"


def explain(errors: Iterable[Any], *, language: str) -> list[dict[str, str]]:
    """Return one entry a field: where (`pointer` or `parameter`), what is wrong, which kind of mistake."""
    return [_explain_one(error, language) for error, _ in zip(errors, range(MAX_ERRORS), strict=False)]


def _explain_one(error: Mapping[str, Any], language: str) -> dict[str, str]:
    place, *path = (_writable(str(part)) for part in error["loc"])
    detail = _sentence(error) if language == "zh" else _english(error)
    return {**_where(str(error["type"]), place, path), "detail": detail, "code": str(error["type"])}


def _writable(text: str) -> str:
    """Return a field's name as UTF-8 can carry it: a caller may name one with half a surrogate pair."""
    return text.encode("utf-8", "replace").decode()


def _where(kind: str, place: str, path: list[str]) -> dict[str, str]:
    if place != "body":
        return {"parameter": "/".join(path) or place}
    # Of unreadable JSON the path is only an offset into the text.
    return {"pointer": "#" if kind == "json_invalid" or not path else "#/" + "/".join(path)}


def _english(error: Mapping[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ").partition(" / ")[2] or str(error["msg"])


def _sentence(error: Mapping[str, Any]) -> str:
    context = {**error.get("ctx", {}), "type": error["type"]}
    if error["type"] == "value_error":
        return str(context.get("error", "")).partition(" / ")[0]
    return _CHINESE.get(str(error["type"]), _FALLBACK).format_map(_Lenient(context))


class _Lenient(dict[str, object]):
    """A context that lacks a value shows the bare name rather than failing on an error's way out."""

    def __missing__(self, key: str) -> str:
        return key
