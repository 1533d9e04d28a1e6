"""``GET /players/{player_id}/export``: everything of one player, nothing of another, and an end that says so."""

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import structlog
from sqlalchemy import text
from tests.api.test_corrections import claimed, completed, correct
from tests.support.api import VIDEO, Caller, Login, serving
from tests.support.bucket import Bucket
from tests.support.jobs import artifacts_of, pass_time, put_made
from tests.support.stored import stored

from cricksy.api.health import Readiness
from cricksy.api.player_export import lines_of
from cricksy.api.services import open_services
from cricksy.api.tokens import Coach as TokenCoach
from cricksy.data.engine import Database
from cricksy.data.leases import commit_results
from cricksy.data.retention import end_videos
from cricksy.data.sessions import Owner
from cricksy.settings import ApiSettings, AwsSettings
from cricksy.vocabulary import ArtifactStore, OwnerType

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client


@pytest.fixture
def bucket(s3: "S3Client", aws_settings: AwsSettings) -> Bucket:
    return Bucket(s3, aws_settings)


async def export(coach: Caller, player_id: str = "p1") -> list[dict[str, Any]]:
    response = await coach.call("GET", f"/players/{player_id}/export")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.text.endswith("\n")
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert all(len(line) == 1 for line in lines)
    return lines


def members(lines: list[dict[str, Any]], name: str) -> list[Any]:
    return [line[name] for line in lines if name in line]


async def test_everything_of_a_player_is_there(coach: Caller, database: Database) -> None:
    session = await coach.session(notes="left knee", height_cm=172)
    job_id = await completed(coach, database, stored(), session_id=session["session_id"])
    assert (await correct(coach, job_id, {"ball_release": 1820})).status_code == 200
    queued = (await coach.initiate(session_id=session["session_id"], age_group="u15"))["job_id"]
    lines = await export(coach)
    assert [next(iter(line)) for line in lines] == [
        *("player", "session", "job", "results", "results", "landmarks", "job", "end")
    ]
    assert (lines[0]["player"]["player_id"], lines[0]["player"]["format"]) == ("p1", 1)
    (told,) = members(lines, "session")
    assert (told["title"], told["notes"], told["height_cm"], told["is_shared"]) == ("Nets", "left knee", 172, False)
    done, waiting = members(lines, "job")
    assert (done["job_id"], done["status"], done["revision"]) == (job_id, "completed", 2)
    assert {number["name"] for number in done["numbers"]} > {"front_knee_brace_score"}
    assert (waiting["job_id"], waiting["age_group"], waiting["numbers"]) == (queued, "u15", [])
    first, second = members(lines, "results")
    assert (first["revision"], second["revision"]) == (1, 2)
    assert second["results"] == (await coach.job(job_id))["results"]
    assert first["results"]["metrics"] != second["results"]["metrics"] or first["results"] != second["results"]
    (landmarks,) = members(lines, "landmarks")
    assert base64.b64decode(landmarks["npz"]) == stored().landmarks
    assert lines[-1] == {"end": {"sessions": 1, "jobs": 2, "problem": None}}


async def test_its_urls_read_the_video_and_not_one_that_is_gone(
    coach: Caller, database: Database, bucket: Bucket
) -> None:
    old = await completed(coach, database, stored())
    await pass_time(database, 11 * 86400)
    assert await end_videos(database, 10)
    young = await completed(coach, database, stored())
    found = {job["job_id"]: job for job in members(await export(coach), "job")}
    assert found[old]["video_url"] is None
    assert found[old]["video_deleted_at"] is not None
    assert await bucket.read(found[young]["video_url"]) == VIDEO


async def test_nothing_of_another_is_there(coach: Caller, database: Database) -> None:
    shared = await coach.session(title="Asha and Zebedee", notes="Zebedee is ill", player_ids=["p1", "zebedee"])
    whose = {
        player: await completed(coach, database, stored(), session_id=shared["session_id"], **given)
        for player, given in {"p1": {"player_id": "p1"}, "zebedee": {"player_id": "zebedee"}, "nobody": {}}.items()
    }
    await coach.session(title="Zebedee", player_ids=["zebedee"])
    lines = await export(coach)
    assert [job["job_id"] for job in members(lines, "job")] == [whose["p1"]]
    (told,) = members(lines, "session")
    assert (told["is_shared"], told["title"], told["notes"]) == (True, None, None)
    assert "zebedee" not in json.dumps(lines).lower()


async def test_an_unknown_player_and_anothers_are_not_found(coach: Caller, login: Login) -> None:
    await coach.session()
    for caller, player in [(coach, "p2"), (login(), "p1")]:
        refused = await caller.call("GET", f"/players/{player}/export")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert "content-disposition" not in refused.headers


async def test_many_sessions_and_a_player_whose_sessions_name_them_twice(coach: Caller) -> None:
    sessions = [await coach.session(player_ids=["p1", "p1"]) for _ in range(105)]
    lines = await export(coach)
    found = [session["session_id"] for session in members(lines, "session")]
    assert sorted(found) == sorted(session["session_id"] for session in sessions)
    assert not any(session["is_shared"] for session in members(lines, "session"))
    assert lines[-1]["end"]["sessions"] == 105


async def test_what_cannot_be_read_is_null_and_the_rest_is_there(coach: Caller, database: Database) -> None:
    for _ in range(2):
        await completed(coach, database, stored())
    async with database.begin() as transaction:
        await transaction.execute(
            text(
                "UPDATE artifacts SET data = 'x' WHERE kind = 'results'"
                " AND id = (SELECT results_id FROM jobs ORDER BY id LIMIT 1)"
            )
        )
    with structlog.testing.capture_logs() as logged:
        lines = await export(coach)
    assert [found["results"] is None for found in members(lines, "results")] == [True, False]
    assert [line["event"] for line in logged if line["log_level"] == "warning"] == ["export_lacks"]
    assert lines[-1]["end"]["problem"] is None


async def test_a_store_that_is_away_ends_it_with_a_problem(
    coach: Caller, database: Database, bucket: Bucket, settings: ApiSettings
) -> None:
    job_id = await coach.uploaded()
    artifacts = artifacts_of(database, bucket.objects, results=ArtifactStore.S3)
    lease = await claimed(database, job_id)
    made = await put_made(artifacts, lease.job_id, stored().results, stored().landmarks)
    await commit_results(database, lease, made)
    aws = msgspec.structs.replace(settings.aws, endpoint_url="http://127.0.0.1:1")
    async with serving(msgspec.structs.replace(settings, aws=aws), Readiness()) as client:
        lines = await export(Caller(client, coach.token))
    assert lines[-1]["end"] == {"sessions": 1, "jobs": 1, "problem": "storage_unavailable"}


async def test_the_log_says_who_took_it_also_of_one_that_was_not_read_to_its_end(
    coach: Caller, database: Database, settings: ApiSettings
) -> None:
    await completed(coach, database, stored())
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        await export(coach)
    (line,) = [line for line in logged if line.get("audit")]
    assert (line["event"], line["sessions"], line["jobs"], line["problem"]) == ("player_exported", 1, 1, None)
    assert line["player"] == hashlib.sha256(b"p1").hexdigest()
    assert line["user_id"] == line["owner_id"]
    owner = Owner(OwnerType.COACH, line["owner_id"])
    async with open_services(settings) as services:
        lines = lines_of(services, TokenCoach(user_id=owner.id, owner=owner, entitled=True), "p1")
        with structlog.testing.capture_logs() as logged:
            assert await anext(lines)
            await lines.aclose()
    assert [(line["event"], line["problem"]) for line in logged] == [("player_exported", "abandoned")]
