"""Building a read model anew beside the old one, and putting it in its place."""

from shared.messaging.rebuild.declaration import ReadModel, ReadModelUnfit
from shared.messaging.rebuild.rebuilding import THE_BEGINNING, Progress, Rebuild, Rebuilt
from shared.messaging.rebuild.refusals import HorizonStands, ReachesOutside, RebuildUnderWay
from shared.messaging.rebuild.switching import Difference

__all__ = [
    "THE_BEGINNING",
    "Difference",
    "HorizonStands",
    "Progress",
    "ReachesOutside",
    "ReadModel",
    "ReadModelUnfit",
    "Rebuild",
    "RebuildUnderWay",
    "Rebuilt",
]
