"""The page of facts, section by section. Money in fen, area in 0.01 m², points in tenths, days local."""

from supervision.estate_files.queries.views.grievances import (
    ComplaintsView,
    ComplaintView,
    ItemsView,
    ItemView,
    MeetingView,
    OrdersView,
)
from supervision.estate_files.queries.views.money import BudgetView, ClaimView, SubsidiesView
from supervision.estate_files.queries.views.page import CircularMention, EstateFileView, EstateRow, EstateView
from supervision.estate_files.queries.views.service import (
    CompanyView,
    ContractView,
    CreditItemView,
    ModeView,
    OperatorView,
)

__all__ = [
    "BudgetView",
    "CircularMention",
    "ClaimView",
    "CompanyView",
    "ComplaintView",
    "ComplaintsView",
    "ContractView",
    "CreditItemView",
    "EstateFileView",
    "EstateRow",
    "EstateView",
    "ItemView",
    "ItemsView",
    "MeetingView",
    "ModeView",
    "OperatorView",
    "OrdersView",
    "SubsidiesView",
]
