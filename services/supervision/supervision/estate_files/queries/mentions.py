"""Section of the file: the published circulars that concern the estate."""

from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, exists, func, or_, select

from shared.kernel import TerritoryCode
from shared.storage import Work, everywhere
from supervision.estate_files.queries.limits import LATEST
from supervision.estate_files.queries.views import CircularMention
from supervision.tables import circular_findings, circular_names, circulars

__all__ = ["mentions_of", "units_of"]

_TOWN_DIGITS: Final = 9
_findings = (
    select(func.count())
    .where(
        circular_findings.c.circular_id == circulars.c.id,
        circular_findings.c.estate_id == bindparam("estate_id"),
    )
    .correlate(circulars)
    .scalar_subquery()
)
_MENTIONS: Final = everywhere(
    select(circulars, _findings.label("findings"))
    .where(
        circulars.c.published_at.is_not(None),
        or_(
            exists().where(
                circular_names.c.circular_id == circulars.c.id,
                circular_names.c.code == any_(bindparam("codes", type_=ARRAY(Text))),
            ),
            _findings > 0,
        ),
    )
    .order_by(circulars.c.published_at.desc(), circulars.c.id.desc())
    .limit(LATEST),
    reason="a published circular is open data, and names towns from the district above them",
)


async def mentions_of(
    work: Work, *, estate_id: UUID, territory: TerritoryCode, org: str | None
) -> list[CircularMention]:
    """Return the circulars that name the estate's units or company, or a duty at it, the latest first."""
    codes = [*units_of(territory), *([org] if org else [])]
    rows = await work.fetch_all(_MENTIONS, estate_id=estate_id, codes=codes)
    return [CircularMention.model_validate(dict(row)) for row in rows]


def units_of(territory: TerritoryCode) -> list[str]:
    """Return the units that answer for a place: its town, and its community where the code names one."""
    town = territory[:_TOWN_DIGITS]
    return [f"{town}:town"] + ([f"{territory}:community"] if territory != town else [])
