"""Field types of requests that name units."""

from typing import Annotated

from pydantic import AfterValidator

from dispute_mediation.units.domain import is_unit_code
from shared.web import Code

__all__ = ["UnitCode"]


def _unit(text: str) -> str:
    if not is_unit_code(text):
        message = (
            "单位代码应为“行政区划代码:机构类型”，如 610703001:town。"
            " / A unit is written <territory>:<kind>, such as 610703001:town."
        )
        raise ValueError(message)
    return text


UnitCode = Annotated[Code, AfterValidator(_unit)]
