"""Check the snapshots against the catalogue; with `--write`, bring them up to date.

    python -m shared.contracts.schemas [--write]

A change that would break a reader is refused, with the services that read the fact: publish a new version
beside the old one (docs/how-to/change-an-event.md), or, if the version was never published, delete its
snapshot first. No service is imported: one that the change breaks may be past importing.
"""

import sys

from shared.contracts import CATALOGUE
from shared.contracts.schemas import FOLDER, Findings, inspect, kept_consumers, write


def main() -> int:
    """Return 0 when all is up to date, 1 with the reasons otherwise."""
    writing = "--write" in sys.argv[1:]
    findings = (write if writing else inspect)(CATALOGUE, FOLDER, consumers=kept_consumers())
    if findings.breaking:
        print("These changes break readers; publish a new version beside the old one:", file=sys.stderr)
        print(*findings.breaking, sep="\n", file=sys.stderr)
        return 1
    return _judge_stale(findings, writing=writing)


def _judge_stale(findings: Findings, *, writing: bool) -> int:
    if findings.stale and not writing:
        print("Out of date; run `make contracts`:", *findings.stale, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
