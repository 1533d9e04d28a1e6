"""CORS and HSTS: what a browser may do."""

from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
from tests.support.api import Caller, make_token, serving

from cricksy.api.app import PREFIX
from cricksy.api.health import Readiness
from cricksy.settings import ApiSettings

PAGE = "https://coach.example"
PREFLIGHT = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
async def client(settings: ApiSettings) -> AsyncIterator[httpx.AsyncClient]:
    listed = msgspec.structs.replace(settings, cors_origins=(PAGE, "http://localhost:5173"))
    async with serving(listed, Readiness()) as client:
        yield client


@pytest.mark.parametrize("path", ["/sessions", "/analysis-jobs/01a20516-e673-76bb-bc80-57235ccb2882", "/nowhere"])
async def test_a_preflight_of_a_listed_origin_needs_no_token(client: httpx.AsyncClient, path: str) -> None:
    response = await client.options(PREFIX + path, headers={"Origin": PAGE, **PREFLIGHT})
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"].split(", ")
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "if-match", "if-none-match", "idempotency-key"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response.headers["Vary"] == "Origin"
    assert response.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://coach.example.evil", "http://coach.example", PAGE + "/", ""]
)
async def test_any_other_origin_learns_nothing(client: httpx.AsyncClient, origin: str) -> None:
    preflight = await client.options(f"{PREFIX}/sessions", headers={"Origin": origin, **PREFLIGHT})
    assert preflight.status_code == 401
    answers = [preflight, await client.get("/health/live", headers={"Origin": origin})]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["Vary"] == "Origin"


async def test_a_page_may_read_answers_and_errors(client: httpx.AsyncClient) -> None:
    caller = Caller(client, make_token())
    body: dict[str, object] = {"title": "Nets", "player_ids": []}
    made = await caller.call("POST", "/sessions", json=body, headers={"Origin": PAGE})
    refused = await client.get(f"{PREFIX}/analysis-jobs/7", headers={"Origin": PAGE})
    unknown = await client.get("/nowhere", headers={"Origin": "http://localhost:5173"})
    assert [answer.status_code for answer in (made, refused, unknown)] == [201, 404, 404]
    for answer, origin in ((made, PAGE), (refused, PAGE), (unknown, "http://localhost:5173")):
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"ETag", "Location", "Retry-After", "X-Request-Id", "RateLimit-Remaining"} <= exposed


async def test_without_a_list_there_is_no_cors(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get("/health/live", headers={"Origin": PAGE})
    assert not [name for name in response.headers if name.startswith("access-control-") or name == "vary"]


@pytest.mark.parametrize("forwarded", ["https", "http, https", "https, http", "http", None])
@pytest.mark.parametrize("trusted", ["trusted", ""])
async def test_tls_is_required_from_then_on_where_our_proxy_says_that_it_was_used(
    settings: ApiSettings, trusted: str, forwarded: str | None
) -> None:
    sent = bool(trusted) and forwarded in {"https", "http, https"}
    behind = msgspec.structs.replace(settings, trusts_forwarded_proto=bool(trusted))
    async with serving(behind, Readiness()) as client:
        headers = {"X-Forwarded-Proto": forwarded} if forwarded else {}
        for path in ("/health/live", "/docs", "/nowhere"):
            response = await client.get(path, headers=headers)
            assert ("Strict-Transport-Security" in response.headers) == sent
