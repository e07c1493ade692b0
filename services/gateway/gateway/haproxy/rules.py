"""The rules a request passes at the edge: who calls, how much is sent, where to."""

from gateway.documents import DOCUMENT_FOLDERS, DOCUMENT_PATHS
from gateway.haproxy.answers import refuse
from gateway.haproxy.settings import DOCUMENTS, EdgeSettings
from gateway.haproxy.words import quoted
from gateway.routes import ROUTES
from shared.identity import TokenExpired, TokenInvalid
from shared.web import BodyTooLarge, NoSuchAddress

__all__ = ["judging_rules", "routing_rules", "token_rules"]


def token_rules(settings: EdgeSettings) -> list[str]:
    """Read a token. A request without one passes, as does a department's signature: the services judge those.

    So does a token that only the services can refuse, as one that is not valid yet. The audience is looked
    for among the first three a token names.
    """
    audience = quoted(settings.audience)
    return [
        "    acl bearer req.hdr(authorization) -m beg -i 'bearer '",
        "    http-request set-var(txn.bearer) http_auth_bearer if bearer",
        "    http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg') if bearer",
        "    http-request set-var(txn.subject) var(txn.bearer),jwt_payload_query('$.sub') if bearer",
        "    http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int') if bearer",
        "    http-request set-var(txn.valid_for) date(),neg,add(txn.exp) if bearer",
        "    acl well_signed_kind var(txn.alg) -m str RS256",
        *(
            f"    acl well_signed var(txn.bearer),jwt_verify(txn.alg,{quoted(str(key))}) 1"
            for key in settings.public_keys
        ),
        f"    acl of_issuer var(txn.bearer),jwt_payload_query('$.iss') -m str {quoted(settings.issuer)}",
        *(
            f"    acl for_us var(txn.bearer),jwt_payload_query({quoted(place)}) -m str {audience}"
            for place in ("$.aud", "$.aud[0]", "$.aud[1]", "$.aud[2]")
        ),
        "    acl ends var(txn.exp) -m int ge 1",
        # Compared with nought: `lt -30` also holds for 0 to 30 in HAProxy 2.6.
        f"    acl ended var(txn.valid_for),add({settings.clock_skew_seconds}) -m int lt 0",
        *(
            f"    http-request set-var(txn.refused) str(invalid) if bearer !{proof}"
            for proof in ("well_signed_kind", "well_signed", "of_issuer", "for_us", "ends")
        ),
        "    acl invalid var(txn.refused) -m found",
    ]


def judging_rules(settings: EdgeSettings) -> list[str]:
    """Refuse a token that is not good, and a body that says it is too large.

    A body that does not say how large it is is counted by the service, which has the same limit.
    """
    return [
        f"    {refuse(TokenInvalid)} if invalid",
        f"    {refuse(TokenExpired)} if bearer ended",
        (
            f"    {refuse(BodyTooLarge)}"
            f" if {{ req.hdr_val(content-length) gt {settings.limits.max_body_bytes} }}"
        ),
    ]


def routing_rules(settings: EdgeSettings) -> list[str]:
    """Send each path of the table to its service, and the documentation to whoever serves it."""
    prefixes = " ".join(route.prefix for route in ROUTES)
    documented = settings.backend(DOCUMENTS) is not None
    known = f"!{{ path_beg {prefixes} }}"
    documents = [
        f"    acl documents path {' '.join(DOCUMENT_PATHS)}",
        f"    acl documents path_beg {' '.join(DOCUMENT_FOLDERS)}",
    ]
    return [
        *(documents if documented else []),
        f"    {refuse(NoSuchAddress)} if {known}{' !documents' if documented else ''}",
        *([f"    use_backend {DOCUMENTS} if documents"] if documented else []),
        *(f"    use_backend {route.service} if {{ path_beg {route.prefix} }}" for route in ROUTES),
    ]
