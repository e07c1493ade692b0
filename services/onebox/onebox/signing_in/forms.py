"""The form of a request: texts alone, each name once."""

from starlette.requests import Request

__all__ = ["fields_of"]


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form; files, and names that come twice, are left out."""
    async with request.form(max_files=0, max_fields=50) as form:
        counted = [name for name, _ in form.multi_items()]
        return {
            name: value
            for name, value in form.multi_items()
            if isinstance(value, str) and counted.count(name) == 1
        }
