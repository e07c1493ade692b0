"""What a real Kafka needs on this machine: Java, and the jars that Maven fetches."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from shared.clusters.errors import ClusterUnfit, JarsNotFetched

__all__ = ["LIBS", "install", "jars_present", "kafka_available"]

_DEPLOY: Final = Path(__file__).resolve().parents[4] / "deploy" / "kafka"
LIBS: Final = _DEPLOY / "libs"
_POM: Final = _DEPLOY / "pom.xml"
_OLDEST_JAVA: Final = 17
_JAVA_VERSION: Final = re.compile(r'version "(?P<major>[0-9]+)')
_JAVA_SECONDS: Final = 20
_MAVEN_SECONDS: Final = 600


def kafka_available(*, libs: Path = LIBS) -> str | None:
    """Return None when a broker can run here, else one line that says what is missing and how to get it."""
    if not _java_fits():
        return f"Kafka needs Java {_OLDEST_JAVA} or newer: apt-get install openjdk-17-jre-headless maven"
    if jars_present(libs):
        return None
    if not _POM.exists():
        return f"Kafka's jars are not in {libs}: name their folder in GONGZHI_KAFKA_LIBS"
    if shutil.which("mvn") is None:
        return f"Kafka's jars are not in {libs}: apt-get install maven, then make kafka-jars"
    return None


def jars_present(libs: Path) -> bool:
    """Say whether the folder holds the jars; it is filled whole or not at all."""
    return any(libs.glob("kafka-server-[0-9]*.jar")) and any(libs.glob("slf4j-simple-*.jar"))


def _java_fits() -> bool:
    """Ask Java for its version."""
    java = shutil.which("java")
    if java is None:
        return False
    answer = subprocess.run(  # noqa: S603 - the Java of the PATH, asked for its version
        [java, "-version"], capture_output=True, text=True, timeout=_JAVA_SECONDS, check=False
    )
    version = _JAVA_VERSION.search(answer.stderr + answer.stdout)
    return version is not None and int(version["major"]) >= _OLDEST_JAVA


def install(*, libs: Path = LIBS) -> Path:
    """Fetch the jars with Maven where they are missing, and return their folder.

    Raises ClusterUnfit when this machine cannot, JarsNotFetched when Maven fails.
    """
    if reason := kafka_available(libs=libs):
        raise ClusterUnfit(server="Kafka", reason=reason)
    if not jars_present(libs):
        _fetch(libs)
    return libs


def _fetch(libs: Path) -> None:
    """Let Maven copy the jars, with strict checksums, beside the final place; then rename."""
    libs.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=libs.parent, prefix=".libs-") as scratch:
        fetched = Path(scratch) / "libs"
        _run_maven(Path(scratch), fetched)
        if not jars_present(libs):
            shutil.rmtree(libs, ignore_errors=True)
            fetched.rename(libs)


def _run_maven(scratch: Path, target: Path) -> None:
    """Run Maven on a copy of the project file, so that it writes nothing into the checkout."""
    project = Path(shutil.copy(_POM, scratch))
    maven = shutil.which("mvn") or "mvn"
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={target}"]
    command = [maven, "-q", "-B", "-C", "-f", str(project), *goal]
    try:
        done = subprocess.run(  # noqa: S603 - every word of the command is ours
            command, capture_output=True, text=True, timeout=_MAVEN_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise JarsNotFetched(reason=str(fault)) from fault
    if done.returncode != 0 or not jars_present(target):
        raise JarsNotFetched(reason=_first_error(done.stdout))


def _first_error(output: str) -> str:
    """Return the first line Maven marks as an error."""
    errors = (line for line in output.splitlines() if "ERROR" in line)
    return next(errors, "no message").strip()
