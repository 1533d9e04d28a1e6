import json
import re
from typing import Any

import httpx
import msgspec
import pytest
from tests.support.api import Caller
from uuid_utils.compat import uuid7

from cricksy.analysis.measures.registry import MEASURES
from cricksy.api import examples
from cricksy.api.app import PREFIX
from cricksy.api.descriptions import field_docstrings
from cricksy.api.job_examples import EXAMPLES
from cricksy.api.links import LINKS
from cricksy.api.problems import Problem, ProblemCode, catalogue
from cricksy.api.validation import read_json
from cricksy.data.progress import JobProgress
from cricksy.vocabulary import ErrorCode
from cricksy_worker.faults import Fault

RATE_HEADERS = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}


@pytest.fixture
async def document(anonymous: httpx.AsyncClient) -> dict[str, Any]:
    response = await anonymous.get("/docs/openapi.json")
    assert response.status_code == 200
    return response.json()


def test_every_call_of_the_contract_is_there(document: dict[str, Any]) -> None:
    calls = {(method, path) for path, item in document["paths"].items() for method in item}
    assert calls == {
        ("post", f"{PREFIX}/sessions"),
        ("get", f"{PREFIX}/sessions"),
        ("get", f"{PREFIX}/sessions/{{session_id}}"),
        ("delete", f"{PREFIX}/sessions/{{session_id}}"),
        ("delete", f"{PREFIX}/players/{{player_id}}"),
        ("patch", f"{PREFIX}/sessions/{{session_id}}"),
        ("get", f"{PREFIX}/players"),
        ("get", f"{PREFIX}/players/{{player_id}}/progress"),
        ("get", f"{PREFIX}/players/{{player_id}}/load"),
        ("get", f"{PREFIX}/players/{{player_id}}/export"),
        ("post", f"{PREFIX}/videos/upload/initiate"),
        ("post", f"{PREFIX}/videos/upload/parts"),
        ("post", f"{PREFIX}/videos/upload/complete"),
        ("get", f"{PREFIX}/analysis-jobs"),
        ("get", f"{PREFIX}/analysis-jobs/{{job_id}}"),
        ("get", f"{PREFIX}/analysis-jobs/{{job_id}}/progress"),
        ("get", f"{PREFIX}/analysis-jobs/{{job_id}}/video-url"),
        ("post", f"{PREFIX}/analysis-jobs/{{job_id}}/upload-url"),
        ("post", f"{PREFIX}/analysis-jobs/{{job_id}}/retry"),
        ("delete", f"{PREFIX}/analysis-jobs/{{job_id}}"),
        ("patch", f"{PREFIX}/analysis-jobs/{{job_id}}/events"),
        ("get", f"{PREFIX}/analysis-jobs/{{job_id}}/stills"),
        ("get", f"{PREFIX}/limits"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
        ("get", "/health/queue"),
    }


def test_the_codes_of_the_problems_are_a_closed_set(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    (codes,) = [schema["enum"] for name, schema in schemas.items() if name.endswith("ProblemCode")]
    assert set(codes) == set(ProblemCode)
    assert sorted(kind.code for kind in catalogue()) == sorted(ProblemCode)


def test_the_codes_of_failures_are_a_closed_set(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    (codes,) = [schema["enum"] for name, schema in schemas.items() if name == "ErrorCode"]
    assert set(codes) == set(ErrorCode)
    assert {fault.code for fault in Fault.__subclasses__()} <= set(ErrorCode)


def test_the_overview_says_what_to_do_about_each_problem(document: dict[str, Any]) -> None:
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \| (.+) \|$", document["info"]["description"], re.MULTILINE)
    assert sorted(code for _, code, _ in rows) == sorted(ProblemCode)
    for kind in catalogue():
        assert (str(kind.status), kind.code, kind.__dict__["__doc__"]) in rows


def test_each_body_and_answer_about_a_job_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    contents = [
        content
        for item in document["paths"].values()
        for operation in item.values()
        for place in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in place.get("content", {}).values()
    ]
    names = {content["schema"]["$ref"].rpartition("/")[2] for content in contents if "example" not in content}
    assert len(names) >= 12
    without = [name for name in names if not schemas[name].get("examples")]
    assert not without


@pytest.mark.parametrize("struct", EXAMPLES, ids=lambda struct: struct.__name__)
def test_an_example_is_what_it_is_an_example_of(document: dict[str, Any], struct: type[msgspec.Struct]) -> None:
    example = EXAMPLES[struct]
    msgspec.json.decode(msgspec.json.encode(example), type=struct)
    schema = document["components"]["schemas"][struct.__name__]
    assert schema["examples"] == [example]
    assert set(schema.get("required", [])) <= set(example) <= set(schema["properties"])


def test_an_empty_correction_is_invalid_by_the_document_too(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["CorrectEvents"]["minProperties"] == 1


def test_each_call_says_how_it_may_fail(document: dict[str, Any]) -> None:
    complete = document["paths"][f"{PREFIX}/videos/upload/complete"]["post"]
    assert {"202", "401", "403", "404", "409", "413", "415", "422", "500", "503"} <= set(complete["responses"])
    for status, response in complete["responses"].items():
        if status != "202":
            assert "`" in response["description"]
            assert list(response["content"]) == ["application/problem+json"]
    named = set(re.findall(r"`(\w+)`", complete["responses"]["503"]["description"]))
    assert {"overloaded", "database_unavailable", "queue_unavailable", "storage_unavailable"} <= named
    assert complete["security"] == [{"coach": []}]


def test_the_results_are_described(document: dict[str, Any]) -> None:
    responses = document["paths"][f"{PREFIX}/analysis-jobs/{{job_id}}"]["get"]["responses"]
    name = responses["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    properties = document["components"]["schemas"][name]["properties"]
    assert {"job_id", "status", "stage", "progress", "results"} <= set(properties)


def test_the_measures_are_listed_by_name(document: dict[str, Any]) -> None:
    name = document["components"]["schemas"]["Measure"]["properties"]["name"]
    assert name["enum"] == [measure.name for measure in MEASURES]


def test_every_schema_and_every_property_is_described(document: dict[str, Any]) -> None:
    undescribed = [
        f"{name}.{member}"
        for name, schema in document["components"]["schemas"].items()
        for member, described in [("", schema), *schema.get("properties", {}).items()]
        if not described.get("description")
    ]
    assert not undescribed


def test_every_call_parameter_and_response_is_described(document: dict[str, Any]) -> None:
    words_of_the_framework = re.compile(
        "Document created|document follows|nothing follows|off-line|Additional response"
    )
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert all(parameter["description"] for parameter in operation.get("parameters", [])), (method, path)
            for status, response in operation["responses"].items():
                assert response["description"], (method, path, status)
                assert not words_of_the_framework.search(response["description"]), (method, path, status)


class Base(msgspec.Struct):
    """No field but with a docstring of its own."""

    plain: int
    kept: int
    """As the base says:
    over two lines, ``None`` included."""
    changed: int
    """Not this."""


class Derived(Base):
    changed: int
    """Of :class:`cricksy.vocabulary.Stage`."""


def test_a_docstring_after_a_field_describes_it() -> None:
    assert field_docstrings(Derived) == {
        "kept": "As the base says: over two lines, null included.",
        "changed": "Of `Stage`.",
    }


async def test_headers_are_documented_where_they_are_sent(
    document: dict[str, Any], coach: Caller, anonymous: httpx.AsyncClient
) -> None:
    job = f"{PREFIX}/analysis-jobs/{{job_id}}"
    job_id = (await coach.initiate())["job_id"]
    read = await coach.call("GET", f"/analysis-jobs/{job_id}")
    known = {"If-None-Match": read.headers["ETag"]}
    answers = {
        "200": read,
        "304": await coach.call("GET", f"/analysis-jobs/{job_id}", headers=known),
        "401": await anonymous.get(job.format(job_id=job_id)),
        "404": await coach.call("GET", f"/analysis-jobs/{uuid7()}"),
    }
    for status, answer in answers.items():
        assert str(answer.status_code) == status
        documented = document["paths"][job]["get"]["responses"][status]["headers"]
        sent = {name for name in document["components"]["headers"] if name in answer.headers}
        # This job has no results yet, which alone are compressed.
        assert sent == set(documented) - {"Content-Encoding"}
    away = document["paths"][job]["get"]["responses"]["503"]["headers"]
    assert {"Retry-After", "X-Request-Id", "Cache-Control", *RATE_HEADERS} == set(away)


def test_each_call_of_a_coach_may_come_too_fast_and_says_how_fast_it_may_come(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            if path.startswith(PREFIX):
                assert "`rate_limited`" in operation["responses"]["429"]["description"]
                assert "Retry-After" in operation["responses"]["429"]["headers"]
                for status, response in operation["responses"].items():
                    assert set(response["headers"]) >= RATE_HEADERS or status == "401"
            else:
                assert "429" not in operation["responses"]
    initiate = document["paths"][f"{PREFIX}/videos/upload/initiate"]["post"]
    assert "`quota_exceeded`" in initiate["responses"]["429"]["description"]


def test_each_call_that_creates_something_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            headers = {parameter["name"] for parameter in operation.get("parameters", [])}
            creates = operation["operationId"] in {"createSession", "initiateUpload", "retryAnalysisJob"}
            assert ("Idempotency-Key" in headers) == creates
            if creates:
                made = operation["responses"].get("201") or operation["responses"]["202"]
                assert {"Location", "Idempotent-Replayed"} <= set(made["headers"])
                assert "Retry-After" in operation["responses"]["409"]["headers"]


def test_new_fields_of_the_results_are_optional(document: dict[str, Any]) -> None:
    schemas = {name.rpartition("_")[2]: schema for name, schema in document["components"]["schemas"].items()}
    results = schemas["Results"]
    assert set(results["required"]) == {"pose", "metrics", "findings", "report", "versions"}
    assert "schema" in results["properties"]
    sent = {name.rpartition("_")[2] for name in bodies(document)}
    assert not [
        name for name, schema in schemas.items() if schema.get("additionalProperties") is False and name not in sent
    ]
    assert "ignores fields it does not know, and new fields are optional" in document["info"]["description"]


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in document["paths"].values() for operation in item.values()]


def bodies(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The schema of every request body, and of every object in one."""
    schemas = document["components"]["schemas"]
    found: dict[str, dict[str, Any]] = {}
    text = json.dumps([operation.get("requestBody") for operation in operations(document)])
    while new := {name: schemas[name] for name in re.findall(r"schemas/(\w+)", text) if name not in found}:
        found |= new
        text = json.dumps(new)
    return {name: schema for name, schema in found.items() if schema.get("type") == "object"}


def test_every_body_refuses_unknown_fields(document: dict[str, Any]) -> None:
    assert {"CreateSession", "UpdateSession", "InitiateUpload", "CompleteUpload", "CorrectEvents"} <= set(
        bodies(document)
    )
    assert [name for name, schema in bodies(document).items() if schema.get("additionalProperties") is not False] == []


def test_the_constraints_of_bodies_are_in_the_document(document: dict[str, Any]) -> None:
    for name in ("CreateSession", "UpdateSession"):
        ids = bodies(document)[name]["properties"]["player_ids"]
        assert (ids["maxItems"], ids["items"]["minLength"], ids["items"]["maxLength"]) == (50, 1, 64)
        assert not re.search(ids["items"]["pattern"], "\x00")
    for name in ("UpdateSession", "CorrectEvents"):
        assert bodies(document)[name]["minProperties"] == 1
    (status,) = [
        parameter["schema"]
        for parameter in document["paths"][f"{PREFIX}/sessions"]["get"]["parameters"]
        if parameter["name"] == "status"
    ]
    assert "null" not in json.dumps(status)


def test_every_list_of_a_body_is_bounded(document: dict[str, Any]) -> None:
    lists = [
        (name, choice)
        for name, schema in bodies(document).items()
        for member in schema["properties"].values()
        for choice in [member, *member.get("oneOf", [])]
        if choice.get("type") == "array"
    ]
    assert len(lists) >= 4
    assert [name for name, found in lists if "maxItems" not in found] == []


def test_every_url_is_marked_as_one(document: dict[str, Any]) -> None:
    urls = {
        f"{schema}.{name}": json.dumps(member)
        for schema, described in document["components"]["schemas"].items()
        for name, member in described.get("properties", {}).items()
        if name == "url" or name.endswith("_url")
    }
    assert {"InitiatedUpload.presigned_url", "PartUrl.url", "VideoUrl.url"} <= set(urls)
    assert [name for name, member in urls.items() if '"format": "uri"' not in member] == []


def test_every_body_and_every_answer_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    missing = [
        operation["operationId"]
        for operation in operations(document)
        for part in [operation.get("requestBody", {}), *operation["responses"].values()]
        for shown in part.get("content", {}).values()
        if not shown.keys() & {"example", "examples"}
        and not schemas[shown["schema"]["$ref"].rpartition("/")[2]].get("examples")
    ]
    assert missing == []


def test_the_examples_are_true(document: dict[str, Any]) -> None:
    calls = {operation["operationId"]: operation for operation in operations(document)}
    for name, body in examples.BODIES.items():
        shown = calls[name]["requestBody"]["content"]["application/json"]["example"]
        assert read_json(type(body), shown) == (body, [])
    for (name, status), answer in examples.ANSWERS.items():
        (content,) = calls[name]["responses"][status]["content"].values()
        assert msgspec.convert(content["example"], type(answer)) == answer
    for operation in operations(document):
        for response in operation["responses"].values():
            for example in response.get("content", {}).get("application/problem+json", {}).get("examples", {}).values():
                assert f"`{msgspec.convert(example['value'], Problem).code}`" in response["description"]


def test_an_event_of_the_progress_holds_json(document: dict[str, Any]) -> None:
    stream = document["paths"][f"{PREFIX}/analysis-jobs/{{job_id}}/progress"]["get"]["responses"]["200"]["content"]
    shown = stream["text/event-stream"]
    assert shown["schema"]["properties"]["data"]["contentSchema"] == {"$ref": "#/components/schemas/JobProgress"}
    assert set(shown["example"]) == set(shown["schema"]["required"])
    assert msgspec.json.decode(shown["example"]["data"], type=JobProgress).stage


def test_the_links_lead_to_calls_and_their_parameters(document: dict[str, Any]) -> None:
    calls = {operation["operationId"]: operation for operation in operations(document)}
    schemas = document["components"]["schemas"]
    linked = 0
    for operation in operations(document):
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                target = calls[link["operationId"]]
                taken = {parameter["name"] for parameter in target.get("parameters", [])}
                assert set(link.get("parameters", {})) <= taken
                if "requestBody" in link:
                    body = target["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                    assert set(link["requestBody"]) <= set(schemas[body]["properties"])
                linked += 1
    assert linked == sum(map(len, LINKS.values()))


@pytest.mark.parametrize(("path", "method"), [("", "get"), ("/events", "patch")])
def test_results_that_cannot_be_read_are_announced(document: dict[str, Any], path: str, method: str) -> None:
    call = document["paths"][f"{PREFIX}/analysis-jobs/{{job_id}}{path}"][method]
    assert "result_unreadable" in call["responses"]["500"]["description"]


async def test_the_pages_load_nothing_from_another_host(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get("/docs")
    assert page.status_code == 200
    links = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
    assert links
    for link in links:
        assert link.startswith("/docs/"), link
        assert (await anonymous.get(link)).status_code == 200
    texts = page.text.replace("http://api.test", "")
    assert not re.search(r"https?://(?!www\.w3\.org|videos\.example)", texts), texts
