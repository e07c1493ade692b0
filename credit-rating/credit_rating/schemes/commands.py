"""Load a scheme; from its first day on, every company is scored by it."""

from datetime import timedelta
from typing import Final

from credit_rating.schemes.domain import (
    NoSchemeInForce,
    Scheme,
    SchemeInThePast,
    SchemeUnsound,
    SchemeVersionExists,
    faults_of,
)
from credit_rating.schemes.shipped import SHIPPED, read_scheme
from credit_rating.schemes.storage import add_scheme, scheme_exists, scheme_in_force
from shared.kernel import end_of, local_date
from shared.storage import Work
from shared.tasks import schedule

__all__ = ["SWITCH_TASK", "load_scheme", "present_scheme", "seed_schemes"]

# Due on a scheme's first day: every company is scored anew.
SWITCH_TASK: Final = "scheme.switch"


async def load_scheme(work: Work, *, scheme: Scheme) -> Scheme:
    """Load a new version, in force from a day on that is not past.

    Raises SchemeVersionExists, SchemeInThePast, SchemeUnsound (naming every contradiction).
    """
    if await scheme_exists(work, version=scheme.version):
        raise SchemeVersionExists(version=scheme.version)
    if scheme.in_force_from < local_date(work.now):
        raise SchemeInThePast(in_force_from=scheme.in_force_from)
    _require_sound(scheme)
    await add_scheme(work, scheme)
    begins_at = end_of(scheme.in_force_from - timedelta(days=1))
    await schedule(work, kind=SWITCH_TASK, key=scheme.version, due_at=max(begins_at, work.now))
    return scheme


async def present_scheme(work: Work) -> Scheme:
    """Return the scheme in force today; raise NoSchemeInForce."""
    today = local_date(work.now)
    scheme = await scheme_in_force(work, on=today)
    if scheme is None:
        raise NoSchemeInForce(on=today)
    return scheme


async def seed_schemes(work: Work) -> None:
    """Put the shipped schemes in place; one that is there already stays as it is."""
    for name in SHIPPED:
        scheme = read_scheme(name)
        if not await scheme_exists(work, version=scheme.version):
            _require_sound(scheme)
            await add_scheme(work, scheme)


def _require_sound(scheme: Scheme) -> None:
    faults = faults_of(scheme)
    if faults:
        raise SchemeUnsound(
            faults_zh="；".join(fault.zh for fault in faults),
            faults_en="; ".join(fault.en for fault in faults),
        )
