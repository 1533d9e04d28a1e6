"""Results that are stored compressed: handed through to who takes gzip, decompressed for who does not."""

import asyncio
import shutil
import socket
import zlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import msgspec
import pytest
import uvicorn
from sqlalchemy import text
from tests.api.test_corrections import claimed, correct
from tests.api.test_problems import assert_is_problem
from tests.support.api import SECRET, Caller, make_token, serving
from tests.support.jobs import artifacts_of, commit_results, put_made
from tests.support.stored import stored

from cricksy.api.app import create_app
from cricksy.api.health import Readiness
from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.data import leases
from cricksy.data.engine import Database
from cricksy.settings import ApiSettings, ArtifactSettings, AwsSettings
from cricksy.vocabulary import ArtifactStore

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client


@pytest.fixture
async def job_id(coach: Caller, database: Database) -> str:
    """A completed job of the coach's."""
    job_id = await coach.uploaded()
    await commit_results(database, await claimed(database, job_id), stored().results, stored().landmarks)
    return job_id


async def raw(coach: Caller, path: str, accept: str | None, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it went over the wire."""
    sent = {**coach.headers, **headers} | ({} if accept is None else {"Accept-Encoding": accept})
    request = coach.client.build_request("GET", f"/api/coaches/plus{path}", headers=sent)
    if accept is None:
        del request.headers["Accept-Encoding"]
    response = await coach.client.send(request, stream=True)
    body = b"".join([chunk async for chunk in response.aiter_raw()])
    await response.aclose()
    return response, body


@pytest.mark.parametrize("accept", ["gzip", "br, gzip;q=0.5", "*", "GZIP; q=1.0, identity;q=0"])
async def test_who_takes_gzip_gets_one_member_of_it(coach: Caller, job_id: str, accept: str) -> None:
    response, body = await raw(coach, f"/analysis-jobs/{job_id}", accept)
    assert (response.headers["Content-Encoding"], response.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert int(response.headers["Content-Length"]) == len(body)
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    job = msgspec.json.decode(reader.decompress(body), type=dict[str, msgspec.Raw])
    assert (reader.eof, reader.unused_data) == (True, b"")
    assert bytes(job["results"]) == stored().results
    assert len(body) < len(stored().results) / 2


@pytest.mark.parametrize("accept", [None, "", "identity", "br", "gzip;q=0", "gzip;q=0.1, identity", "gzip;q=x"])
async def test_who_does_not_gets_it_plain(coach: Caller, job_id: str, accept: str | None) -> None:
    response, body = await raw(coach, f"/analysis-jobs/{job_id}", accept)
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"
    assert int(response.headers["Content-Length"]) == len(body)
    assert bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw])["results"]) == stored().results


async def test_each_form_has_a_tag_of_its_own_and_both_are_known(coach: Caller, job_id: str) -> None:
    path = f"/analysis-jobs/{job_id}"
    tags = [(await raw(coach, path, accept))[0].headers["ETag"] for accept in ("gzip", "identity")]
    assert len(set(tags)) == 2
    for tag in tags:
        assert not tag.startswith("W/")
        again, body = await raw(coach, path, "gzip", **{"If-None-Match": f'"other", {tag}'})
        assert (again.status_code, body, again.headers["ETag"], again.headers["Vary"]) == (
            304,
            b"",
            tag,
            "Accept-Encoding",
        )


async def test_head_says_what_get_does(coach: Caller, job_id: str) -> None:
    get, _ = await raw(coach, f"/analysis-jobs/{job_id}", "gzip")
    head = await coach.call("HEAD", f"/analysis-jobs/{job_id}", headers={"Accept-Encoding": "gzip"})
    same = ("ETag", "Content-Length", "Content-Encoding", "Content-Type", "Vary")
    assert (head.content, [head.headers[name] for name in same]) == (b"", [get.headers[name] for name in same])


async def test_a_correction_answers_with_what_is_read_afterwards(coach: Caller, job_id: str) -> None:
    release_ms = stored().truth_ms("ball_release")
    corrected = await correct(coach, job_id, {"ball_release": round(release_ms - 20)})
    assert corrected.headers["Content-Encoding"] == "gzip"
    read = await coach.call("GET", f"/analysis-jobs/{job_id}")
    assert (read.content, read.headers["ETag"]) == (corrected.content, corrected.headers["ETag"])


async def stored_rows(database: Database) -> list[dict[str, Any]]:
    async with database.connect() as connection:
        statement = "SELECT kind::text, store::text, encoding::text, bytes, kept, s3_key FROM artifacts ORDER BY id"
        return [dict(row) for row in (await connection.execute(text(statement))).mappings()]


async def keys_of(s3: "S3Client", bucket: str) -> set[str]:
    listed = await s3.list_objects_v2(Bucket=bucket)
    return {item.get("Key", "") for item in listed.get("Contents", [])}


async def test_in_s3_it_is_read_corrected_and_deleted_just_so(
    settings: ApiSettings, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    in_s3 = ArtifactSettings(results=ArtifactStore.S3, landmarks=ArtifactStore.S3)
    async with serving(msgspec.structs.replace(settings, artifacts=in_s3), Readiness()) as client:
        coach = Caller(client, make_token(secret=SECRET))
        job_id = await coach.uploaded()
        claim = await claimed(database, job_id)
        artifacts = artifacts_of(
            database,
            ArtifactObjects(s3, s3, aws_settings.bucket),
            results=ArtifactStore.S3,
            landmarks=ArtifactStore.S3,
        )
        [video] = await keys_of(s3, aws_settings.bucket)
        made = await put_made(artifacts, UUID(job_id), stored().results, stored().landmarks, video)
        await leases.commit_results(database, claim, made)
        _, body = await raw(coach, f"/analysis-jobs/{job_id}", "identity")
        assert bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw])["results"]) == stored().results
        corrected = await correct(coach, job_id, {"ball_release": round(stored().truth_ms("ball_release") - 20)})
        assert (await coach.call("GET", f"/analysis-jobs/{job_id}")).content == corrected.content
        rows = await stored_rows(database)
        assert [(row["kind"], row["store"], row["kept"]) for row in rows] == [
            ("results", "s3", True),
            ("landmarks", "s3", True),
            ("results", "s3", True),
        ]
        directory = video.rpartition("/")[0]
        assert {row["s3_key"].rpartition("/")[0] for row in rows} == {f"{directory}/results", f"{directory}/landmarks"}
        assert await keys_of(s3, aws_settings.bucket) == {video, *(row["s3_key"] for row in rows)}
        assert (await coach.call("DELETE", f"/analysis-jobs/{job_id}")).status_code == 204
        assert await stored_rows(database) == []
        assert await keys_of(s3, aws_settings.bucket) == set()
        # What could not be deleted at once, or came later, a sweeper finds by these.
        async with database.connect() as connection:
            buried = (await connection.execute(text("SELECT key FROM deleted_objects"))).scalars().all()
        assert {row["s3_key"] for row in rows} <= set(buried)


async def test_results_whose_object_is_gone_cannot_be_read(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    job_id = await coach.uploaded()
    claim = await claimed(database, job_id)
    objects = ArtifactObjects(s3, s3, aws_settings.bucket)
    made = await put_made(artifacts_of(database, objects, results=ArtifactStore.S3), UUID(job_id), b"{}", b"")
    await leases.commit_results(database, claim, made)
    assert made.results.s3_key is not None
    await objects.delete(made.results.s3_key)
    assert_is_problem(await coach.call("GET", f"/analysis-jobs/{job_id}"), 500, "result_unreadable")


async def test_corrections_that_overtake_each_other_leave_no_artifact_over(
    coach: Caller, database: Database, job_id: str
) -> None:
    release_ms = round(stored().truth_ms("ball_release"))
    answers = await asyncio.gather(*(correct(coach, job_id, {"ball_release": release_ms - n}) for n in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    rows = await stored_rows(database)
    assert ([row["kept"] for row in rows], len(rows)) == ([True] * 6, 6)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
async def test_curl_reads_it_from_the_real_server(settings: ApiSettings, coach: Caller, job_id: str) -> None:
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving_it = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/coaches/plus/analysis-jobs/{job_id}"
        authorization = f"Authorization: Bearer {coach.token}"
        for options in (["--compressed"], []):
            command = ["curl", "-sS", "--fail", "--retry", "20", "--retry-connrefused", *options, "-H", authorization]
            curl = await asyncio.create_subprocess_exec(*command, url, stdout=asyncio.subprocess.PIPE)
            body, _ = await curl.communicate()
            assert curl.returncode == 0
            assert bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw])["results"]) == stored().results
        server.should_exit = True
        await serving_it
