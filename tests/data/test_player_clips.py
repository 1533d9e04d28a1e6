"""The numbers of an owner with ten thousand clips, and what a worker is told of a player's earlier ones."""

import time
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.data.test_lists import nodes, plan_of, rows_read
from tests.support.jobs import make_job
from tests.support.services import copied_database
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.data.engine import Database, connected
from cricksy.data.past import EARLIER, PLANS_BEFORE, read_past
from cricksy.data.player_clips import NumberFilter, numbers_of, read_bowling, read_numbers
from cricksy.data.sessions import Owner
from cricksy.results.player import Filmed
from cricksy.vocabulary import Discipline, OwnerType

CLIPS = 10_000
NAMES = 20
OWNER = Owner(OwnerType.COACH, "big")
# Clips of ten players, one an hour, every fifth of them of batting; times rise with the number, as in UUIDv7.
_ID = "(lpad(to_hex(n), 12, '0') || '7000' || '8000' || '000000000000')::uuid"
_AT = "timestamptz '2026-01-01 00:00Z' + n * interval '1 hour'"
_PLAYER = "'p' || n % 10"
_DISCIPLINE = "CASE WHEN n / 10 % 5 = 0 THEN 'batting'::discipline ELSE 'bowling' END"
_FILL = (
    "ALTER TABLE sessions DISABLE TRIGGER USER",
    f"""
    INSERT INTO sessions (id, owner_type, owner_id, title, player_ids)
    SELECT {_ID}, 'coach', 'big', 'x', ARRAY[{_PLAYER}] FROM generate_series(1, {CLIPS}) AS n
    """,
    f"""
    INSERT INTO jobs (id, session_id, video_id, sample_fps, include_frames, content_type, request_id, trace_id,
        created_at)
    SELECT {_ID}, {_ID}, {_ID}, 15, true, 'video/mp4', {_ID}, 'x', {_AT} FROM generate_series(1, {CLIPS}) AS n
    """,
    f"""
    INSERT INTO clips (job_id, owner_type, owner_id, player_id, filmed_at, discipline, deliveries, drill_ids)
    SELECT {_ID}, 'coach', 'big', {_PLAYER}, {_AT}, {_DISCIPLINE}, CASE WHEN n / 10 % 5 = 0 THEN 0 ELSE 6 END,
        ARRAY['d' || n]
    FROM generate_series(1, {CLIPS}) AS n
    """,
    f"""
    INSERT INTO numbers (job_id, name, session_id, owner_type, owner_id, player_id, discipline, filmed_at, kind, value,
        uncertainty, unit, confidence, height_cm)
    SELECT {_ID}, 'n' || k, {_ID}, 'coach', 'big', {_PLAYER}, {_DISCIPLINE}, {_AT}, 'measure', n, 1, 'deg', 0.9, 170
    FROM generate_series(1, {CLIPS}) AS n, generate_series(1, {NAMES}) AS k
    """,
    "ALTER TABLE sessions ENABLE TRIGGER USER",
    "ANALYZE sessions, jobs, clips, numbers",
)


@pytest.fixture(scope="module")
async def full(postgres: str, schema_template: str) -> AsyncIterator[Database]:
    """Read by each test; what one of them adds is of another owner."""
    async with (
        copied_database(postgres, schema_template) as url,
        connected(url, application="tests", statement_seconds=PATIENCE_SECONDS) as database,
    ):
        async with database.begin() as transaction:
            for statement in _FILL:
                await transaction.execute(text(statement.replace(":", r"\:")))
        yield database


def job(number: int) -> UUID:
    return UUID(f"{number:012x}70008000000000000000")


@pytest.mark.parametrize(
    ("which", "lines"),
    [
        (NumberFilter(), 2 * NAMES),
        (NumberFilter(name="n7"), 2),
        (NumberFilter(discipline=Discipline.BATTING), NAMES),
        (NumberFilter(name="n7", first=date(2026, 3, 1), last=date(2026, 7, 1)), 2),
    ],
    ids=["all", "name", "discipline", "days"],
)
async def test_the_numbers_of_a_player_are_found_by_their_index(
    full: Database, which: NumberFilter, lines: int
) -> None:
    limit = 50
    plan = await plan_of(full, numbers_of(OWNER, "p3", which, limit=limit))
    assert "Seq Scan" not in {node["Node Type"] for node in plan}
    assert "numbers_player" in {node.get("Index Name") for node in plan}
    # A step for each line, and for each name and discipline that there is not, beside the points themselves.
    assert rows_read(plan) <= lines * limit + 2 * (2 * NAMES + 1)
    started = time.perf_counter()
    told = await read_numbers(full, OWNER, "p3", which, limit=limit)
    assert time.perf_counter() - started < 5
    assert len({(one.name, one.discipline) for one in told}) == lines
    assert len(told) == lines * limit
    assert all(int(one.value) % 10 == 3 for one in told)
    assert [one.at for one in told[:limit]] == sorted((one.at for one in told[:limit]), reverse=True)


async def test_a_player_without_numbers_has_none(full: Database) -> None:
    assert await read_numbers(full, OWNER, "p10", NumberFilter(), limit=5) == []
    assert await read_numbers(full, Owner(OwnerType.ORG, "big"), "p3", NumberFilter(), limit=5) == []
    assert (await read_bowling(full, OWNER, "p10", days=91)).days == []


async def test_a_worker_is_told_of_the_newest_clip_of_each_discipline_and_of_the_week(full: Database) -> None:
    earlier, filmed = await read_past(full, job(1113), None)
    assert [(clip.discipline, clip.job_id) for clip in earlier] == [
        (Discipline.BATTING, str(job(1103))),
        (Discipline.BOWLING, str(job(1093))),
    ]
    assert [number.value for number in earlier[0].numbers] == [1103.0] * NAMES
    assert earlier[0].drill_ids == [f"d{1103}"]
    assert earlier[0].plans_before == [[f"d{n}"] for n in range(1053, 1053 - 7 * 50, -50)]
    assert earlier[1].plans_before == [[f"d{n}"] for n in range(1083, 983, -10) if n // 10 % 5][:7]
    assert earlier[0].height_cm == 170
    # In seven days the player has a clip every ten hours, four of five of bowling.
    within = [n for n in range(1113 - 168 + 1, 1113) if n % 10 == 3]
    bowled = [n for n in within if n // 10 % 5]
    days = {n // 24 for n in bowled}
    assert filmed == Filmed(balls=6 * len(bowled), days=len(days), own_day=1113 // 24 in days)
    _, next_day = await read_past(full, job(1123), None)
    assert filmed is not None
    assert next_day is not None
    assert (filmed.own_day, next_day.own_day) == (False, True)
    only, _ = await read_past(full, job(1113), Discipline.BOWLING)
    assert only == (earlier[1],)


async def test_a_worker_is_told_nothing_of_a_first_clip_or_one_of_nobody(full: Database) -> None:
    assert await read_past(full, job(3), None) == ((), Filmed(balls=0, days=0))
    assert await read_past(full, await make_job(full), None) == ((), None)


async def test_the_plans_of_a_worker_use_the_indexes(full: Database) -> None:
    async with full.connect() as connection:
        statement = """
            EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM clips
            WHERE owner_type = 'coach' AND owner_id = 'big' AND player_id = 'p3' AND discipline = 'bowling'
                AND filmed_at < '2026-12-01' ORDER BY filmed_at DESC, job_id DESC LIMIT 1
        """.replace(":", r"\:")
        (plan,) = (await connection.execute(text(statement))).scalar_one()
    assert "clips_player_newest" in {node.get("Index Name") for node in nodes(plan["Plan"])}


async def test_the_past_of_a_player_is_read_in_steps_of_an_index(full: Database) -> None:
    """Of a thousand clips those of the newest plans, for each discipline."""
    wanted = {"job_id": job(9993), "discipline": None, "plans_before": PLANS_BEFORE}
    async with full.connect() as connection:
        explained = await connection.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {EARLIER.text}"), wanted)
        (plan,) = explained.scalar_one()
    read = nodes(plan["Plan"])
    assert "Seq Scan" not in {node["Node Type"] for node in read}
    assert rows_read([node for node in read if node.get("Relation Name") == "clips"]) <= 2 * (PLANS_BEFORE + 1)
