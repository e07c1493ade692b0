"""How words are written in HAProxy's configuration."""

__all__ = ["chosen", "quoted", "template"]


def quoted(text: str) -> str:
    """Return a word of the configuration in which nothing is special, as a shell would quote it."""
    return "'" + text.replace("'", "'\\''") + "'"


def template(text: str) -> str:
    """Return a word whose `%[…]` HAProxy fills in, and in which nothing else is special."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'


def chosen(*, zh: str, en: str) -> str:
    """Return the place in a template where the words of the reader's language come to stand.

    Raises ValueError for words that HAProxy could take for the end of theirs.
    """
    for words in (zh, en):
        if any(sign in words for sign in "'\"\\%"):
            message = f"HAProxy cannot say: {words}"
            raise ValueError(message)
    return f"%[var(txn.english,0),iif('{en}','{zh}')]"
