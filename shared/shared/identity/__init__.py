"""Who is calling, in which role, and what the role may do. Tokens, department keys, roles and permissions."""

from shared.identity.department_keys import (
    DepartmentKey,
    FindDepartmentKey,
    NewDepartmentKey,
    authenticate_department,
    is_department_call,
    make_department_key,
)
from shared.identity.issuer import DevelopmentIssuer, IssuerForDevelopmentOnly
from shared.identity.jwks import JwksCache, KeysUnavailable, file_source, jwks_cache, url_source
from shared.identity.keys import KeySetRefused, read_key_set
from shared.identity.message_signatures import key_id_of_signature
from shared.identity.permissions import PUBLIC, ROLES_OF, Permission, allowed, permissions_of
from shared.identity.refusals import (
    DepartmentKeyInvalid,
    NotAuthenticated,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
)
from shared.identity.roles import ANONYMOUS, Role, RoleFacts, ScopeKind, reaches
from shared.identity.separation import ADMINISTRATORS, NOT_BY_DELEGATION, SEPARATED, actor_may, may_hold_both
from shared.identity.tokens import Claims, TokenVerifier, actor_of, bearer_token

__all__ = [
    "ADMINISTRATORS",
    "ANONYMOUS",
    "NOT_BY_DELEGATION",
    "PUBLIC",
    "ROLES_OF",
    "SEPARATED",
    "Claims",
    "DepartmentKey",
    "DepartmentKeyInvalid",
    "DevelopmentIssuer",
    "FindDepartmentKey",
    "IssuerForDevelopmentOnly",
    "JwksCache",
    "KeySetRefused",
    "KeysUnavailable",
    "NewDepartmentKey",
    "NotAuthenticated",
    "Permission",
    "Role",
    "RoleFacts",
    "ScopeKind",
    "TokenExpired",
    "TokenInvalid",
    "TokenMissing",
    "TokenVerifier",
    "actor_may",
    "actor_of",
    "allowed",
    "authenticate_department",
    "bearer_token",
    "file_source",
    "is_department_call",
    "jwks_cache",
    "key_id_of_signature",
    "make_department_key",
    "may_hold_both",
    "permissions_of",
    "reaches",
    "read_key_set",
    "url_source",
]
