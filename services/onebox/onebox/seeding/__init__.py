"""A plausible province of any size, for measuring and for trying things out: `gongzhi seed`."""

from onebox.seeding.province import Province
from onebox.seeding.running import refuse_outside_development, seed_province

__all__ = ["Province", "refuse_outside_development", "seed_province"]
