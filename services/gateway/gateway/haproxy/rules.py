"""The rules a request passes at the edge: who calls, how often, how much, where to."""

from gateway.documents import DOCUMENT_FOLDERS, DOCUMENT_PATHS
from gateway.haproxy.answers import quoted, refuse
from gateway.haproxy.settings import DOCUMENTS, EdgeSettings
from gateway.routes import ROUTES
from shared.identity import TokenExpired, TokenInvalid
from shared.web import BodyTooLarge, NoSuchAddress, TooManyRequests

__all__ = ["limit_rules", "request_id_rules", "routing_rules", "token_rules"]


def request_id_rules() -> list[str]:
    """Give every request an id, or keep the caller's where it is harmless; say it in the answer."""
    return [
        "    http-request set-var(txn.given_id) req.fhdr(x-request-id)",
        "    http-request set-var(txn.id) uuid",
        (
            "    http-request set-var(txn.id) var(txn.given_id)"
            " if { var(txn.given_id) -m reg ^[A-Za-z0-9._-]{1,64}$ }"
        ),
        "    http-request set-header x-request-id %[var(txn.id)]",
        "    http-after-response set-header x-request-id %[var(txn.id)] if { var(txn.id) -m found }",
    ]


def token_rules(settings: EdgeSettings) -> list[str]:
    """Judge a token. A request without one passes, as does a department's key: the services judge those.

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
        "    http-request set-var(txn.left) date(),neg,add(txn.exp) if bearer",
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
        f"    acl ended var(txn.left),add({settings.clock_skew_seconds}) -m int lt 0",
        *(
            f"    http-request set-var(txn.refused) str(invalid) if bearer !{proof}"
            for proof in ("well_signed_kind", "well_signed", "of_issuer", "for_us", "ends")
        ),
        "    acl invalid var(txn.refused) -m found",
    ]


def limit_rules(settings: EdgeSettings) -> list[str]:
    """Count by a good token's subject, else by address; a department's key id is no proof of who calls."""
    return [
        "    http-request set-var(txn.caller) src",
        "    http-request set-var(txn.caller) var(txn.subject) if bearer !invalid !ended",
        "    http-request track-sc0 var(txn.caller)",
        f"    {refuse(TooManyRequests, 429)} if {{ sc_http_req_rate(0) gt {settings.requests_per_10s} }}",
        f"    {refuse(TokenInvalid, 401)} if invalid",
        f"    {refuse(TokenExpired, 401)} if bearer ended",
        f"    {refuse(BodyTooLarge, 413)} if {{ req.hdr_val(content-length) gt {settings.max_body_bytes} }}",
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
        f"    {refuse(NoSuchAddress, 404)} if {known}{' !documents' if documented else ''}",
        *([f"    use_backend {DOCUMENTS} if documents"] if documented else []),
        *(f"    use_backend {route.service} if {{ path_beg {route.prefix} }}" for route in ROUTES),
    ]
