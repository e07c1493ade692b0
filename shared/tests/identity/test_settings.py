"""Settings: read from the environment, refused with the cure, no development secret in production."""

import base64
import os

import pytest

from shared.settings import (
    BusKind,
    BusSettings,
    DatabaseSettings,
    IdentitySettings,
    LogFormat,
    LoginSettings,
    PlatformSettings,
    SecretSettings,
    ServerSettings,
    Settings,
    SettingsRefused,
    SigningAlgorithm,
    load,
)

SECRET = "a" * 32
RING = "k2:" + base64.b64encode(b"2" * 32).decode() + ",k1:" + base64.b64encode(b"1" * 32).decode()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GONGZHI_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGZHI_ENVIRONMENT", "production")


def refusal(kind: type[Settings], **given: object) -> str:
    with pytest.raises(SettingsRefused) as refused:
        load(kind, **given)
    return str(refused.value)


@pytest.mark.parametrize(
    "kind",
    [PlatformSettings, ServerSettings, DatabaseSettings, BusSettings, IdentitySettings, SecretSettings],
)
def test_development_needs_no_settings_at_all(kind: type[Settings]) -> None:
    assert not load(kind).production


def test_each_setting_has_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GONGZHI_PORT": "8123",
        "GONGZHI_DATA": "/srv/gongzhi",
        "GONGZHI_BUS": "kafka",
        "GONGZHI_KAFKA_SERVERS": "one:9092, two:9092",
        "GONGZHI_DATABASE_URL": "postgresql://x:y@db/gongzhi",
        "GONGZHI_DATABASE_POOL_MAX": "20",
        "GONGZHI_IDENTITY_ALGORITHMS": "ES256",
        "GONGZHI_LOG_FORMAT": "json",
        "GONGZHI_CURSOR_KEY": SECRET,
    }.items():
        monkeypatch.setenv(name, value)

    server, bus, database = load(ServerSettings), load(BusSettings), load(DatabaseSettings)

    assert (server.port, str(server.data)) == (8123, "/srv/gongzhi")
    assert (bus.bus, bus.kafka_servers) == (BusKind.KAFKA, ("one:9092", "two:9092"))
    assert database.url is not None
    assert (database.url.get_secret_value(), database.pool_max) == ("postgresql://x:y@db/gongzhi", 20)
    assert load(IdentitySettings).algorithms == (SigningAlgorithm.ES256,)
    assert load(PlatformSettings).log_style is LogFormat.JSON
    assert load(SecretSettings).cursor_key.get_secret_value() == SECRET


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGZHI_PORT", "8123")

    assert load(ServerSettings, port=9000).port == 9000


@pytest.mark.parametrize(
    ("kind", "variable", "value"),
    [
        (ServerSettings, "GONGZHI_PORT", "70000"),
        (ServerSettings, "GONGZHI_PORT", "http"),
        (PlatformSettings, "GONGZHI_LOG_LEVEL", "LOUD"),
        (PlatformSettings, "GONGZHI_ENVIRONMENT", "staging"),
        (BusSettings, "GONGZHI_BUS", "pigeon"),
        (BusSettings, "GONGZHI_KAFKA_SERVERS", " , "),
        (DatabaseSettings, "GONGZHI_DATABASE_POOL_MAX", "0"),
        (IdentitySettings, "GONGZHI_IDENTITY_ALGORITHMS", "HS256"),
        (IdentitySettings, "GONGZHI_IDENTITY_ALGORITHMS", "RS256,none"),
        (IdentitySettings, "GONGZHI_IDENTITY_ALGORITHMS", ""),
        (SecretSettings, "GONGZHI_CURSOR_KEY", "short-and-secret"),
        (SecretSettings, "GONGZHI_SEAL_KEYS", "k1:c2hvcnQtc2VjcmV0"),
        (SecretSettings, "GONGZHI_SEAL_KEYS", RING + "," + RING),
        (SecretSettings, "GONGZHI_SEAL_KEYS", "no-ring-at-all"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, kind: type[Settings], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    message = refusal(kind)

    assert f"\n{variable}: " in message
    assert "secret" not in message
    assert "c2hvcnQ" not in message


@pytest.mark.usefixtures("production")
def test_production_refuses_every_development_secret_and_names_the_cure() -> None:
    message = refusal(SecretSettings) + refusal(LoginSettings)

    for variable in ("CURSOR_KEY", "BLIND_INDEX_KEY", "LOGIN_KEY", "SEAL_KEYS"):
        assert f"GONGZHI_{variable}: 生产环境不得使用开发默认值" in message
    assert message.count("openssl rand") == 8
    assert "development-only" not in message


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("left", ["cursor_key", "blind_index_key"])
def test_one_development_secret_among_good_ones_is_enough_to_refuse(left: str) -> None:
    default = SecretSettings.model_fields[left].default
    good = {"cursor_key": SECRET, "blind_index_key": SECRET, "seal_keys": RING}
    assert load(SecretSettings, **good).production

    assert f"GONGZHI_{left.upper()}" in refusal(SecretSettings, **(good | {left: default}))


@pytest.mark.usefixtures("production")
def test_production_must_name_its_database_and_its_issuer() -> None:
    assert "GONGZHI_DATABASE_URL: " in refusal(DatabaseSettings)
    assert "GONGZHI_IDENTITY_ISSUER: " in refusal(IdentitySettings, jwks_url="https://id.example/jwks")
    assert "JWKS_URL" in refusal(IdentitySettings, issuer="https://id.example")
    assert "https://" in refusal(
        IdentitySettings, issuer="https://id.example", jwks_url="http://id.example/jwks"
    )
    assert load(IdentitySettings, issuer="https://id.example", jwks_url="https://id.example/jwks").production


def test_keys_are_published_in_one_place_only() -> None:
    assert "JWKS_FILE" in refusal(IdentitySettings, jwks_url="https://id.example/jwks", jwks_file="keys.json")


def test_a_pool_is_not_smaller_than_its_smallest_size() -> None:
    assert "POOL_MIN" in refusal(DatabaseSettings, pool_min=9, pool_max=8)


def test_logs_are_for_machines_in_production_and_for_eyes_in_development(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load(PlatformSettings).log_style is LogFormat.READABLE
    monkeypatch.setenv("GONGZHI_ENVIRONMENT", "production")
    assert load(PlatformSettings).log_style is LogFormat.JSON


def test_the_first_seal_key_seals_and_the_others_still_open() -> None:
    ring = load(SecretSettings, seal_keys=RING).seal_key_ring()

    assert list(ring.items()) == [("k2", b"2" * 32), ("k1", b"1" * 32)]


def test_login_passwords_differ_by_service_and_by_key() -> None:
    settings = load(LoginSettings)
    passwords = {
        settings.login_password("estate_registry"),
        settings.login_password("credit_rating"),
        load(LoginSettings, login_key=SECRET).login_password("estate_registry"),
    }

    assert len(passwords) == 3
    assert settings.login_password("estate_registry") in passwords


def test_settings_do_not_show_their_secrets() -> None:
    settings = load(DatabaseSettings, url="postgresql://user:p4ssw0rd@db/x")

    assert "p4ssw0rd" not in repr(settings) + str(settings) + settings.model_dump_json()
