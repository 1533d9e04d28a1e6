"""Tokens signed with the issuer's own keys, which the API fetches."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from tests.support.api import AUDIENCE, ISSUER, SECRET, make_token, serving

from cricksy.api.app import PREFIX
from cricksy.api.health import Readiness
from cricksy.api.keys import IssuerKeys, KeysUnavailable
from cricksy.settings import ApiSettings

ANYWHERE = f"{PREFIX}/analysis-jobs/01a20516-e673-76bb-bc80-57235ccb2882"
RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
EC_384 = ec.generate_private_key(ec.SECP384R1())


def rsa_jwk(key: rsa.RSAPrivateKey, kid: str | None = "r1", **changes: object) -> dict[str, Any]:
    return _named(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), kid, changes)


def ec_jwk(key: ec.EllipticCurvePrivateKey, kid: str | None = "e1", **changes: object) -> dict[str, Any]:
    return _named(ECAlgorithm.to_jwk(key.public_key(), as_dict=True), kid, changes)


def _named(jwk: dict[str, Any], kid: str | None, changes: dict[str, object]) -> dict[str, Any]:
    # What the library writes of the use of a key is its own idea.
    jwk = {name: value for name, value in jwk.items() if name != "key_ops"} | changes
    return jwk if kid is None else jwk | {"kid": kid}


def signed(key: Any, algorithm: str, kid: str | None, **changes: object) -> str:
    now = int(time.time())
    claims = {"sub": "ann", "plan": "coach_pro_plus", "aud": AUDIENCE, "iss": ISSUER, "exp": now + 3600} | changes
    return jwt.encode(claims, key, algorithm, headers=None if kid is None else {"kid": kid})


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - nothing sets an event
            await asyncio.sleep(0.01)


class Issuer:
    """An HTTP server with one document, which counts who asks for it."""

    def __init__(self) -> None:
        self.keys: list[Any] = [rsa_jwk(RSA), ec_jwk(EC)]
        self.body: bytes | None = None
        self.status = 200
        self.asked = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        body = self.body if self.body is not None else json.dumps({"keys": self.keys}).encode()
        writer.write(b"HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (self.status, len(body)))
        writer.write(body)
        await writer.drain()
        writer.close()


@pytest.fixture
async def issuer() -> AsyncIterator[tuple[Issuer, str]]:
    issuer = Issuer()
    server = await asyncio.start_server(issuer.answer, "127.0.0.1", 0)
    yield issuer, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys"
    server.close()


@pytest.fixture
async def client(settings: ApiSettings, issuer: tuple[Issuer, str]) -> AsyncIterator[httpx.AsyncClient]:
    replace = msgspec.structs.replace
    tokens = replace(settings.tokens, jwks_url=issuer[1])
    async with serving(replace(settings, tokens=tokens), Readiness()) as client:
        yield client


async def get(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get(ANYWHERE, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    "token",
    [
        signed(RSA, "RS256", "r1"),
        signed(EC, "ES256", "e1"),
        signed(RSA, "RS256", None),
        signed(SECRET, "HS256", "r1"),
        make_token(),
    ],
)
async def test_each_algorithm_with_its_own_key(client: httpx.AsyncClient, token: str) -> None:
    assert (await get(client, token)).status_code == 404


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (signed(OTHER_RSA, "RS256", "r1"), "The signature does not match"),
        (signed(OTHER_RSA, "RS256", "unknown"), "The signature does not match"),
        (signed(RSA, "RS256", "e1"), "The signature does not match"),
        (signed(RSA, "RS512", "r1"), "The algorithm is not accepted"),
        (signed(RSA, "PS256", "r1"), "The algorithm is not accepted"),
        (signed(EC_384, "ES384", "e1"), "The algorithm is not accepted"),
        (signed(RSA, "RS256", "r1", exp=1), "The token has expired"),
        (signed(RSA, "RS256", "r1", aud="x"), "The token is for another audience"),
        (signed(EC, "ES256", "e1", iss="x"), "The token is from another issuer"),
    ],
)
async def test_what_the_issuer_did_not_sign_for_us_is_refused(
    client: httpx.AsyncClient, token: str, reason: str
) -> None:
    response = await get(client, token)
    assert response.status_code == 401
    assert f'error_description="{reason}"' in response.headers["WWW-Authenticate"]


async def test_a_public_key_is_no_shared_secret(client: httpx.AsyncClient) -> None:
    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    # Done by hand: the library refuses to sign so.
    head, payload, _ = signed(SECRET, "HS256", "r1").split(".")
    mac = hmac.digest(public, f"{head}.{payload}".encode(), hashlib.sha256)
    forged = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    assert (await get(client, f"{head}.{payload}.{forged}")).status_code == 401


async def test_a_new_key_is_found_when_a_token_names_it(
    issuer: tuple[Issuer, str],
) -> None:
    keys = IssuerKeys(issuer[1], cooldown_seconds=0.2)
    async with keys.kept_fresh():
        before = keys.generation
        issuer[0].keys.append(ec_jwk(EC, "e2"))
        await asyncio.sleep(0.25)
        assert len(await keys.find("e2", "ES256")) == 1
        assert keys.generation not in {before, None}


async def test_unknown_keys_do_not_become_requests(issuer: tuple[Issuer, str]) -> None:
    keys = IssuerKeys(issuer[1], cooldown_seconds=60)
    async with keys.kept_fresh():
        found = await asyncio.gather(*(keys.find(f"k{number}", "RS256") for number in range(50)))
    assert found == [[]] * 50
    assert issuer[0].asked == 1


async def test_keys_are_kept_while_the_issuer_is_away_but_not_for_ever(issuer: tuple[Issuer, str]) -> None:
    keys = IssuerKeys(issuer[1], refresh_seconds=0.05, cooldown_seconds=0.02, max_age_seconds=60)
    async with keys.kept_fresh():
        issuer[0].status = 500
        asked = issuer[0].asked
        await eventually(lambda: issuer[0].asked > asked + 2)
        assert len(await keys.find("r1", "RS256")) == 1
        keys.max_age_seconds = 0
        with pytest.raises(KeysUnavailable):
            await keys.find("r1", "RS256")
        keys.max_age_seconds = 60
        issuer[0].status, issuer[0].keys = 200, [rsa_jwk(RSA, "r9")]
        await eventually(lambda: keys.known("r9", "RS256") != [])


async def test_a_key_that_the_issuer_withdraws_is_forgotten(issuer: tuple[Issuer, str]) -> None:
    keys = IssuerKeys(issuer[1], refresh_seconds=0.05, cooldown_seconds=0.02)
    async with keys.kept_fresh():
        issuer[0].keys = [ec_jwk(EC)]
        await eventually(lambda: keys.known("r1", "RS256") == [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": []}',
        b'{"keys": [1]}',
        b"\xff",
        b"[" * 100_000,
        b" " * 300_000,
        json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}).encode(),
    ],
    ids=["nothing", "a list", "no keys", "an empty list", "no key", "no text", "too deep", "too long", "a secret"],
)
async def test_a_document_without_keys_is_as_good_as_none(
    settings: ApiSettings, issuer: tuple[Issuer, str], body: bytes
) -> None:
    issuer[0].body = body
    tokens = msgspec.structs.replace(settings.tokens, jwks_url=issuer[1])
    async with serving(msgspec.structs.replace(settings, tokens=tokens), Readiness()) as client:
        response = await get(client, signed(RSA, "RS256", "r1"))
        assert (response.status_code, response.json()["code"]) == (503, "issuer_unavailable")
        assert int(response.headers["Retry-After"]) > 0
        # Shared secrets need no issuer.
        assert (await get(client, make_token())).status_code == 404


@pytest.mark.parametrize(
    "jwk",
    [
        rsa_jwk(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - weak on purpose
        rsa_jwk(RSA, use="enc"),
        rsa_jwk(RSA, alg="RS512"),
        rsa_jwk(RSA, key_ops=["encrypt"]),
        rsa_jwk(RSA, n="AQAB"),
        rsa_jwk(RSA, n=5),
        rsa_jwk(RSA) | {"kid": 7},
        ec_jwk(EC, alg="RS256"),
        ec_jwk(EC_384),
        ec_jwk(EC, x="AAAA"),
    ],
)
async def test_a_key_that_is_weak_or_for_another_purpose_is_not_used(
    issuer: tuple[Issuer, str], jwk: dict[str, Any]
) -> None:
    issuer[0].keys = [jwk, ec_jwk(EC, "good")]
    keys = IssuerKeys(issuer[1])
    async with keys.kept_fresh():
        assert await keys.find("r1", "RS256") == []
        assert await keys.find("e1", "ES256") == []
        assert len(await keys.find("good", "ES256")) == 1
