"""Pure vocabulary of every rule: refusals, lifecycles, money, periods, territory, time. No I/O."""

from shared.kernel.actor import Actor
from shared.kernel.area import area_from_text, area_text
from shared.kernel.clock import SHANGHAI, Clock, local_date, system_clock
from shared.kernel.identifiers import (
    CodeFault,
    CodeVerdict,
    check_citizen_id,
    check_company_code,
    is_estate_code,
    make_estate_code,
)
from shared.kernel.ids import new_id
from shared.kernel.lifecycle import Lifecycle, StepNotAllowed
from shared.kernel.masks import (
    mask_address,
    mask_bank_account,
    mask_citizen_id,
    mask_free_text,
    mask_name,
    mask_phone,
)
from shared.kernel.money import apportion, fen_from_yuan, yuan_text
from shared.kernel.months import add_months
from shared.kernel.period import Period
from shared.kernel.pulse import Pulse
from shared.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal, catalogue
from shared.kernel.sweeping import seldom_swept, sweep_seldom
from shared.kernel.territory import NATION, Scope, TerritoryCode, is_territory_code, level_of
from shared.kernel.working_days import Deadline, WorkingCalendar, end_of

__all__ = [
    "NATION",
    "SHANGHAI",
    "Actor",
    "Clock",
    "CodeFault",
    "CodeVerdict",
    "Conflict",
    "Deadline",
    "Lifecycle",
    "NotAllowed",
    "NotFound",
    "Period",
    "Pulse",
    "Refusal",
    "Scope",
    "StepNotAllowed",
    "TerritoryCode",
    "WorkingCalendar",
    "add_months",
    "apportion",
    "area_from_text",
    "area_text",
    "catalogue",
    "check_citizen_id",
    "check_company_code",
    "end_of",
    "fen_from_yuan",
    "is_estate_code",
    "is_territory_code",
    "level_of",
    "local_date",
    "make_estate_code",
    "mask_address",
    "mask_bank_account",
    "mask_citizen_id",
    "mask_free_text",
    "mask_name",
    "mask_phone",
    "new_id",
    "seldom_swept",
    "sweep_seldom",
    "system_clock",
    "yuan_text",
]
