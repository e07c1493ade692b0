"""The answers "no" about an order."""

from shared.kernel import Conflict, NotFound

__all__ = [
    "EstateCodeWrong",
    "LiesTooWide",
    "OrderGoesBack",
    "OrderNotFound",
    "OrderNumberTaken",
    "OrderReceivedInFuture",
    "OrderTextDiffers",
]


class OrderNotFound(NotFound):
    """No such order, or not in the caller's territory, or of another party."""

    zh = "没有编号为 {order_no} 的工单，请核对工单编号。"
    en = "There is no order {order_no}. Check its number."


class OrderTextDiffers(Conflict):
    """The number came before with other words; nothing is changed."""

    zh = "工单 {order_no} 已按其他内容登记，不同之处：{fields}。诉求内容不能改写，请核对编号或另立新单。"
    en = "Order {order_no} is on record with other content in: {fields}. Check the number, or use a new one."


class OrderGoesBack(Conflict):
    """What came tells of an earlier state than the one on record."""

    zh = "工单 {order_no} 已是“{current}”，不能退回“{given}”。请报送最新状态。"
    en = "Order {order_no} has come to '{current}' and does not go back to '{given}'. Send its newest state."


class OrderNumberTaken(Conflict):
    """The number belongs to an order outside the caller's territory, or of another party."""

    zh = "工单编号 {order_no} 已用于其他辖区或其他单位报送的工单，请核对编号和行政区划。"
    en = "The number {order_no} belongs to an order of another territory or sender. Check both."


class OrderReceivedInFuture(Conflict):
    """The order says it will be received later than now."""

    zh = "工单 {order_no} 的受理时间 {received_at} 晚于当前时间，请核对时间和时区。"
    en = "Order {order_no} was received at {received_at}, which is yet to come. Check time and offset."


class LiesTooWide(Conflict):
    """No unit is competent for a territory wider than a district."""

    zh = "工单 {order_no} 的行政区划“{territory}”范围过大，请至少填写到县区（6 位）。"
    en = "Order {order_no} lies in '{territory}', which is too wide. Name a district (6 digits) at least."


class EstateCodeWrong(Conflict):
    """The estate code fails its check digit, or lies in another territory."""

    zh = "工单 {order_no} 的小区编码 {estate_code} 有误（校验位不符或与行政区划不一致），请核对或留空。"
    en = "Order {order_no} has the estate code {estate_code}, which is not right. Correct it or leave it out."
