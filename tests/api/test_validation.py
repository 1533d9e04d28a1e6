"""Every wrong field of every body, all at once, in a client's words."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.api import Caller
from uuid_utils.compat import uuid7

from cricksy.api.bodies import CompleteUpload, CorrectEvents, CreateSession, InitiateUpload, UpdateSession
from cricksy.api.validation import MAX_ERRORS, read_json

DISCIPLINES = "must be one of batting, bowling, wicketkeeping, fielding"
HANDS = "must be one of right, left"
VIEWS = "must be one of side, front, behind"
AGES = "must be one of u11, u13, u15, u17, u19, adult"
STYLES = "must be one of pace, spin"
TITLE = "must be text of 1 to 200 characters"
NOTES = "must be text of at most 4000 characters"
PLAYERS = "must be a list of at most 50 items"
PLAYER = "must be text of 1 to 64 characters"
HEIGHT = "must be a whole number from 80 to 230"
UUID_FORM = "must be a UUID in lower case with dashes"
NUL = "must not contain the character NUL"
UNKNOWN = "unknown field"

SESSION: list[tuple[str, object, str, str]] = [
    ("title", "", "title", TITLE),
    ("title", "x" * 201, "title", TITLE),
    ("title", None, "title", TITLE),
    ("title", 5, "title", TITLE),
    ("title", "NUL \x00 inside", "title", NUL),
    ("player_ids", None, "player_ids", PLAYERS),
    ("player_ids", "p1", "player_ids", PLAYERS),
    ("player_ids", ["p"] * 51, "player_ids", PLAYERS),
    ("player_ids", ["p", ""], "player_ids[1]", PLAYER),
    ("player_ids", ["p" * 65], "player_ids[0]", PLAYER),
    ("player_ids", [["p"]], "player_ids[0]", PLAYER),
    ("player_ids", ["\x00"], "player_ids[0]", NUL),
    ("notes", "x" * 4001, "notes", NOTES),
    ("notes", {}, "notes", NOTES),
    ("notes", "\x00", "notes", NUL),
    ("discipline", "chess", "discipline", DISCIPLINES),
    ("discipline", "Batting", "discipline", DISCIPLINES),
    ("handedness", "both", "handedness", HANDS),
    ("camera_view", ["side"], "camera_view", VIEWS),
    ("height_cm", 79, "height_cm", HEIGHT),
    ("height_cm", 231, "height_cm", HEIGHT),
    ("height_cm", 180.5, "height_cm", HEIGHT),
    ("height_cm", "180", "height_cm", HEIGHT),
    ("height_cm", True, "height_cm", HEIGHT),
    ("height_cm", 10**30, "height_cm", HEIGHT),
    ("age_group", "u12", "age_group", AGES),
    ("bowling_style", "swing", "bowling_style", STYLES),
    ("noets", "x", "noets", UNKNOWN),
    ("", "x", "", UNKNOWN),
]
UPLOAD: list[tuple[str, object, str, str]] = [
    ("session_id", "7", "session_id", UUID_FORM),
    ("session_id", str(uuid7()).upper(), "session_id", UUID_FORM),
    ("session_id", uuid7().hex, "session_id", UUID_FORM),
    ("session_id", f"{{{uuid7()}}}", "session_id", UUID_FORM),
    ("session_id", f"urn:uuid:{uuid7()}", "session_id", UUID_FORM),
    ("session_id", f"{uuid7()}\n", "session_id", UUID_FORM),
    ("session_id", None, "session_id", UUID_FORM),
    ("sample_fps", 0, "sample_fps", "must be a whole number from 1 to 60"),
    ("sample_fps", 61, "sample_fps", "must be a whole number from 1 to 60"),
    ("sample_fps", 1.5, "sample_fps", "must be a whole number from 1 to 60"),
    ("sample_fps", None, "sample_fps", "must be a whole number from 1 to 60"),
    ("include_frames", "false", "include_frames", "must be true or false"),
    ("include_frames", 1, "include_frames", "must be true or false"),
    ("content_type", "video/avi", "content_type", "must be one of video/mp4, video/quicktime, video/webm"),
    ("content_length", 0, "content_length", "must be a whole number of at least 1"),
    ("content_length", -1.0, "content_length", "must be a whole number of at least 1"),
    ("checksum_sha256", "abc", "checksum_sha256", "must be a SHA-256 in base64, 44 characters"),
    ("checksum_sha256", "A" * 45, "checksum_sha256", "must be a SHA-256 in base64, 44 characters"),
    ("sample_fp", 60, "sample_fp", UNKNOWN),
]
EVENTS: list[tuple[str, object, str, str]] = [
    *[
        (name, "1000", name, "must be a number")
        for name in ("back_foot_contact", "stance", "backlift_top", "front_foot_contact", "ball_release", "impact")
    ],
    ("ball_release", True, "ball_release", "must be a number"),
    ("run_up", 1000, "run_up", UNKNOWN),
]
COMPLETE: list[tuple[str, object, str, str]] = [
    ("job_id", 7, "job_id", UUID_FORM),
    ("job_id", str(uuid7()).upper(), "job_id", UUID_FORM),
    ("jobid", "7", "jobid", UNKNOWN),
]
CALLS: dict[str, tuple[str, str, dict[str, object], list[tuple[str, object, str, str]]]] = {
    "create": ("POST", "/sessions", {"title": "x", "player_ids": []}, SESSION),
    "update": ("PATCH", f"/sessions/{uuid7()}", {}, SESSION),
    "initiate": ("POST", "/videos/upload/initiate", {"session_id": str(uuid7())}, UPLOAD),
    "complete": ("POST", "/videos/upload/complete", {"job_id": str(uuid7())}, COMPLETE),
    "correct": ("PATCH", f"/analysis-jobs/{uuid7()}/events", {}, EVENTS),
}


async def errors_of(coach: Caller, method: str, path: str, **options: Any) -> list[tuple[str, str]]:
    response = await coach.call(method, path, **options)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "invalid"), response.text
    return [(error["field"], error["message"]) for error in problem["errors"]]


@pytest.mark.parametrize("name", CALLS)
async def test_each_wrong_field_is_named_with_what_is_wanted(coach: Caller, name: str) -> None:
    method, path, right, table = CALLS[name]
    for key, value, field, message in table:
        assert await errors_of(coach, method, path, json=right | {key: value}) == [(field, message)], (key, value)


@pytest.mark.parametrize("name", CALLS)
async def test_all_wrong_fields_are_told_at_once(coach: Caller, name: str) -> None:
    method, path, _, table = CALLS[name]
    # The last wrong value of each field; what is wanted of it is the same each time, but for NUL.
    wrong = {key: (value, field, message) for key, value, field, message in table}
    found = await errors_of(coach, method, path, json={key: value for key, (value, _, _) in wrong.items()})
    assert sorted(found) == sorted((field, message) for _, field, message in wrong.values())


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("create", [("title", "required"), ("player_ids", "required")]),
        ("initiate", [("session_id", "required")]),
        ("complete", [("job_id", "required")]),
    ],
)
async def test_all_missing_fields_are_told_at_once(coach: Caller, name: str, errors: list[tuple[str, str]]) -> None:
    method, path, _, _ = CALLS[name]
    assert await errors_of(coach, method, path, json={}) == errors


@pytest.mark.parametrize("name", ["update", "correct"])
async def test_a_change_of_nothing_is_refused(coach: Caller, name: str) -> None:
    method, path, _, table = CALLS[name]
    ((field, message),) = await errors_of(coach, method, path, json={})
    assert field == ""
    assert message.startswith("must have at least one of ")
    assert all(key in message for key, _, _, error in table if error != UNKNOWN)


@pytest.mark.parametrize("body", [[], None, "x", 1, True])
@pytest.mark.parametrize("name", CALLS)
async def test_a_body_that_is_no_object(coach: Caller, name: str, body: object) -> None:
    method, path, _, _ = CALLS[name]
    content = msgspec.json.encode(body)
    headers = {"Content-Type": "application/json"}
    assert await errors_of(coach, method, path, content=content, headers=headers) == [("", "must be an object")]


async def test_a_flood_of_errors_is_cut(coach: Caller) -> None:
    body = {f"field_{number}": number for number in range(5000)}
    assert len(await errors_of(coach, "POST", "/sessions", json=body)) == MAX_ERRORS


async def test_nothing_is_stored_by_a_wrong_body(coach: Caller) -> None:
    for key, value, _, _ in SESSION:
        await errors_of(coach, "POST", "/sessions", json={"title": "x", "player_ids": []} | {key: value})
    assert (await coach.call("GET", "/sessions")).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("written", ["15.0", "15.000", "1.5e1", "15"])
async def test_a_whole_number_may_be_written_with_a_fraction_of_zero(coach: Caller, written: str) -> None:
    session = await coach.session()
    body = f'{{"session_id": "{session["session_id"]}", "sample_fps": {written}}}'
    headers = {"Content-Type": "application/json"}
    initiated = await coach.call("POST", "/videos/upload/initiate", content=body, headers=headers)
    assert initiated.status_code == 201, initiated.text
    assert (await coach.job(initiated.json()["job_id"]))["sample_fps"] == 15


@pytest.mark.parametrize("number", ["1e400", "-1e999", "9" * 5000])
async def test_a_number_beyond_all_bounds(coach: Caller, number: str) -> None:
    body = f'{{"title": "x", "player_ids": [], "height_cm": {number}}}'
    headers = {"Content-Type": "application/json"}
    ((_, message),) = await errors_of(coach, "POST", "/sessions", content=body, headers=headers)
    assert "out of range" in message


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Content-Encoding": "gzip"}, "Content-Encoding"),
        ({"Content-Encoding": "br, gzip"}, "Content-Encoding"),
        ({"Content-Type": "application/json; charset=utf-16"}, "UTF-8"),
    ],
)
async def test_a_body_in_another_coding(coach: Caller, headers: dict[str, str], words: str) -> None:
    response = await coach.call("POST", "/sessions", json={"title": "x", "player_ids": []}, headers=headers)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert words in response.json()["detail"]
    assert response.headers.get("Accept-Encoding") == ("identity" if "Content-Encoding" in headers else None)


async def test_a_body_that_says_it_is_not_coded(coach: Caller) -> None:
    headers = {"Content-Encoding": "identity", "Content-Type": 'application/json; charset="UTF-8"'}
    response = await coach.call("POST", "/sessions", json={"title": "x", "player_ids": []}, headers=headers)
    assert response.status_code == 201


LIMIT = "must be a whole number from 1 to 100"
CURSOR = "must be the next_cursor of this list with the same filters"


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limit=0", [("limit", LIMIT)]),
        ("limit=101", [("limit", LIMIT)]),
        ("limit=x", [("limit", LIMIT)]),
        ("limit=", [("limit", LIMIT)]),
        ("limit=+5", [("limit", LIMIT)]),
        ("limit=%D9%A5", [("limit", LIMIT)]),
        ("limit=1e1", [("limit", LIMIT)]),
        ("limit=5&limit=5", [("limit", "must be given once")]),
        ("limti=5", [("limti", "unknown parameter")]),
        ("status=ready%00", [("status", "must be one of pending, processing, ready, failed")]),
        ("player_id=", [("player_id", "must be text of 1 to 64 characters")]),
        ("player_id=%00", [("player_id", NUL)]),
        ("cursor=x", [("cursor", CURSOR)]),
        ("cursor=%C3%A9", [("cursor", CURSOR)]),
        ("cursor=", [("cursor", "must be text of 1 to 512 characters")]),
        (
            "limit=0&status=x&player_id=&page=2",
            [
                ("limit", LIMIT),
                ("status", "must be one of pending, processing, ready, failed"),
                ("player_id", "must be text of 1 to 64 characters"),
                ("page", "unknown parameter"),
            ],
        ),
    ],
)
async def test_wrong_parameters(coach: Caller, query: str, errors: list[tuple[str, str]]) -> None:
    assert await errors_of(coach, "GET", f"/sessions?{query}") == errors


async def test_parameters_and_body_are_told_together(coach: Caller) -> None:
    assert await errors_of(coach, "POST", "/sessions?dry_run=1", json={"title": "x"}) == [
        ("dry_run", "unknown parameter"),
        ("player_ids", "required"),
    ]


def forms_of(id: str) -> list[str]:  # noqa: A002 - it is one
    return [id.upper(), id.replace("-", ""), f"{{{id}}}", f"urn:uuid:{id}", f"{id}%0A", f"%20{id}", f"{id[:-1]}_"]


async def test_an_id_in_a_path_has_one_form(coach: Caller) -> None:
    session_id = (await coach.session())["session_id"]
    job_id = (await coach.initiate())["job_id"]
    for collection, id in (("sessions", session_id), ("analysis-jobs", job_id)):  # noqa: A001 - it is one
        assert (await coach.call("GET", f"/{collection}/{id}")).status_code == 200
        unknown = (await coach.call("GET", f"/{collection}/{uuid7()}")).json() | {"request_id": ""}
        for form in forms_of(id):
            response = await coach.call("GET", f"/{collection}/{form}")
            assert (response.status_code, response.json() | {"request_id": ""}) == (404, unknown), form


@pytest.mark.parametrize("path", ["//sessions", "/sessions/", "/sessions//", "/sessions//{id}", "/sessions/{id}/"])
async def test_a_path_has_no_empty_segment(coach: Caller, path: str) -> None:
    session_id = (await coach.session())["session_id"]
    response = await coach.call("GET", path.format(id=session_id))
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


class Part(msgspec.Struct, forbid_unknown_fields=True):
    number: int
    etag: str = ""

    def __post_init__(self) -> None:
        if self.number == 1 and not self.etag:
            message = "the first part needs an etag"
            raise ValueError(message)


class Nested(msgspec.Struct, forbid_unknown_fields=True):
    parts: list[Part]
    headers: dict[str, float] = {}


@pytest.mark.parametrize(
    ("value", "errors"),
    [
        ({"parts": [{"number": 2}, {"number": 1, "etag": "x"}], "headers": {"a": 1}}, []),
        (
            {"parts": [{"numbr": 1}, {"number": "1"}, 7], "headers": {"a": "b"}},
            [
                ("parts[0].numbr", UNKNOWN),
                ("parts[0].number", "required"),
                ("parts[1].number", "must be a whole number"),
                ("parts[2]", "must be an object"),
                ("headers.a", "must be a number"),
            ],
        ),
        ({"parts": [{"number": 1}]}, [("parts[0]", "the first part needs an etag")]),
    ],
)
def test_faults_are_found_at_every_level(value: object, errors: list[tuple[str, str]]) -> None:
    made, found = read_json(Nested, value)
    assert [(error.field, error.message) for error in found] == errors
    assert (made is None) == bool(errors)


BODIES = (CreateSession, UpdateSession, InitiateUpload, CompleteUpload, CorrectEvents)
NAMES = sorted({name for body in BODIES for name in body.__struct_fields__})
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.uuids().map(str)
    | st.sampled_from(["bowling", "right", "side", "u11", "pace", "video/mp4"])
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@given(body=st.sampled_from(BODIES), value=st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON))
def test_accepts_what_msgspec_accepts_and_nothing_else(body: type[msgspec.Struct], value: dict[str, Any]) -> None:
    made, errors = read_json(body, value)
    try:
        expected = msgspec.convert(value, body)
    except msgspec.ValidationError:
        # A whole number with a fraction of zero is the one thing that we accept and msgspec does not.
        assert errors or any(isinstance(number, float) and number.is_integer() for number in value.values())
        return
    if value:
        assert (made, errors) == (expected, [])
