"""The demo's client reads what a later API answers."""

from uuid import uuid4

import httpx

from cricksy.embedded.coach import CoachClient

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
