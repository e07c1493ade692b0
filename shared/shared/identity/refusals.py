"""Refusals of whoever cannot show who they are.

What the caller can see in the own request is named. Of a secret none says which check failed: that would help
a forger.
"""

from shared.kernel import NotAllowed

__all__ = [
    "DigestMismatch",
    "NonceUsed",
    "NotAuthenticated",
    "SignatureIncomplete",
    "SignatureInvalid",
    "SignatureOutOfTime",
    "SignatureUnreadable",
    "TokenExpired",
    "TokenInvalid",
    "TokenMissing",
]


class NotAuthenticated(NotAllowed):
    """Nobody is known to be calling."""

    zh = "无法确认身份，请先登录。"
    en = "It is not known who you are. Sign in first."


class TokenMissing(NotAuthenticated):
    """The request carries no token, and what it asks for is not open to everyone."""

    zh = "请求未携带身份令牌。请登录后在 Authorization 请求头中以 Bearer 方式提交令牌。"
    en = "The request carries no token. Sign in and send the token in the Authorization header as Bearer."


class TokenInvalid(NotAuthenticated):
    """The token is not one of ours, or not for us."""

    zh = "身份令牌无效，请重新登录获取令牌。"
    en = "The token is not valid. Sign in again to get another."


class TokenExpired(NotAuthenticated):
    """The token was good and its time is over."""

    zh = "身份令牌已过期，请重新登录。"
    en = "The token has expired. Sign in again."


class SignatureUnreadable(NotAuthenticated):
    """Signature-Input or Signature are not what a department sends."""

    zh = "无法读取签名：请提交标签一致的 Signature-Input 和 Signature 各一项，nonce 为 16 至 64 个字符。"
    en = (
        "The signature cannot be read. Send one Signature-Input and one Signature under the same label,"
        " with a nonce of 16 to 64 characters, as the guide to signed calls shows."
    )


class SignatureIncomplete(NotAuthenticated):
    """The signature leaves out what it must cover."""

    zh = "签名未覆盖或请求缺少：{missing}。请补齐后重新签名。"
    en = "The signature does not cover, or the request does not have: {missing}. Add it and sign again."


class SignatureOutOfTime(NotAuthenticated):
    """The signature is too old, too new, or over."""

    zh = "签名时间与平台时间相差超过 {minutes} 分钟或已过期（平台时间 {now}），请校准时钟后重新签名。"
    en = (
        "The signature is more than {minutes} minutes from the platform's time, which is {now}, or has"
        " expired. Set your clock and sign again."
    )


class SignatureInvalid(NotAuthenticated):
    """The key is unknown or not in force, or the signature is not of this request."""

    zh = "签名无效：请核对密钥编号、密钥、算法和被签名的内容；密钥可能已停用，请联系数据交换管理员。"
    en = (
        "The signature is not valid. Check the key's id, secret and algorithm, and what was signed. The key"
        " may have been withdrawn: ask the exchange administrator."
    )


class DigestMismatch(NotAuthenticated):
    """The body is not the one that was signed."""

    zh = "Content-Digest 与收到的正文不符，请对实际发送的正文计算 sha-256 后重新签名。"
    en = (
        "Content-Digest is not that of the body received. Take the sha-256 of the bytes you send, sign again."
    )


class NonceUsed(NotAuthenticated):
    """The request was sent before."""

    zh = "该 nonce 已使用过，请求可能被重放。请换用新的 nonce 重新签名。"
    en = "This nonce was used before: the request may be a replay. Sign again with a new nonce."
