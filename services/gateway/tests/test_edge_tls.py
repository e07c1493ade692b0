"""The edge over TLS: a certificate made here, HTTP/1.1 and HTTP/2."""

import asyncio
import ipaddress
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway import EdgeSettings, HAProxy
from shared.kernel import system_clock

# HTTP/2 by hand: the preface, empty settings, and the headers of one GET, none of them compressed.
PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS_FRAME: Final = 4
HEADERS_FRAME: Final = 1
END_OF_HEADERS_AND_STREAM: Final = 5
# Entry 8 of HPACK's static table: `:status: 200`.
STATUS_200: Final = 0x88


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


def trusting(certificate: Path, *protocols: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    context.set_alpn_protocols(list(protocols))
    return context


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def literal(name: str, value: str) -> bytes:
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readexactly(9)
    return head[3], await reader.readexactly(int.from_bytes(head[:3]))


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
    host, _, port = secured.bind.rpartition(":")
    request = b"".join(
        literal(name, value)
        for name, value in {
            ":method": "GET",
            ":scheme": "https",
            ":authority": "edge.example.test",
            ":path": "/health/live",
        }.items()
    )
    async with HAProxy(settings=secured, folder=folder):
        reader, writer = await asyncio.open_connection(host, int(port), ssl=trusting(certificate, "h2"))
        spoken = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        writer.write(PREFACE + frame(SETTINGS_FRAME, 0, 0))
        writer.write(frame(HEADERS_FRAME, END_OF_HEADERS_AND_STREAM, 1, request))
        frames = [await read_frame(reader)]
        while frames[-1][0] != HEADERS_FRAME:
            frames.append(await read_frame(reader))
        writer.transport.abort()

    assert spoken == "h2"
    assert frames[0][0] == SETTINGS_FRAME
    assert frames[-1][1][0] == STATUS_200
