"""Bring a list of estates into a running platform, watch its progress, and keep the repair report."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from onebox.client import Client

__all__ = ["Import", "Imported", "import_estates"]

POLL_SECONDS: Final = 0.2
_IMPORTS: Final = "/api/estate-registry/estate-imports"
_RUNNING: Final = frozenset({"waiting", "running"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A list, the territory its rows belong to where they do not say, and the name of its source."""

    content: bytes
    file_name: str
    territory: str
    source: str

    @classmethod
    def of_file(cls, file: Path, *, territory: str, source: str | None = None) -> Self:
        """Read a file; its name without the ending is its source unless one is named."""
        return cls(
            content=file.read_bytes(), file_name=file.name, territory=territory, source=source or file.stem
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: the import job at its end."""

    job: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """Say it in one line."""
        job = self.job
        return (
            f"{job['rows']} 行 / rows：{job['taken']} 接收 taken，{job['repaired']} 修复 repaired，"
            f"{job['refused']} 拒绝 refused，{job['unchanged']} 未变 unchanged"
        )


async def import_estates(
    client: Client,
    what: Import,
    *,
    authorization: str,
    report: Path | None = None,
    progress: Callable[[Mapping[str, Any]], None] = lambda _job: None,
) -> Imported:
    """Send the file, wait for the job's end and fetch its report; the report's ending says csv or xlsx."""
    answer = await client.send(
        "POST",
        _IMPORTS,
        authorization=authorization,
        content=what.content,
        params={"territory": what.territory, "source": what.source, "file_name": what.file_name},
        headers={"content-type": "application/octet-stream"},
    )
    job = await _end_of(client, answer.json(), authorization=authorization, progress=progress)
    if report is not None:
        ending = "xlsx" if report.suffix == ".xlsx" else "csv"
        path = f"{_IMPORTS}/{job['id']}/report.{ending}"
        content = (await client.send("GET", path, authorization=authorization)).content
        await asyncio.to_thread(report.write_bytes, content)
    return Imported(job)


async def _end_of(
    client: Client,
    job: Mapping[str, Any],
    *,
    authorization: str,
    progress: Callable[[Mapping[str, Any]], None],
) -> Mapping[str, Any]:
    while job["state"] in _RUNNING:
        progress(job)
        await asyncio.sleep(POLL_SECONDS)
        answer = await client.send("GET", f"{_IMPORTS}/{job['id']}", authorization=authorization)
        job = answer.json()
    progress(job)
    return job
