"""Which methods each URL takes: one answer from OPTIONS, a refusal and the document."""

from typing import Any

import httpx
from tests.api.test_problems import assert_is_problem
from tests.support.api import Caller

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
ID = "01a20516-e673-76bb-bc80-57235ccb2882"


async def calls(client: httpx.AsyncClient) -> dict[str, set[str]]:
    """The methods of each URL of the document."""
    document: dict[str, Any] = (await client.get("/docs/openapi.json")).json()
    return {
        path.replace("{session_id}", ID).replace("{job_id}", ID): {method.upper() for method in item}
        for path, item in document["paths"].items()
    }


def allowed(response: httpx.Response) -> set[str]:
    names = response.headers["Allow"].split(", ")
    assert names == sorted(set(names))
    return set(names)


async def test_allow_names_every_method(anonymous: httpx.AsyncClient, coach: Caller) -> None:
    urls = await calls(anonymous)
    assert len(urls) >= 13
    for url, documented in urls.items():
        expected = documented | ({"HEAD", "OPTIONS"} if "GET" in documented else {"OPTIONS"})
        response = await anonymous.options(url, headers=coach.headers)
        assert (response.status_code, response.content, allowed(response)) == (204, b"", expected), url
        for method in METHODS - expected:
            refused = await anonymous.request(method, url, headers=coach.headers)
            assert (refused.status_code, allowed(refused)) == (405, expected), (method, url)
            if method != "HEAD":
                assert_is_problem(refused, 405, "method_not_allowed")


async def test_head_is_get_without_the_body(anonymous: httpx.AsyncClient, coach: Caller) -> None:
    volatile = {"x-request-id", "content-length"}
    for url, documented in (await calls(anonymous)).items():
        if "GET" in documented:
            get = await anonymous.get(url, headers=coach.headers)
            head = await anonymous.head(url, headers=coach.headers)
            assert (head.status_code, head.content) == (get.status_code, b""), url
            kept = [{name: value for name, value in one.headers.items() if name not in volatile} for one in (get, head)]
            assert kept[0] == kept[1]
            assert "content-length" in head.headers
