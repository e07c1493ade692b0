import pytest

from onebox.services import SERVICES
from shared.service import Service


@pytest.fixture(params=SERVICES, ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    """Return each service of the platform in turn."""
    chosen: Service = request.param
    return chosen
