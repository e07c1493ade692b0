"""Refusals of whoever cannot show who they are. None says which check failed: that would help a forger."""

from shared.kernel import NotAllowed

__all__ = ["DepartmentKeyInvalid", "NotAuthenticated", "TokenExpired", "TokenInvalid", "TokenMissing"]


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


class DepartmentKeyInvalid(NotAuthenticated):
    """The department key is unknown, withdrawn, or its secret is wrong."""

    zh = "部门密钥无效或已停用，请向数据交换管理员申请新密钥。"
    en = "The department key is not valid or was withdrawn. Ask the exchange administrator for a new one."
