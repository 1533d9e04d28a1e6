import re
from typing import Any

import httpx
import pytest

from cricksy.api.app import PREFIX
from cricksy.api.problems import ApiProblem, ProblemCode


@pytest.fixture
async def document(anonymous: httpx.AsyncClient) -> dict[str, Any]:
    response = await anonymous.get("/docs/openapi.json")
    assert response.status_code == 200
    return response.json()


def test_every_call_of_the_contract_is_there(document: dict[str, Any]) -> None:
    calls = {(method, path) for path, item in document["paths"].items() for method in item}
    assert calls == {
        ("post", f"{PREFIX}/sessions"),
        ("get", f"{PREFIX}/sessions/{{session_id}}"),
        ("post", f"{PREFIX}/videos/upload/initiate"),
        ("post", f"{PREFIX}/videos/upload/complete"),
        ("get", f"{PREFIX}/analysis-jobs/{{job_id}}"),
        ("delete", f"{PREFIX}/analysis-jobs/{{job_id}}"),
        ("patch", f"{PREFIX}/analysis-jobs/{{job_id}}/events"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
        ("get", "/health/queue"),
    }


def test_the_codes_of_the_problems_are_a_closed_set(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    (codes,) = [schema["enum"] for name, schema in schemas.items() if name.endswith("ProblemCode")]
    assert set(codes) == set(ProblemCode)
    raised = {
        kind.code
        for kind in ApiProblem.__subclasses__() + [k for p in ApiProblem.__subclasses__() for k in p.__subclasses__()]
    }
    assert raised == set(ProblemCode)


def test_each_call_says_how_it_may_fail(document: dict[str, Any]) -> None:
    complete = document["paths"][f"{PREFIX}/videos/upload/complete"]["post"]
    assert {"202", "401", "403", "404", "409", "413", "415", "422", "500", "503"} <= set(complete["responses"])
    for status, response in complete["responses"].items():
        if status != "202":
            assert list(response["content"]) == ["application/problem+json"]
    assert {"overloaded", "database_unavailable", "queue_unavailable", "storage_unavailable"} == set(
        complete["responses"]["503"]["description"].split(", ")
    )
    assert complete["security"] == [{"coach": []}]


def test_the_results_are_described(document: dict[str, Any]) -> None:
    responses = document["paths"][f"{PREFIX}/analysis-jobs/{{job_id}}"]["get"]["responses"]
    name = responses["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    properties = document["components"]["schemas"][name]["properties"]
    assert {"job_id", "status", "stage", "progress", "results"} <= set(properties)


async def test_the_pages_load_nothing_from_another_host(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get("/docs")
    assert page.status_code == 200
    links = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
    assert links
    for link in links:
        assert link.startswith("/docs/"), link
        assert (await anonymous.get(link)).status_code == 200
    assert not re.search(r"https?://(?!www\.w3\.org)", page.text.replace("http://api.test", "")), page.text


async def test_the_root_leads_to_the_pages(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/docs")
