"""Which statements may see more than their caller's territory, each with its reason."""

import importlib
import pkgutil

import onebox.services
from shared.storage import EVERYWHERE


def test_every_statement_without_a_scope_gives_a_reason_in_words() -> None:
    for service in onebox.services.SERVICES:
        package = importlib.import_module(service.package)
        for module in pkgutil.walk_packages(package.__path__, prefix=f"{service.package}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)

    assert all(len(reason.split()) >= 4 for reason in EVERYWHERE.values())
