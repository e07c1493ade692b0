"""Settings: small classes, one purpose each, read from environment variables that begin with `GONGZHI_`.

`load(SomeSettings)` reads one and answers every fault with the variable, what is wrong and the cure. What is
convenient on a developer's machine and dangerous elsewhere carries `DevelopmentDefault`: with
`GONGZHI_ENVIRONMENT=production` such a value is refused.
"""

from shared.settings.connections import BusKind, BusSettings, DatabaseSettings, OriginSettings
from shared.settings.identity import IdentitySettings, SigningAlgorithm
from shared.settings.process import LogFormat, MetricsSettings, PlatformSettings, ServerSettings
from shared.settings.reading import DevelopmentDefault, Environment, Settings, SettingsRefused, load
from shared.settings.secrets import LoginSettings, SecretSettings

__all__ = [
    "BusKind",
    "BusSettings",
    "DatabaseSettings",
    "DevelopmentDefault",
    "Environment",
    "IdentitySettings",
    "LogFormat",
    "LoginSettings",
    "MetricsSettings",
    "OriginSettings",
    "PlatformSettings",
    "SecretSettings",
    "ServerSettings",
    "Settings",
    "SettingsRefused",
    "SigningAlgorithm",
    "load",
]
