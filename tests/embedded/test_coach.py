"""The demo's client reads what a later API answers."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from cricksy.embedded.coach import CoachClient
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle

ANSWER = {
    "job_id": "not looked at",
    "status": "a later one",
    "stage": "measuring_the_ball",
    "progress": 40,
    "final": False,
    "results": {"schema": 99, "pose": None, "something": ["new"]},
}


async def test_waiting_reads_no_more_than_it_needs() -> None:
    answers = iter([ANSWER, ANSWER | {"stage": None, "progress": 100, "final": True}])
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=next(answers)))
    seen: list[tuple[str | None, int]] = []
    async with httpx.AsyncClient(transport=transport) as client:
        coach = CoachClient(client, "http://api.test", "token")
        await coach.wait(uuid4(), lambda stage, percent: seen.append((stage, percent)))
    assert seen == [("measuring_the_ball", 40), (None, 100)]


async def test_a_session_says_what_the_player_is() -> None:
    sent: list[dict[str, Any]] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(await request.aread()))
        session = {
            "session_id": str(uuid4()),
            "status": "pending",
            "title": "Nets",
            "created_at": "2026-11-28T12:00:00Z",
        }
        return httpx.Response(201, json=session | sent[-1])

    player = PlayerFacts(height_cm=172, age_group=AgeGroup.U15, bowling_style=BowlingStyle.SPIN)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        coach = CoachClient(client, "http://api.test", "token")
        await coach.create_session("Nets", player)
        await coach.create_session("Nets")
    facts = [{name: body.get(name) for name in ("height_cm", "age_group", "bowling_style")} for body in sent]
    assert facts[0] == {"height_cm": 172, "age_group": "u15", "bowling_style": "spin"}
    assert set(facts[1].values()) == {None}


async def test_a_large_video_goes_in_parts(tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"0123456789")
    job_id = str(uuid4())
    received: dict[str, Any] = {}
    parts = [{"number": number, "url": f"http://s3.test/{number}"} for number in (1, 2, 3)]

    async def answer(request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if request.url.host == "s3.test":
            received[request.url.path] = (request.headers["Content-Length"], body)
            return httpx.Response(200, headers={"ETag": f'"{request.url.path[1:]}"'})
        received[request.url.path.rpartition("/")[2]] = json.loads(body)
        initiated = {
            "job_id": job_id,
            "session_id": job_id,
            "presigned_url": None,
            "required_headers": {},
            "upload": {"part_size": 4, "parts": parts},
            "s3_bucket": "b",
            "s3_key": "k",
            "expires_in": 900,
        }
        completed = {"job_id": job_id, "status": "processing", "sqs_message_id": "m"}
        return httpx.Response(200, json=initiated if "initiate" in request.url.path else completed)

    sent: list[int] = []
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        coach = CoachClient(client, "http://api.test", "token")
        await coach.complete(await coach.upload(UUID(job_id), video, sent.append))
    assert [received[f"/{number}"] for number in (1, 2, 3)] == [("4", b"0123"), ("4", b"4567"), ("2", b"89")]
    assert received["complete"]["parts"] == [{"number": number, "etag": f'"{number}"'} for number in (1, 2, 3)]
    assert sum(sent) == 10
