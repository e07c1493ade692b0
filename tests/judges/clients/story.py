"""A stretch of the story, told through a client that openapi-python-client made of the merged document.

    BOX_URL=… TOKEN_TOWN=… TOKEN_COMMUNITY=… python story.py

Run by the test beside it, with the generated package `gongzhi_client` in the path.
"""

import json
import os
import time
from uuid import UUID

from gongzhi_client import AuthenticatedClient
from gongzhi_client.api.dispute_mediation_complaints import (
    accept_complaint,
    assign_complaint,
    file_complaint,
    resolve_complaint,
    show_complaint,
    sign_complaint,
)
from gongzhi_client.api.estate_registry_estates import list_estates, update_estate
from gongzhi_client.api.estate_registry_registration import register_estate
from gongzhi_client.models import (
    DisputeMediationAcceptance,
    DisputeMediationAssignment,
    DisputeMediationNewComplaint,
    DisputeMediationResolutionEntry,
    EstateRegistryProfileChange,
    EstateRegistryRegistration,
)

COMMUNITY = "610703001001"


def acting(who: str) -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=os.environ["BOX_URL"], token=os.environ[f"TOKEN_{who}"], raise_on_unexpected_status=True
    )


def registered(town: AuthenticatedClient, authority: AuthenticatedClient) -> str:
    """Register an estate, find it, change it once; the second change of one version is refused."""
    name = f"客户端小区{time.time_ns()}"
    body = EstateRegistryRegistration(territory=COMMUNITY, name=name, households=120)
    estate = register_estate.sync(client=town, body=body, idempotency_key=name[-12:])
    assert [one.id for one in list_estates.sync(client=town, name=name).items] == [estate.id]
    change = EstateRegistryProfileChange(households=121)
    seen = f'"{estate.version}"'
    changed = update_estate.sync(estate.id, client=authority, body=change, if_match=seen)
    refused = update_estate.sync_detailed(estate.id, client=authority, body=change, if_match=seen)
    assert (changed.households, refused.status_code, refused.parsed.status) == (121, 412, 412)
    return str(estate.id)


def resolved(town: AuthenticatedClient, community: AuthenticatedClient) -> tuple[UUID, str]:
    """File a complaint at the community's window and bring it to its result."""
    filed = DisputeMediationNewComplaint.from_dict(
        {
            "channel": "community_window",
            "leaf": "SRV-01",
            "text": "垃圾四天没人清运。",
            "territory": COMMUNITY,
            "anonymous": True,
        }
    )
    case_id = file_complaint.sync(client=community, body=filed).id
    accept_complaint.sync(case_id, client=town, body=DisputeMediationAcceptance(leaf="SRV-01"))
    assign_complaint.sync(case_id, client=town, body=DisputeMediationAssignment())
    sign_complaint.sync(case_id, client=town)
    result = {"result": "solved", "liability": "none", "reply": "已清运。"}
    resolve_complaint.sync(case_id, client=town, body=DisputeMediationResolutionEntry.from_dict(result))
    return case_id, str(show_complaint.sync(case_id, client=town).state)


if __name__ == "__main__":
    estate_id = registered(acting("TOWN"), acting("AUTHORITY"))
    complaint_id, state = resolved(acting("TOWN"), acting("COMMUNITY"))
    print(json.dumps({"estate": estate_id, "complaint": str(complaint_id), "state": state}))
