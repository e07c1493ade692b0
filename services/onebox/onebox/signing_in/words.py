"""The page on which somebody chooses whom to be, and what is said where that cannot be."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from onebox.demo_people import DemoPerson

__all__ = ["refusal_page", "sign_in_page"]

_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>共治 Gongzhi</title></head>
<body>
{content}
</body>
</html>
"""
_HEAD: Final = """<h1>登录开发环境 / Sign in for development</h1>
<p>请选择以谁的身份登录“{client}”。这里没有口令，只用于开发。/
Choose whom to be for “{client}”. There are no passwords here: this is for development alone.</p>
"""


def sign_in_page(people: Iterable[DemoPerson], *, client: str, asked: Mapping[str, str]) -> str:
    """Return the page with a button for each person; what the client asked goes along with the choice."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    buttons = "\n".join(_button(person) for person in people)
    form = f'<form method="post">\n{hidden}\n{buttons}\n</form>'
    return _PAGE.format(content=_HEAD.format(client=escape(client)) + form)


def _button(person: DemoPerson) -> str:
    name, code, zh = escape(person.person), person.role.value, person.role.facts.zh
    place = person.territory
    return f'<p><button name="person" value="{name}">{name} · {code} {zh}（{place}）</button></p>'


def refusal_page(zh: str, en: str) -> str:
    """Return the page that says why somebody cannot sign in here, where no client may be told."""
    return _PAGE.format(content=f"<p>{escape(zh)}</p>\n<p>{escape(en)}</p>")
