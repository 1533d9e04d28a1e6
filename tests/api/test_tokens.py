import time

import httpx
import jwt
import pytest
from tests.support.api import AUDIENCE, ISSUER, SECRET, Login, make_token

from cricksy.api.app import PREFIX

ANYWHERE = f"{PREFIX}/analysis-jobs/01a20516-e673-76bb-bc80-57235ccb2882"


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


@pytest.mark.parametrize("claims", [{"plan": None}, {"plan": "coach_pro"}, {"plan": ["basic"], "roles": "coach"}])
async def test_needs_the_entitlement(login: Login, claims: dict[str, object]) -> None:
    response = await login(**claims).call("POST", "/sessions", json={"title": "x", "player_ids": []})
    assert (response.status_code, response.json()["code"]) == (403, "not_entitled")


@pytest.mark.parametrize(
    "claims", [{}, {"plan": ["basic", "coach_pro_plus"]}, {"plan": None, "roles": ["coach_pro_plus"]}]
)
async def test_finds_the_entitlement_in_plan_or_roles(login: Login, claims: dict[str, object]) -> None:
    assert (await login(**claims).session())["status"] == "pending"


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
