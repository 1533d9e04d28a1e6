"""The typed Python client runs the flow, and its types are those of the OpenAPI document."""

import asyncio
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import text
from tests.support.analysed import analysing
from tests.support.api import VIDEO, make_token
from tests.support.listening import listening

import cricksy_client
from cricksy.api.app import PREFIX
from cricksy.data.engine import Database
from cricksy.settings import ApiSettings
from cricksy_client import ApiError, Client

STRUCTS = [kind for _, kind in inspect.getmembers(cricksy_client, inspect.isclass) if issubclass(kind, msgspec.Struct)]


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
async def test_its_types_are_those_of_the_document(struct: type[msgspec.Struct], anonymous: httpx.AsyncClient) -> None:
    document = (await anonymous.get("/docs/openapi.json")).json()
    schema: Mapping[str, Any] = document["components"]["schemas"][struct.__name__]
    for field in msgspec.structs.fields(struct):
        assert field.name in schema["properties"]
        assert field.name in schema["required"] or not field.required


async def test_it_uploads_videos_whole_and_in_parts_and_reads_their_reports(
    settings: ApiSettings, database: Database, tmp_path: Path
) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(VIDEO)

    def flow(api: str) -> None:
        with Client(api, make_token()) as client:
            session = client.create_session("Nets", ["p1"], discipline="bowling")
            initiated = client.initiate(session.session_id, video)
            client.upload(initiated, video)
            client.upload(initiated, video)  # after an answer that was lost
            *_, last = client.progress(initiated.job_id)
            assert (last.final, last.progress) == (True, 100)
            job = client.job(initiated.job_id)
            assert job.results is not None
            assert job.results.report.summary
            assert any(metric.value is not None for metric in job.results.metrics.values())
            in_parts = client.analyse(session.session_id, video, multipart=True)
            assert (in_parts.status, in_parts.error_code) == ("completed", None)
            line, *_ = client.player_progress("p1", discipline="bowling").items
            assert [point.job_id for point in line.points] == [initiated.job_id, in_parts.job_id]
            assert line.change is not None
            assert (line.change.value, line.change.is_beyond_error) == (0, False)
            assert client.player_progress("p1", name=line.name, to="2026-01-01").items == []
            assert [week.balls for week in client.player_load("p1").weeks][-1] == 2
            lines = [msgspec.json.decode(line) for line in client.export_player("p1")]
            assert [next(iter(line)) for line in lines].count("results") == 2
            assert lines[-1] == {"end": {"sessions": 1, "jobs": 2, "problem": None}}
            client.delete_session(session.session_id)
            client.create_session("Nets", ["p1"])
            client.delete_player("p1")
            with pytest.raises(ApiError, match="not_found"):
                list(client.export_player("p1"))
            with pytest.raises(ApiError, match="not_found") as gone:
                client.job(initiated.job_id)
            assert gone.value.problem.status == 404
            with pytest.raises(ApiError, match="title"):
                client.create_session("", ["p1"])

    async with listening(settings) as api, analysing(database):
        await asyncio.to_thread(flow, api.url + PREFIX)


async def test_a_quota_that_lasts_for_hours_is_an_error_and_no_wait(settings: ApiSettings, tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(VIDEO)

    def flow(api: str) -> None:
        with Client(api, make_token()) as client:
            session = client.create_session("Nets", ["p1"])
            client.initiate(session.session_id, video)
            with pytest.raises(ApiError) as refused:
                client.initiate(session.session_id, video)
            assert (refused.value.problem.status, refused.value.problem.code) == (429, "quota_exceeded")

    one_a_day = msgspec.structs.replace(settings.limits, jobs_per_day=1)
    async with listening(msgspec.structs.replace(settings, limits=one_a_day)) as api:
        await asyncio.to_thread(flow, api.url + PREFIX)


async def test_a_busy_api_is_asked_again_and_creates_once(
    settings: ApiSettings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(cricksy_client.time, "sleep", waits.append)
    keys: list[str] = []
    answers = [
        httpx.ReadError("lost"),
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503),
    ]
    send = httpx.Client.request

    def request(client: httpx.Client, *arguments: Any, **options: Any) -> httpx.Response:
        keys.append(options["headers"]["Idempotency-Key"])
        response = send(client, *arguments, **options)
        match answers.pop(0) if answers else response:
            case httpx.Response() as answer:
                return answer
            case error:
                raise error

    monkeypatch.setattr(httpx.Client, "request", request)

    def flow(api: str) -> str:
        with Client(api, make_token()) as client:
            return client.create_session("Nets", ["p1"]).session_id

    async with listening(settings) as api:
        session_id = await asyncio.to_thread(flow, api.url + PREFIX)
    assert (waits, len(set(keys)), len(keys)) == ([1, 7.0, 4], 1, 4)
    async with database.connect() as connection:
        assert [str(row.id) for row in await connection.execute(text("SELECT id FROM sessions"))] == [session_id]
