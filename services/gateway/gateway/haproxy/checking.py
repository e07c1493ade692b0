"""HAProxy reads a configuration before it is used."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from shared.clusters import ClusterError, ClusterUnfit

__all__ = ["NAME", "ConfigurationRefused", "check_configuration", "find_haproxy"]

NAME: Final = "HAProxy"
# Debian keeps servers out of the PATH of people who are not root.
_PLACES: Final = "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin"
_CHECK_SECONDS: Final = 20
# An alert or a warning with its process, then the file and line if it is about one, then what is wrong.
_COMPLAINT: Final = re.compile(r"\[(?:ALERT|WARNING)\] +\([0-9]+\) : config : (?:parsing )?(.+)")
_PLACE: Final = re.compile(r"\[\S+:([0-9]+)\] : (.+)")


class ConfigurationRefused(ClusterError):  # noqa: N818 - named as the fact it states
    """HAProxy does not take a configuration: its first complaint, and the line that it names."""

    zh = "HAProxy 不接受配置 {file}：{words}（该行：{line}）"
    en = "HAProxy does not take {file}: {words} (the line: {line})"


def find_haproxy() -> Path:
    """Return the program; raise ClusterUnfit with the cure where there is none."""
    found = shutil.which("haproxy") or shutil.which("haproxy", path=_PLACES)
    if found is None:
        raise ClusterUnfit(server=NAME, reason="apt-get install haproxy")
    return Path(found)


def check_configuration(file: Path) -> None:
    """Let HAProxy read the file; raise ConfigurationRefused for any fault or warning, ClusterUnfit."""
    done = subprocess.run(  # noqa: S603 - the program and the file are ours
        [find_haproxy(), "-c", "-dW", "-f", file],
        capture_output=True,
        text=True,
        timeout=_CHECK_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        words, line = _first_complaint(done.stderr or done.stdout, file)
        raise ConfigurationRefused(file=file, words=words, line=line)


def _first_complaint(said: str, file: Path) -> tuple[str, str]:
    """Return what is wrong, and the line of the file that it is about; "-" where none is named."""
    found = _COMPLAINT.search(said)
    complaint = found[1] if found else said.strip()
    place = _PLACE.fullmatch(complaint)
    if place is None:
        return complaint.rstrip("."), "-"
    return place[2].rstrip("."), file.read_text(encoding="utf-8").splitlines()[int(place[1]) - 1].strip()
