"""Attacks as tables: calls on what is another's, hostile bodies, uploads that are not the signed ones."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import msgspec
from tests.support.api import VIDEO, Caller, Login

from cricksy.api.app import PREFIX

DEEP = 100_000
FIELDS: dict[str, object] = {"ball_release": 1.0, "numbers": [1]}
"""For calls without an example."""
BODIES: dict[str, bytes] = {
    "empty": b"",
    "cut": b'{"title": "Nets", "player_ids": [',
    "two values": b'{"title": "Nets", "player_ids": []} {}',
    "deep lists": b'{"title": "Nets", "player_ids": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"title": ' + b'{"a": ' * DEEP + b"1" + b"}" * DEEP + b', "player_ids": []}',
    "deep and unknown": b'{"title": "Nets", "player_ids": [], "x": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "huge integer": b'{"title": ' + b"9" * 10_000 + b', "player_ids": []}',
    "huge exponent": b'{"title": 1e999999999, "player_ids": []}',
    "lone surrogate": b'{"title": "\\ud800", "player_ids": []}',
    "surrogates in the wrong order": b'{"title": "\\udc00\\ud800", "player_ids": []}',
    "lone surrogate in a key": b'{"title": "Nets", "player_ids": [], "\\udfff": 1}',
    "surrogate in UTF-8": b'{"title": "\xed\xa0\x80", "player_ids": []}',
    "overlong UTF-8": b'{"title": "\xc0\xaf", "player_ids": []}',
    "Latin-1": b'{"title": "caf\xe9", "player_ids": []}',
    "UTF-16": '{"title": "Nets", "player_ids": []}'.encode("utf-16"),
    "NUL": b'{"title": "a\\u0000b", "player_ids": []}',
    "raw control character": b'{"title": "a\x01b", "player_ids": []}',
    "NaN": b'{"title": NaN, "player_ids": []}',
    "infinity": b'{"title": "Nets", "player_ids": [Infinity]}',
    "comment": b'{"title": "Nets", /* */ "player_ids": []}',
    "last comma": b'{"title": "Nets", "player_ids": [],}',
    "single quotes": b"{'title': 'Nets', 'player_ids': []}",
    "prototype": b'{"title": "Nets", "player_ids": [], "__proto__": {"plan": "coach_pro_plus"}}',
    "owner": b'{"title": "Nets", "player_ids": [], "owner_id": "coach-1"}',
}
TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/octet-stream",
    "application/jsonx",
)


async def test_every_call_on_what_is_anothers_finds_nothing_and_needs_a_token(
    anonymous: httpx.AsyncClient, coach: Caller, login: Login
) -> None:
    document = (await anonymous.get("/docs/openapi.json")).json()
    session_id = (await coach.session())["session_id"]
    ids = {"session_id": session_id, "job_id": await coach.uploaded(session_id=session_id), "player_id": "p1"}
    other = login()
    tried: set[tuple[str, str]] = set()
    for template, item in document["paths"].items():
        for method, operation in item.items():
            body = _body(operation, document["components"]["schemas"], ids)
            if not template.startswith(PREFIX) or ("{" not in template and not ids.keys() & (body or {}).keys()):
                continue
            tried.add((method, template.removeprefix(PREFIX)))
            path = template.format_map(ids)
            for called in {method, "head"} if method == "get" else {method}:
                options: dict[str, Any] = {} if body is None else {"json": body}
                without = await anonymous.request(called, path, **options)
                assert without.status_code == 401, (called, path, without.text)
                answer = await other.call(called, path.removeprefix(PREFIX), **options)
                assert answer.status_code == 404, (called, path, answer.text)
                assert not any(value in answer.text for value in (session_id, ids["job_id"]))
    assert {
        ("get", "/sessions/{session_id}"),
        ("delete", "/players/{player_id}"),
        ("post", "/videos/upload/complete"),
        ("get", "/analysis-jobs/{job_id}/video-url"),
    } <= tried
    assert (await coach.call("GET", f"/sessions/{session_id}")).json()["player_ids"] == ["p1"]
    assert (await coach.job(ids["job_id"]))["status"] == "queued"


def _body(operation: dict[str, Any], schemas: dict[str, Any], ids: dict[str, str]) -> dict[str, Any] | None:
    """The example of the call's body, about these ids; a correction has several, and needs one event."""
    if "requestBody" not in operation:
        return None
    content = operation["requestBody"]["content"]["application/json"]
    fields = schemas[content["schema"]["$ref"].rpartition("/")[2]]["properties"].keys()
    example = content.get("example", {name: value for name, value in FIELDS.items() if name in fields})
    return example | {name: ids[name] for name in ("session_id", "job_id") if name in fields}


async def test_a_hostile_body_is_one_problem_and_stores_nothing(coach: Caller) -> None:
    for name, body in BODIES.items():
        headers = {"Content-Type": "application/json"}
        answer = await coach.call("POST", "/sessions", content=body, headers=headers)
        assert answer.status_code == 422, (name, answer.text)
        assert answer.json()["code"] == "invalid", name
        assert len(answer.content) < 2_000, name
    for content_type in TYPES:
        headers = {"Content-Type": content_type}
        body = msgspec.json.encode({"title": "Nets", "player_ids": []})
        answer = await coach.call("POST", "/sessions", content=body, headers=headers)
        assert answer.status_code == 415, (content_type, answer.text)
    assert (await coach.call("GET", "/sessions")).json()["items"] == []


async def test_an_upload_that_is_not_the_signed_one_is_refused_and_changes_nothing(coach: Caller) -> None:
    initiated = await coach.initiate(content_length=len(VIDEO))
    url, headers = initiated["presigned_url"], initiated["required_headers"]
    other_key = url.replace("/original.", "/other.", 1)
    tampered: dict[str, tuple[str, str, dict[str, str], bytes]] = {
        "method": ("DELETE", url, headers, VIDEO),
        "read": ("GET", url, {}, b""),
        "key": ("PUT", other_key, headers, VIDEO),
        "content type": ("PUT", url, headers | {"Content-Type": "text/html"}, VIDEO),
        "longer": ("PUT", url, {**headers, "Content-Length": str(len(VIDEO) + 1)}, VIDEO + b"x"),
        "shorter": ("PUT", url, {**headers, "Content-Length": str(len(VIDEO) - 1)}, VIDEO[:-1]),
        "made public": ("PUT", url, headers | {"x-amz-acl": "public-read"}, VIDEO),
        "expired": ("PUT", _changed(url, "X-Amz-Date", "20200101T000000Z"), headers, VIDEO),
        "lives longer": ("PUT", _changed(url, "X-Amz-Expires", "604800"), headers, VIDEO),
        "fewer headers signed": ("PUT", _changed(url, "X-Amz-SignedHeaders", "host"), headers, VIDEO),
        "unsigned": ("PUT", url.partition("?")[0], headers, VIDEO),
    }
    async with httpx.AsyncClient() as s3:
        for name, (method, changed, sent, body) in tampered.items():
            answer = await s3.request(method, changed, headers=sent, content=body)
            assert answer.status_code in {400, 403}, (name, answer.status_code, answer.text)
    assert (await coach.complete(initiated["job_id"])).status_code == 409
    assert (await coach.upload(initiated)).status_code == 200
    assert (await coach.complete(initiated["job_id"])).status_code == 202


def _changed(url: str, parameter: str, value: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | {parameter: value}
    return urlunsplit(parts._replace(query=urlencode(query)))
