"""Refusals of the edge itself: what is wrong with a request before any rule is asked."""

from shared.kernel import Conflict, NotAllowed, Refusal

__all__ = [
    "AnswerLate",
    "AnswerLost",
    "BadRequest",
    "BodyTooLarge",
    "CursorInvalid",
    "HeaderInvalid",
    "IdempotencyKeyReused",
    "InternalFault",
    "InvalidInput",
    "MediaTypeNotSupported",
    "MethodNotAllowed",
    "NoSuchAddress",
    "PermissionMissing",
    "ReadModelBehind",
    "RequestStillRunning",
    "RequestTooSlow",
    "ServiceAway",
    "TemporarilyUnavailable",
    "TooManyRequests",
    "VersionNotCompared",
]


class BadRequest(Refusal):
    """The request cannot be read at all."""

    zh = "请求内容无法读取，请检查格式是否为正确的 JSON、编码是否为 UTF-8。"
    en = "The request cannot be read. Check that the body is valid JSON in UTF-8."


class CursorInvalid(BadRequest):
    """A page cursor was altered, or belongs to another list, filter or order."""

    zh = "翻页标记无效，或与当前筛选条件、排序不符，请从第一页重新查询。"
    en = "The page cursor is not valid for this list, filter and order. Start again from the first page."


class HeaderInvalid(BadRequest):
    """A header has a value that cannot be understood."""

    zh = "请求头 {header} 的值无法识别，请按接口文档填写。"
    en = "The value of the header {header} cannot be understood. See the documentation of the interface."


class VersionNotCompared(BadRequest):
    """`If-Match` came with an act that compares no version: ignoring it would promise what is not held."""

    zh = "此操作不按版本比较，请去掉 If-Match 后重新提交。"
    en = "This operation compares no version. Leave If-Match out and submit again."


class NoSuchAddress(Refusal):
    """No route has this path."""

    zh = "没有这个地址，请核对路径；接口目录见 /api/docs。"
    en = "There is nothing at this address. See /api/docs for the interfaces."


class MethodNotAllowed(Refusal):
    """The path exists, not with this method."""

    zh = "该地址不支持此方法，请核对接口文档。"
    en = "This address does not support the method. See the documentation of the interface."


class RequestTooSlow(Refusal):
    """The request did not arrive whole in time."""

    zh = "请求未能在规定时间内发送完毕，请检查网络后重试。"
    en = "The request did not arrive in time. Check the network and try again."


class BodyTooLarge(Refusal):
    """The body is over the limit."""

    zh = "提交内容超过大小上限，请分批提交。"
    en = "The body is over the size limit. Submit it in parts."


class MediaTypeNotSupported(Refusal):
    """The body has a content type that the route does not read."""

    zh = "不支持该内容格式，请使用 application/json。"
    en = "This content type is not supported. Use application/json."


class InvalidInput(Refusal):
    """One or more fields are missing or wrong; `errors` says which."""

    zh = "有字段填写不正确，请按 errors 中的提示修改后重新提交。"
    en = "Some fields are missing or wrong. Correct what `errors` names and submit again."


class PermissionMissing(NotAllowed):
    """The caller's role does not include what the route needs."""

    zh = "您的角色（{role}）不能办理此事项（{permission}）。请换用相应岗位的账号，或交由有权限的人员办理。"
    en = "Your role ({role}) does not include {permission}. Use an account that does, or hand it over."


class IdempotencyKeyReused(Refusal):
    """The same Idempotency-Key came with another request."""

    zh = "该 Idempotency-Key 已用于另一项内容不同的请求，请换一个新的键。"
    en = "This Idempotency-Key was used for a different request. Take a new key."


class RequestStillRunning(Conflict):
    """A request with the same Idempotency-Key has not ended yet."""

    zh = "相同 Idempotency-Key 的请求仍在处理，请稍后用同一个键重试。"
    en = "A request with the same Idempotency-Key is still running. Retry later with the same key."


class ReadModelBehind(Refusal):
    """The read model has not yet applied the event named by Consistency-Token."""

    zh = "您刚提交的变更（{token}）尚未汇总完成，请稍后再查。"
    en = "The change you refer to ({token}) has not been applied here yet. Ask again in a moment."


class TooManyRequests(Refusal):
    """The caller is over its rate limit."""

    zh = "请求过于频繁，请按 Retry-After 提示的秒数后再试。"
    en = "Too many requests. Try again after the seconds given in Retry-After."


class TemporarilyUnavailable(Refusal):
    """The database, or the keys of the identity service, cannot be reached."""

    zh = "系统暂时无法访问所需的后台服务，您的请求没有生效，请稍后重试。"
    en = "A service that is needed cannot be reached at the moment. Nothing was changed; try again shortly."


class ServiceAway(TemporarilyUnavailable):
    """No process of the service takes requests; this one never reached any."""

    zh = "该服务暂时不可用，您的请求没有生效，请稍后重试。"
    en = "This service is out for the moment. Nothing was changed; try again shortly."


class AnswerLost(Refusal):
    """The process broke off before it answered: what it did is not known here."""

    zh = "服务在答复前中断，请求可能已经生效。请用同一个 Idempotency-Key 重试，或先查询结果。"
    en = (
        "The service broke off before it answered; the request may have taken effect. "
        "Repeat it with the same Idempotency-Key, or look first."
    )


class AnswerLate(Refusal):
    """The process did not answer in time: what it will do is not known here."""

    zh = "服务未能在规定时间内答复，请求可能已经生效。请用同一个 Idempotency-Key 重试，或先查询结果。"
    en = (
        "The service did not answer in time; the request may have taken effect. "
        "Repeat it with the same Idempotency-Key, or look first."
    )


class InternalFault(Refusal):
    """A fault of the program."""

    zh = "系统出现故障，您的请求没有生效。请重试；若仍失败，请将追踪号提供给运维人员。"
    en = "A fault of ours; nothing was changed. Try again, or give the trace id to the operator."
