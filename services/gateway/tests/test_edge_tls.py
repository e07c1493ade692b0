"""The edge over TLS: a certificate made here, HTTP/1.1 and HTTP/2."""

import asyncio
import ipaddress
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway import EdgeSettings, HAProxy
from shared.kernel import system_clock


@pytest.fixture
def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "edge.example.test")])
    now = system_clock()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "edge.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def secured(settings: EdgeSettings, certificate: Path) -> EdgeSettings:
    return replace(settings, certificate=certificate)


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def test_a_request_over_tls_reaches_the_service(
    secured: EdgeSettings, certificate: Path, folder: Path
) -> None:
    async with (
        HAProxy(settings=secured, folder=folder),
        httpx.AsyncClient(base_url=f"https://{secured.bind}", verify=trusting(certificate)) as client,
    ):
        answer = await client.get("/api/exchange/feed")

    assert answer.json()["headers"]["x-forwarded-proto"] == "https"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_http_2_is_spoken_where_it_is_asked_for(
    secured: EdgeSettings, certificate: Path, folder: Path
) -> None:
    async with (
        HAProxy(settings=secured, folder=folder),
        httpx.AsyncClient(
            base_url=f"https://{secured.bind}", verify=trusting(certificate), http2=True
        ) as client,
    ):
        answers = await asyncio.gather(
            *(client.post("/api/exchange/orders", content=b"x" * 40_000) for _ in range(20))
        )

    assert {answer.http_version for answer in answers} == {"HTTP/2"}
    assert {(answer.status_code, answer.json()["size"]) for answer in answers} == {(200, 40_000)}


async def test_an_old_tls_is_not_spoken(secured: EdgeSettings, certificate: Path, folder: Path) -> None:
    host, _, port = secured.bind.rpartition(":")
    old = trusting(certificate)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")

    async with HAProxy(settings=secured, folder=folder):
        with pytest.raises(ssl.SSLError):
            await asyncio.open_connection(host, int(port), ssl=old)
