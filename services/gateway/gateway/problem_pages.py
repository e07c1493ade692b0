"""The page that the `type` of every problem leads to, in Chinese and English, made from the catalogue."""

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Final

from shared.kernel import Refusal, catalogue
from shared.web import PROBLEM_TYPE, TITLES, problem_document, status_of

__all__ = ["PROBLEMS_PATH", "problem_index", "problem_page", "problem_pages"]

PROBLEMS_PATH: Final = PROBLEM_TYPE.removesuffix("/")
# A fact that only a real refusal has, as it stands in a sentence of the catalogue.
_FACT: Final = re.compile(r"\{(\w+)[^{}]*\}")
_ADVICE: Final[Mapping[int, tuple[str, str]]] = {
    400: (
        "请求有误，原样重发仍会被拒绝；请改正后重新提交。",
        "The request is at fault: sent again as it is, it is refused again. Correct it first.",
    ),
    401: (
        "请登录取得新的令牌，或重新签名；请求没有生效。",
        "Sign in for another token, or sign the request anew. Nothing was changed.",
    ),
    403: (
        "请换用有权限的账号，或交由有权限的人员办理；请求没有生效。",
        "Use an account that may, or hand it to someone who does. Nothing was changed.",
    ),
    404: ("请核对地址或编号；请求没有生效。", "Check the address or the id. Nothing was changed."),
    405: ("允许的方法见应答的 Allow 字段。", "The field Allow of the answer lists the methods."),
    408: ("请求没有生效，可以重试。", "Nothing was changed; the request may be sent again."),
    409: (
        "请先读取当前状态，按 detail 的说明处理后再提交；请求没有生效。",
        "Read the present state and do what `detail` says before you submit again. Nothing was changed.",
    ),
    412: (
        "请重新读取，得到新的 ETag，核对后再提交；请求没有生效。",
        "Read again for the present ETag, compare, then submit. Nothing was changed.",
    ),
    413: ("请分批提交；请求没有生效。", "Submit it in parts. Nothing was changed."),
    415: ("请改用接口文档所列的格式。", "Use a format that the documentation names."),
    422: (
        "请按 errors 所列的字段逐项改正；请求没有生效。",
        "Correct the fields that `errors` names, if it is there. Nothing was changed.",
    ),
    429: (
        "请等待 Retry-After 所示的秒数；请求没有生效，也不计入次数。",
        "Wait the seconds of Retry-After. Nothing was changed, and a refused request is not counted.",
    ),
    500: ("请把应答的 x-request-id 告诉运维人员。", "Give the operator the x-request-id of the answer."),
    502: (
        "请求可能已经生效：请用同一个 Idempotency-Key 重试，或先查询。",
        "The request may have taken effect: repeat it with the same Idempotency-Key, or look first.",
    ),
    503: (
        "请稍后用同一个 Idempotency-Key 重试；有 Retry-After 的，按其秒数等待。",
        "Try again shortly with the same Idempotency-Key; wait the seconds of Retry-After where given.",
    ),
    504: (
        "请稍后查询；如为写入，请用同一个 Idempotency-Key 重试。",
        "Ask again in a moment; repeat a write with the same Idempotency-Key.",
    ),
}
_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · 共治 Gongzhi</title>
<style>
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
code, pre {{ background: #f3f3f3; border-radius: 3px }}
pre {{ padding: 1em; overflow-x: auto }}
td, th {{ text-align: left; vertical-align: top; padding: .2em .8em .2em 0 }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
_INDEX: Final = """<h1>问题类型 / Problem types</h1>
<p>平台的每个错误应答都是 problem+json（RFC 9457），其 <code>type</code> 即为下列地址之一。<br>
<span lang="en">Every error of the platform is problem+json (RFC 9457); its <code>type</code> is one of
these addresses.</span></p>
<table>
<tr><th>type</th><th>status</th><th></th></tr>
{rows}
</table>"""


def problem_pages() -> Mapping[str, bytes]:
    """Return every page by its path: the index, and one for each type of the catalogue."""
    kinds = list(catalogue())
    pages = {PROBLEM_TYPE + kind.slug(): problem_page(kind) for kind in kinds}
    return {path: page.encode() for path, page in {PROBLEMS_PATH: problem_index(kinds), **pages}.items()}


def problem_index(kinds: list[type[Refusal]]) -> str:
    """Return the list of the types, each with its status and what it means."""
    rows = "\n".join(_row(kind) for kind in kinds)
    body = _INDEX.format(rows=rows)
    return _PAGE.format(title="问题类型 / Problem types", body=body)


def _row(kind: type[Refusal]) -> str:
    path, slug = PROBLEM_TYPE + kind.slug(), kind.slug()
    words = f'{_words(kind.zh)}<br><span lang="en">{_words(kind.en)}</span>'
    return f'<tr><td><a href="{path}">{slug}</a></td><td>{status_of(kind)}</td><td>{words}</td></tr>'


def problem_page(kind: type[Refusal]) -> str:
    """Return the page of one type: what happened, what to do, its status, an example."""
    status = status_of(kind)
    example = json.dumps(_example(kind), ensure_ascii=False, indent=2)
    parts = [
        f"<h1>{kind.slug()}</h1>",
        f"<p><strong>{status}</strong> {_both(*TITLES[status])}</p>",
        f"<h2>发生了什么，怎么办 / What happened, what to do</h2>\n{_paragraphs(kind.zh, kind.en)}",
        f"{_paragraphs(*_ADVICE[status])}",
        f'<h2>示例 / Example</h2>\n<pre lang="zh-CN">{escape(example, quote=False)}</pre>',
        f'<p><a href="{PROBLEMS_PATH}">全部类型 / All types</a></p>',
    ]
    return _PAGE.format(title=kind.slug(), body="\n".join(parts))


def _example(kind: type[Refusal]) -> Mapping[str, object]:
    """Return a problem as it is sent, but for the facts, which are named."""
    return problem_document(kind, sentence=kind.zh, language="zh", instance="/api/…")


def _paragraphs(zh: str, en: str) -> str:
    return f'<p>{_words(zh)}</p>\n<p lang="en">{_words(en)}</p>'


def _both(zh: str, en: str) -> str:
    return f'{escape(zh)} / <span lang="en">{escape(en)}</span>'


def _words(sentence: str) -> str:
    """Return a sentence of the catalogue as HTML, its facts as names."""
    return _FACT.sub(r"<var>\1</var>", escape(sentence, quote=False))
