"""The route of the counts."""

from shared.identity import Permission
from shared.web import CurrentWork, Router, Territory, needs
from supervision.counts.queries import CountsView, counts_of

__all__ = ["router"]

router = Router(
    prefix="/counts",
    tags=["counts"],
    about="小区、投诉、补助等统计数字。/ Counts of estates, complaints and subsidies.",
)


@router.get("", operation_id="show_counts", summary="查看辖区统计")
@needs(Permission.COUNTS_READ)
async def counts(work: CurrentWork, territory: Territory | None = None) -> CountsView:
    """Count a territory in all and town by town, as it stands today."""
    return await counts_of(work, territory=territory)
