"""Whether HAProxy would take the edge that the settings describe; if not, which setting to correct."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway import ConfigurationRefused, check_configuration
from onebox.deployment import EdgeProcessSettings, write_edge_files
from shared.clusters import ClusterError
from shared.settings import load

__all__ = ["EdgeRefused", "check_edge"]


class EdgeRefused(ClusterError):  # noqa: N818 - named as the fact it states
    """HAProxy does not take what a setting led to."""

    zh = "网关配置不可用：{words}。请修正 {setting}（{line}）。"
    en = "HAProxy would not take this edge: {words}. Correct {setting} ({line})."


async def check_edge(folder: Path | None) -> None:
    """Write the edge's files, into a folder of no consequence if none is named, and let HAProxy read them.

    Raises EdgeRefused, KeySetRefused, SettingsRefused, and ClusterUnfit where there is no HAProxy.
    """
    with TemporaryDirectory(prefix="gongzhi-edge-") as scratch:
        configuration = await write_edge_files(folder or Path(scratch))
        try:
            check_configuration(configuration)
        except ConfigurationRefused as refused:
            words, line = str(refused.facts["words"]), str(refused.facts["line"])
            raise EdgeRefused(words=words, line=line, setting=_setting(words, line)) from refused


def _setting(words: str, line: str) -> str:
    """Return the variable whose value HAProxy complains of: one it quotes, else one in the line."""
    settings = load(EdgeProcessSettings)
    if line.startswith("server"):
        return f"{settings.variable('backend')} / {settings.variable('resolver')}"
    values = dict(_values(settings))
    for told in (words, line):
        for name, value in values.items():
            if value in told:
                return settings.variable(name)
    return "GONGZHI_EDGE_*"


def _values(settings: EdgeProcessSettings) -> Iterator[tuple[str, str]]:
    """Yield the settings that stand in the configuration word by word."""
    stated = {
        "certificate": settings.certificate,
        "resolver": settings.resolver,
        "metrics_bind": settings.metrics_bind,
        "bind": settings.bind,
    }
    yield from ((name, str(value)) for name, value in stated.items() if value is not None)
