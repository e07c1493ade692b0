"""Check the snapshots against the catalogue; with `--write`, bring them up to date.

    python -m shared.contracts.schemas [--write]

A change that would break a reader is refused: publish a new version of the fact beside the old one, or,
if the version was never published, delete its snapshot first.
"""

import sys

from shared.contracts import CATALOGUE
from shared.contracts.schemas import FOLDER, inspect, write


def main() -> int:
    """Return 0 when all is up to date, 1 with the reasons otherwise."""
    writing = "--write" in sys.argv[1:]
    findings = write(CATALOGUE, FOLDER) if writing else inspect(CATALOGUE, FOLDER)
    if findings.breaking:
        print("These changes break readers; publish a new version beside the old one:", file=sys.stderr)
        print(*findings.breaking, sep="\n", file=sys.stderr)
        return 1
    if findings.stale and not writing:
        print("Out of date; run `make contracts`:", *findings.stale, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
