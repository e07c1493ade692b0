"""Environments of processes, and the real settings that must accept them."""

import os
from collections.abc import Mapping
from typing import Final

import pytest

from gateway import ROUTES
from shared.settings import (
    BusSettings,
    DatabaseSettings,
    IdentitySettings,
    PlatformSettings,
    SecretSettings,
    Settings,
    load,
)

__all__ = ["PACKAGES", "SERVICES", "enter", "load_all", "needed_by"]

SERVICES: Final = tuple(route.service for route in ROUTES)
PACKAGES: Final = tuple(service.replace("-", "_") for service in SERVICES)


def enter(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    """Make an environment ours, and no other setting."""
    for name in [name for name in os.environ if name.startswith("GONGZHI_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def needed_by(kind: str) -> tuple[type[Settings], ...]:
    """Return what a process of a service loads."""
    common = (PlatformSettings, DatabaseSettings, SecretSettings)
    return (*common, IdentitySettings) if kind == "api" else (*common, BusSettings)


def load_all(kinds: tuple[type[Settings], ...]) -> list[Settings]:
    """Load settings from the environment; raise SettingsRefused."""
    return [load(kind) for kind in kinds]
