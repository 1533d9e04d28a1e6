"""What a coach deletes is gone, from the bucket too: at once, or once the last URL to it is dead."""

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
import pytest
import structlog
from sqlalchemy import text
from tests.support.api import VIDEO, Caller, Login, serving
from tests.support.bucket import Bucket
from tests.support.jobs import pass_time

from cricksy.api.health import Readiness
from cricksy.aws.objects import LAST_PUT_SECONDS, VideoStore
from cricksy.data.engine import Database
from cricksy.data.leases import Claim, Lease, claim, fail
from cricksy.settings import ApiSettings, AwsSettings
from cricksy_worker.queue.objects import sweep_objects

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client


@pytest.fixture
def bucket(s3: "S3Client", aws_settings: AwsSettings) -> Bucket:
    return Bucket(s3, aws_settings)


class Sweep:
    def __init__(self, database: Database, bucket: Bucket) -> None:
        self._database = database
        self._videos = VideoStore(bucket.s3, bucket.s3, bucket.name)

    async def after(self, seconds: float) -> None:
        """What a sweeper does when so much time has passed."""
        await pass_time(self._database, seconds)
        await sweep_objects(self._database, self._videos, LAST_PUT_SECONDS)

    async def buried(self) -> int:
        async with self._database.connect() as connection:
            return (await connection.execute(text("SELECT count(*) FROM deleted_objects"))).scalar_one()


@pytest.fixture
def sweep(database: Database, bucket: Bucket) -> Sweep:
    return Sweep(database, bucket)


async def start(database: Database, job_id: str) -> Lease:
    lease = Lease(UUID(job_id))
    assert isinstance(await claim(database, lease, "message", 600), Claim)
    return lease


async def count(database: Database, table: str) -> int:
    async with database.connect() as connection:
        return (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()


def unreachable(settings: ApiSettings) -> ApiSettings:
    aws = msgspec.structs.replace(settings.aws, endpoint_url="http://127.0.0.1:1")
    return msgspec.structs.replace(settings, aws=aws)


async def delete(coach: Caller, path: str) -> None:
    assert (await coach.call("DELETE", path)).status_code in {202, 204}


PATHS = ["/analysis-jobs/{job_id}", "/sessions/{session_id}", "/players/p1"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_video_that_is_put_after_the_deletion_is_swept(
    path: str, coach: Caller, bucket: Bucket, sweep: Sweep
) -> None:
    initiated = await coach.initiate()
    assert (await coach.upload(initiated)).status_code == 200
    await delete(coach, path.format(**initiated))
    assert await bucket.keys() == set()
    assert (await coach.upload(initiated)).status_code == 200
    assert await bucket.keys() == {initiated["s3_key"]}
    await sweep.after(60)
    assert await bucket.keys() == set()
    # A slow PUT that began with the URL still alive.
    await bucket.put(initiated["s3_key"], VIDEO)
    await sweep.after(LAST_PUT_SECONDS)
    assert (await bucket.keys(), await sweep.buried()) == (set(), 0)


@pytest.mark.parametrize("path", PATHS)
async def test_a_video_goes_once_the_store_is_back(
    path: str, coach: Caller, bucket: Bucket, sweep: Sweep, settings: ApiSettings
) -> None:
    initiated = await coach.initiate()
    await coach.upload(initiated)
    async with serving(unreachable(settings), Readiness()) as client:
        await delete(Caller(client, coach.token), path.format(**initiated))
    assert (await coach.call("GET", f"/analysis-jobs/{initiated['job_id']}")).status_code == 404
    assert await bucket.keys() == {initiated["s3_key"]}
    await sweep.after(0)
    assert await bucket.keys() == set()


async def test_a_store_that_is_away_keeps_the_key_for_the_next_sweep(
    coach: Caller, database: Database, bucket: Bucket, sweep: Sweep
) -> None:
    initiated = await coach.initiate()
    await delete(coach, f"/analysis-jobs/{initiated['job_id']}")
    await bucket.put(initiated["s3_key"], VIDEO)
    gone = VideoStore(bucket.s3, bucket.s3, "gone")
    await pass_time(database, LAST_PUT_SECONDS + 60)
    await sweep_objects(database, gone, LAST_PUT_SECONDS)
    assert (await bucket.keys(), await sweep.buried()) == ({initiated["s3_key"]}, 1)
    await sweep.after(61)
    assert (await bucket.keys(), await sweep.buried()) == (set(), 0)


async def test_several_sweepers_empty_each_key_once(coach: Caller, database: Database, bucket: Bucket) -> None:
    session = await coach.session()
    for _ in range(5):
        await coach.upload(await coach.initiate(session_id=session["session_id"]))
    async with database.begin() as transaction:
        await transaction.execute(text("DELETE FROM sessions"))
    videos = VideoStore(bucket.s3, bucket.s3, bucket.name)
    asked: list[str] = []

    async def counted(key: str, upload_id: str | None = None) -> None:
        asked.append(key)
        await VideoStore.delete(videos, key, upload_id)

    videos.delete = counted
    keys = await bucket.keys()
    await asyncio.gather(*(sweep_objects(database, videos, LAST_PUT_SECONDS) for _ in range(4)))
    assert (sorted(asked), await bucket.keys()) == (sorted(keys), set())


async def test_every_version_goes(coach: Caller, bucket: Bucket, sweep: Sweep) -> None:
    await bucket.keep_versions()
    initiated = await coach.initiate()
    await coach.upload(initiated)
    await bucket.put(initiated["s3_key"], b"over it")
    assert await bucket.versions() == 2
    await delete(coach, f"/analysis-jobs/{initiated['job_id']}")
    assert await bucket.versions() == 0
    await coach.upload(initiated)
    await sweep.after(60)
    assert await bucket.versions() == 0


async def retry(database: Database, job_id: str) -> str:
    """Another job of the same video, as a retry makes it."""
    columns = "session_id, video_id, s3_key, sample_fps, include_frames, content_type, request_id, trace_id"
    statement = f"""
        INSERT INTO jobs (id, retry_of, {columns}) SELECT gen_random_uuid(), id, {columns} FROM jobs WHERE id = :id
        RETURNING id
    """
    async with database.begin() as transaction:
        return str((await transaction.execute(text(statement), {"id": UUID(job_id)})).scalar_one())


async def test_a_video_that_a_retry_uses_stays(coach: Caller, database: Database, bucket: Bucket, sweep: Sweep) -> None:
    initiated = await coach.initiate()
    await coach.upload(initiated)
    lease = await start(database, initiated["job_id"])
    await fail(database, lease, code="x", message="y", final=True, spend_attempt=True)
    again = await retry(database, initiated["job_id"])
    await delete(coach, f"/analysis-jobs/{initiated['job_id']}")
    await sweep.after(LAST_PUT_SECONDS)
    assert (await bucket.keys(), await sweep.buried()) == ({initiated["s3_key"]}, 0)
    await delete(coach, f"/analysis-jobs/{again}")
    assert (await bucket.keys(), await sweep.buried()) == (set(), 1)


async def test_two_jobs_of_one_video_deleted_at_once_leave_nothing(
    coach: Caller, database: Database, bucket: Bucket, sweep: Sweep
) -> None:
    for _ in range(5):
        initiated = await coach.initiate()
        await coach.upload(initiated)
        again = await retry(database, initiated["job_id"])
        await asyncio.gather(*(delete(coach, f"/analysis-jobs/{job}") for job in (initiated["job_id"], again)))
    assert (await bucket.keys(), await sweep.buried()) == (set(), 5)


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_is_deleted_while_a_job_is_processing(
    path: str, coach: Caller, database: Database, bucket: Bucket
) -> None:
    session = await coach.session()
    busy, other = [await coach.initiate(session_id=session["session_id"]) for _ in range(2)]
    for initiated in (busy, other):
        await coach.upload(initiated)
    lease = await start(database, busy["job_id"])
    refused = await coach.call("DELETE", path.format(**busy))
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "still processing" in refused.json()["detail"]
    assert (await count(database, "jobs"), len(await bucket.keys())) == (2, 2)
    await fail(database, lease, code="x", message="y", final=True, spend_attempt=True)
    await delete(coach, path.format(**busy))
    assert await bucket.keys() == ({other["s3_key"]} if "jobs" in path else set())


async def test_a_player_goes_from_shared_sessions_and_with_those_of_their_own(
    coach: Caller, login: Login, bucket: Bucket, database: Database
) -> None:
    alone = await coach.session(player_ids=["p1"])
    twice = await coach.session(player_ids=["p1", "p1"])
    shared = await coach.session(player_ids=["p2", "p1"])
    without = await coach.session(player_ids=["p2"])
    other = login()
    theirs = await other.session(player_ids=["p1"])
    made: dict[str, Any] = {}
    for caller, session in [(coach, alone), (coach, twice), (coach, shared), (coach, without), (other, theirs)]:
        made[session["session_id"]] = await caller.initiate(session_id=session["session_id"])
        await caller.upload(made[session["session_id"]])
    response = await coach.call("DELETE", "/players/p1")
    assert response.status_code == 202
    assert response.json() == {
        "player_id": "p1",
        "sessions_deleted": 2,
        "sessions_shared": 1,
        "jobs_deleted": 2,
    }
    statuses = [
        (await coach.call("GET", f"/sessions/{made_in['session_id']}")).status_code for made_in in (alone, twice)
    ]
    assert statuses == [404, 404]
    kept = (await coach.call("GET", f"/sessions/{shared['session_id']}")).json()
    assert kept["player_ids"] == ["p2"]
    stays = {made[session["session_id"]]["s3_key"] for session in (shared, without, theirs)}
    assert await bucket.keys() == stays
    async with database.connect() as connection:
        listed = await connection.execute(text("SELECT owner_id FROM session_players WHERE player_id = 'p1'"))
        assert len(listed.all()) == 1
    assert (await coach.call("DELETE", "/players/p1")).status_code == 404


async def test_a_players_own_clips_in_shared_sessions_go_too(coach: Caller, bucket: Bucket) -> None:
    shared = await coach.session(player_ids=["p1", "p2"])
    made: dict[str | None, Any] = {}
    for player_id in ("p1", "p2", None):
        whose = {} if player_id is None else {"player_id": player_id}
        made[player_id] = await coach.initiate(session_id=shared["session_id"], **whose)
        await coach.upload(made[player_id])
    assert (await coach.call("DELETE", "/players/p1")).json()["jobs_deleted"] == 1
    assert await bucket.keys() == {made["p2"]["s3_key"], made[None]["s3_key"]}
    assert (await coach.call("GET", f"/analysis-jobs/{made['p1']['job_id']}")).status_code == 404
    assert (await coach.job(made["p2"]["job_id"]))["player_id"] == "p2"


async def test_the_log_says_who_deleted_what_without_a_word_of_a_person(coach: Caller) -> None:
    alone = await coach.initiate(
        session_id=(await coach.session(player_ids=["Asha"], title="Asha's nets"))["session_id"]
    )
    shared = await coach.session(player_ids=["Asha", "p2"])
    other = await coach.initiate(session_id=shared["session_id"])
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        await delete(coach, "/players/Asha")
        await delete(coach, f"/analysis-jobs/{other['job_id']}")
        await delete(coach, f"/sessions/{shared['session_id']}")
    audit = [line for line in lines if line.get("audit")]
    assert [line["event"] for line in audit] == ["player_deleted", "job_deleted", "session_deleted"]
    player, job, session = audit
    assert len({(line["user_id"], line["owner_type"], line["owner_id"]) for line in audit}) == 1
    assert player["player"] == hashlib.sha256(b"Asha").hexdigest()
    assert (player["session_ids"], player["job_ids"]) == ([alone["session_id"]], [alone["job_id"]])
    assert player["session_ids_shared"] == [shared["session_id"]]
    assert (job["job_id"], session["session_id"], session["jobs"]) == (other["job_id"], shared["session_id"], 0)
    assert "Asha" not in json.dumps(audit, default=str)


@pytest.mark.parametrize("player_id", ["a b", "Ünï-7", "..", "a%2Fb", "a/b", "/", "a//b/", "%/%2F"])
async def test_a_players_id_is_one_encoded_segment(coach: Caller, player_id: str) -> None:
    await coach.session(player_ids=[player_id])
    response = await coach.call("DELETE", f"/players/{quote(player_id, safe='').replace('.', '%2E')}")
    assert (response.status_code, response.json().get("player_id")) == (202, player_id)


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_anothers_is_not_found(path: str, coach: Caller, login: Login, bucket: Bucket) -> None:
    initiated = await coach.initiate()
    await coach.upload(initiated)
    refused = await login().call("DELETE", path.format(**initiated))
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert await bucket.keys() == {initiated["s3_key"]}


async def test_a_session_without_jobs_is_deleted(coach: Caller) -> None:
    path = f"/sessions/{(await coach.session())['session_id']}"
    assert (await coach.call("DELETE", path)).status_code == 204
    assert (await coach.call("GET", path)).status_code == 404
    assert (await coach.call("DELETE", path)).status_code == 404


async def test_a_job_may_be_deleted_while_it_is_being_completed(coach: Caller, database: Database) -> None:
    session = await coach.session()
    job_ids = [await coach.uploaded(session_id=session["session_id"]) for _ in range(10)]
    answers = await asyncio.gather(
        *(coach.complete(job_id) for job_id in job_ids),
        *(coach.call("DELETE", f"/analysis-jobs/{job_id}") for job_id in job_ids),
    )
    completed, deleted = answers[:10], answers[10:]
    assert {answer.status_code for answer in completed} <= {202, 404, 409}
    assert {answer.status_code for answer in deleted} <= {204, 409}
    gone = sum(answer.status_code == 204 for answer in deleted)
    assert await count(database, "jobs") == 10 - gone
    assert await count(database, "deleted_objects") == gone
