"""Who is calling, in which role, and what the role may do. Tokens, department keys, roles and permissions."""

from shared.identity.department_keys import (
    SIGNATURE_WINDOW,
    DepartmentKey,
    new_key_id,
    new_secret,
    read_department_signature,
    verify_department_signature,
)
from shared.identity.issuer import DevelopmentIssuer, IssuerForDevelopmentOnly
from shared.identity.jwks import JwksCache, KeysUnavailable, file_source, jwks_cache, url_source
from shared.identity.keys import KeySetRefused, read_key_set
from shared.identity.message_signatures import (
    CONTENT_DIGEST,
    SIGNATURE,
    SIGNATURE_INPUT,
    MessageSignature,
    RequestParts,
    SignatureAlgorithm,
    digest_fits,
    key_id_of_signature,
)
from shared.identity.permissions import PUBLIC, ROLES_OF, Permission, allowed, permissions_of
from shared.identity.refusals import (
    DigestMismatch,
    NonceUsed,
    NotAuthenticated,
    SignatureIncomplete,
    SignatureInvalid,
    SignatureOutOfTime,
    SignatureUnreadable,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
)
from shared.identity.roles import ANONYMOUS, Role, RoleFacts, ScopeKind, reaches
from shared.identity.separation import ADMINISTRATORS, NOT_BY_DELEGATION, SEPARATED, actor_may, may_hold_both
from shared.identity.signed_calls import SignedCalls
from shared.identity.tokens import Claims, TokenVerifier, actor_of, bearer_token

__all__ = [
    "ADMINISTRATORS",
    "ANONYMOUS",
    "CONTENT_DIGEST",
    "NOT_BY_DELEGATION",
    "PUBLIC",
    "ROLES_OF",
    "SEPARATED",
    "SIGNATURE",
    "SIGNATURE_INPUT",
    "SIGNATURE_WINDOW",
    "Claims",
    "DepartmentKey",
    "DevelopmentIssuer",
    "DigestMismatch",
    "IssuerForDevelopmentOnly",
    "JwksCache",
    "KeySetRefused",
    "KeysUnavailable",
    "MessageSignature",
    "NonceUsed",
    "NotAuthenticated",
    "Permission",
    "RequestParts",
    "Role",
    "RoleFacts",
    "ScopeKind",
    "SignatureAlgorithm",
    "SignatureIncomplete",
    "SignatureInvalid",
    "SignatureOutOfTime",
    "SignatureUnreadable",
    "SignedCalls",
    "TokenExpired",
    "TokenInvalid",
    "TokenMissing",
    "TokenVerifier",
    "actor_may",
    "actor_of",
    "allowed",
    "bearer_token",
    "digest_fits",
    "file_source",
    "jwks_cache",
    "key_id_of_signature",
    "may_hold_both",
    "new_key_id",
    "new_secret",
    "permissions_of",
    "reaches",
    "read_department_signature",
    "read_key_set",
    "url_source",
    "verify_department_signature",
]
