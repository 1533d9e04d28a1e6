import base64
import hashlib
import hmac
import inspect
import json
import time

import httpx
import jwt
import msgspec
import pytest
from tests.support.api import AUDIENCE, ISSUER, SECRET, Login, make_token, serving

from cricksy.api.app import PREFIX
from cricksy.api.health import Readiness
from cricksy.api.strict_json import requires_json
from cricksy.api.tokens import requires_coach_pro_plus
from cricksy.settings import ApiSettings

ANYWHERE = f"{PREFIX}/analysis-jobs/01a20516-e673-76bb-bc80-57235ccb2882"


CLAIMS: dict[str, object] = {"sub": "x", "plan": "coach_pro_plus", "aud": AUDIENCE, "iss": ISSUER, "exp": 9999999999}
WRONG_CLAIMS: list[dict[str, object]] = [
    {"exp": "9999999999"},
    {"exp": True},
    {"exp": 1e400},
    {"exp": float("nan")},
    {"exp": [9999999999]},
    {"nbf": 9999999999},
    {"nbf": "0"},
    {"iat": 9999999999},
    {"sub": 7},
    {"sub": ""},
    {"sub": "x" * 256},
    {"sub": "a\x00b"},
    {"sub": "\ud800"},
    {"org": "\udfff org"},
    {"org": ""},
    {"org": 7},
    {"aud": []},
    {"aud": {"a": AUDIENCE}},
    {"iss": [ISSUER]},
    {"iss": ISSUER + "/"},
    {"plan": 7},
    {"plan": [7]},
    {"roles": {"coach_pro_plus": True}},
]
WRONG_PAYLOADS = [b"", b"[]", b"null", b"{", b'"x"', b"\xff", b"[" * 40_000, b'{"sub":' * 20_000]
WRONG_HEADS: list[object] = [
    {"alg": "none"},
    {"alg": "None"},
    {"alg": ["HS256"]},
    {"alg": {"a": "HS256"}},
    {"alg": None},
    {"alg": "hs256"},
    {"alg": "HS512"},
    {"alg": "RS256"},
    {"alg": "ES256", "kid": "../../dev/null"},
    {"alg": "HS256", "kid": 7},
    {"alg": "HS256", "crit": ["exp"]},
    {"alg": "HS256", "crit": ["b64"], "b64": False},
    {},
    [],
    "x",
]


def raw_token(head: object = None, payload: bytes | None = None) -> str:
    """A token of any head and payload, signed with the right secret."""

    def encoded(part: bytes) -> bytes:
        return base64.urlsafe_b64encode(part).rstrip(b"=")

    first = encoded(json.dumps({"alg": "HS256"} if head is None else head).encode())
    second = encoded(json.dumps(CLAIMS).encode() if payload is None else payload)
    signature = hmac.digest(SECRET.encode(), first + b"." + second, hashlib.sha256)
    return b".".join([first, second, encoded(signature)]).decode()


async def get(client: httpx.AsyncClient, authorization: str | None) -> httpx.Response:
    return await client.get(ANYWHERE, headers={} if authorization is None else {"Authorization": authorization})


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer not.a.token",
        "Basic Y29hY2g6c2VjcmV0",
        f"Token {make_token()}",
        f"Bearer {make_token(secret='another secret, of 32 bytes at least')}",
        f"Bearer {make_token(changes={'exp': int(time.time()) - 60})}",
        f"Bearer {make_token(changes={'aud': 'another audience'})}",
        f"Bearer {make_token(changes={'iss': 'another issuer'})}",
        f"Bearer {make_token(changes={'exp': None})}",
        f"Bearer {make_token(changes={'aud': None})}",
        f"Bearer {make_token(changes={'iss': None})}",
        "Bearer " + make_token("coach\n"),
        f"Bearer {jwt.encode({'sub': 'x', 'aud': AUDIENCE, 'iss': ISSUER, 'exp': 9999999999}, '', 'none')}",
        f"Bearer {jwt.encode({'sub': 'x', 'aud': AUDIENCE, 'iss': ISSUER, 'exp': 9999999999}, SECRET, 'HS384')}",
        *(f"Bearer {raw_token(payload=json.dumps(CLAIMS | wrong).encode())}" for wrong in WRONG_CLAIMS),
        *(f"Bearer {raw_token(payload=payload)}" for payload in WRONG_PAYLOADS),
        *(f"Bearer {raw_token(head=head)}" for head in WRONG_HEADS),
        f"Bearer {make_token()}, Bearer {make_token()}",
        f"Bearer {make_token()}.x",
        f"Bearer {make_token()[:-2]}",
        f"Bearer {'x' * 50_000}",
    ],
)
async def test_refuses_every_token_but_a_valid_one(anonymous: httpx.AsyncClient, authorization: str | None) -> None:
    response = await get(anonymous, authorization)
    assert response.status_code == 401
    assert response.json()["code"] == "unauthenticated"
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="cricksy"')


async def test_allows_thirty_seconds_of_clock_skew(anonymous: httpx.AsyncClient) -> None:
    late = make_token(changes={"exp": int(time.time()) - 20})
    assert (await get(anonymous, f"bearer {late}")).status_code == 404


async def test_a_token_made_by_hand_is_as_good(anonymous: httpx.AsyncClient) -> None:
    assert (await get(anonymous, f"Bearer {raw_token()}")).status_code == 404


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (make_token(changes={"exp": 1}), "The token has expired"),
        (make_token(changes={"nbf": 9999999999}), "The token is not valid yet"),
        (make_token(changes={"aud": "x"}), "The token is for another audience"),
        (make_token(changes={"iss": "x"}), "The token is from another issuer"),
        (make_token(changes={"exp": None}), "The claim exp is missing"),
        (make_token(changes={"exp": "9999999999"}), "A claim has the wrong form"),
        (make_token("\ud800"), "A claim has the wrong form"),
        (make_token(secret="another secret, of 32 bytes at least"), "The signature does not match"),
        (raw_token({"alg": "none"}), "The algorithm is not accepted"),
        (raw_token({"alg": "RS256"}), "The algorithm is not accepted"),
        ("nonsense", "The token is malformed"),
    ],
)
async def test_the_challenge_says_what_is_wrong(anonymous: httpx.AsyncClient, token: str, reason: str) -> None:
    response = await get(anonymous, f"Bearer {token}")
    error = f'Bearer realm="cricksy", error="invalid_token", error_description="{reason}"'
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, error)
    assert response.json()["detail"] == f"{reason}. Get a new token."


async def test_without_a_token_the_challenge_names_no_error(anonymous: httpx.AsyncClient) -> None:
    assert (await get(anonymous, None)).headers["WWW-Authenticate"] == 'Bearer realm="cricksy"'


async def test_two_tokens_are_none(anonymous: httpx.AsyncClient) -> None:
    token = f"Bearer {make_token()}"
    response = await anonymous.get(ANYWHERE, headers=[("Authorization", token), ("Authorization", token)])
    assert response.status_code == 401
    assert "More than one" in response.headers["WWW-Authenticate"]


async def test_a_secret_is_rotated_without_a_gap(settings: ApiSettings) -> None:
    new, older = "n" * 32, "o" * 32
    tokens = msgspec.structs.replace(settings.tokens, secret=new, previous_secrets=(SECRET,))
    async with serving(msgspec.structs.replace(settings, tokens=tokens), Readiness()) as client:
        for secret, status in ((new, 404), (SECRET, 404), (older, 401)):
            assert (await get(client, f"Bearer {make_token(secret=secret)}")).status_code == status


async def test_without_a_secret_nothing_is_signed_with_an_empty_one(settings: ApiSettings) -> None:
    tokens = msgspec.structs.replace(settings.tokens, secret="")
    async with serving(msgspec.structs.replace(settings, tokens=tokens), Readiness()) as client:
        first, second = (
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256"}, CLAIMS)
        )
        mac = base64.urlsafe_b64encode(hmac.digest(b"", first + b"." + second, hashlib.sha256)).rstrip(b"=")
        assert (await get(client, f"Bearer {b'.'.join([first, second, mac]).decode()}")).status_code == 401


@pytest.mark.parametrize("claims", [{"plan": None}, {"plan": "coach_pro"}, {"plan": ["basic"], "roles": "coach"}])
async def test_needs_the_entitlement(login: Login, claims: dict[str, object]) -> None:
    response = await login(**claims).call("POST", "/sessions", json={"title": "x", "player_ids": []})
    assert (response.status_code, response.json()["code"]) == (403, "not_entitled")


@pytest.mark.parametrize(
    "claims", [{}, {"plan": ["basic", "coach_pro_plus"]}, {"plan": None, "roles": ["coach_pro_plus"]}]
)
async def test_finds_the_entitlement_in_plan_or_roles(login: Login, claims: dict[str, object]) -> None:
    assert (await login(**claims).session())["status"] == "pending"


@pytest.mark.parametrize("named", ["plan", "roles"])
async def test_null_is_absent(anonymous: httpx.AsyncClient, named: str) -> None:
    claims: dict[str, object] = {"sub": "x", "org": None, "plan": None, "roles": None, "aud": AUDIENCE, "iss": ISSUER}
    claims |= {"exp": 9999999999, named: "coach_pro_plus"}
    token = raw_token(payload=json.dumps(claims).encode())
    assert (await get(anonymous, f"Bearer {token}")).status_code == 404


async def test_an_organisation_shares_what_its_coaches_make(login: Login) -> None:
    org = "org-1"
    session = await login("ann", org=org).session()
    path = f"/sessions/{session['session_id']}"
    assert (await login("bob", org=org).call("GET", path)).status_code == 200
    assert (await login("ann").call("GET", path)).status_code == 404
    # A coach whose own id is the organisation's name is not the organisation.
    assert (await login(org).call("GET", path)).status_code == 404


@pytest.mark.parametrize("sub", ["auth0|abc", "ann@club.test", "Zoë Müller", "a/../b", "..", ".", "50%"])
async def test_any_name_of_a_coach_gets_keys_of_its_own(login: Login, sub: str) -> None:
    coach = login(sub)
    initiated = await coach.initiate()
    assert len(initiated["s3_key"].split("/")) == 6
    assert (await coach.upload(initiated)).status_code == 200
    assert (await coach.complete(initiated["job_id"])).json()["status"] == "processing"


@pytest.mark.parametrize("guard", [requires_coach_pro_plus, requires_json])
def test_a_guard_costs_no_thread(guard: object) -> None:
    assert inspect.iscoroutinefunction(guard)
