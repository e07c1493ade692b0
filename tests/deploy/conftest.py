"""What every deployment is told."""

import pytest

from onebox.deployment import new_secrets
from tests.deploy.environments import PACKAGES


@pytest.fixture
def production() -> dict[str, str]:
    """Return what an operator writes into `.env`: new secrets, whose tokens are good, the certificate."""
    return {
        **new_secrets(schemas=PACKAGES),
        "GONGZHI_IDENTITY_ISSUER": "https://login.example.test",
        "GONGZHI_IDENTITY_JWKS_URL": "https://login.example.test/jwks.json",
        "GONGZHI_EDGE_CERTIFICATE": "/certificates/edge.pem",
    }
