"""What the edge itself has to tell when a service behind it does not answer."""

from shared.web import TemporarilyUnavailable

__all__ = ["AnswerLate", "AnswerLost", "ServiceAway"]


class ServiceAway(TemporarilyUnavailable):
    """No process of the service takes requests; this one never reached any."""

    zh = "该服务暂时不可用，您的请求没有生效，请稍后重试。"
    en = "This service is out for the moment. Nothing was changed; try again shortly."


class AnswerLost(TemporarilyUnavailable):
    """The process broke off before it answered: what it did is not known here."""

    zh = "服务在答复前中断，请求可能已经生效。请用同一个 Idempotency-Key 重试，或先查询结果。"
    en = (
        "The service broke off before it answered; the request may have taken effect. "
        "Repeat it with the same Idempotency-Key, or look first."
    )


class AnswerLate(TemporarilyUnavailable):
    """The process did not answer in time: what it will do is not known here."""

    zh = "服务未能在规定时间内答复，请求可能已经生效。请用同一个 Idempotency-Key 重试，或先查询结果。"
    en = (
        "The service did not answer in time; the request may have taken effect. "
        "Repeat it with the same Idempotency-Key, or look first."
    )
