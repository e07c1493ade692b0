"""The file of an import request: the body itself, or the part `file` of a form."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from estate_registry.imports.reading import FILE_MAX_BYTES

__all__ = ["OPENAPI_BODY", "Upload", "uploaded"]

NAME_MAX: Final = 200
_FORM: Final = "multipart/form-data"
_BINARY: Final = {"type": "string", "format": "binary"}
# The body is read by hand, so the document is told by hand what it may be.
OPENAPI_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": _BINARY},
            "application/octet-stream": {"schema": _BINARY},
            _FORM: {
                "schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]},
            },
        },
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file and the name it came with, if any."""

    name: str
    content: bytes


async def uploaded(request: Request, *, name: str | None) -> Upload:
    """Return the file of a request, at most 16 MiB; a body over it is answered with 413, none with 422."""
    if request.headers.get("content-type", "").startswith(_FORM):
        found, content = await _part(request)
    else:
        found, content = "", await request.body()
    if not content:
        raise RequestValidationError([_missing_file()])
    if len(content) > FILE_MAX_BYTES:
        raise HTTPException(413)
    return Upload(name=_plain_name(name or found), content=content)


async def _part(request: Request) -> tuple[str, bytes]:
    try:
        async with request.form(max_files=1, max_fields=10, max_part_size=FILE_MAX_BYTES) as form:
            part = form.get("file")
            if isinstance(part, UploadFile):
                return part.filename or "", await part.read()
    except MultiPartException as broken:
        raise HTTPException(400) from broken
    return "", b""


def _plain_name(name: str) -> str:
    """Return the last part of a name, without what a screen cannot show."""
    last = PurePath(unquote(name).replace("\\", "/")).name
    return "".join(one for one in last if one.isprintable())[:NAME_MAX]


def _missing_file() -> dict[str, object]:
    return {"type": "missing", "loc": ("body", "file"), "msg": "A file is required", "input": None}
