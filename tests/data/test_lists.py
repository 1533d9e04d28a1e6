"""The plans of lists at a size where a sequential scan would be felt."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import postgresql
from tests.support.waiting import PATIENCE_SECONDS
from uuid_utils.compat import uuid7

from cricksy.data.engine import Database, connected
from cricksy.data.players import list_players, players_page
from cricksy.data.session_list import SessionFilter, list_sessions, sessions_page
from cricksy.data.sessions import Owner
from cricksy.vocabulary import OwnerType, SessionStatus

MANY = 100_000
BIG = Owner(OwnerType.COACH, "big")
"""Has half of the sessions, of ten players."""
SMALL = Owner(OwnerType.COACH, "coach-7")
"""Has one in two thousand."""

# Times rise with the number, as in UUIDv7. Every job is queued.
_SESSIONS = f"""
    INSERT INTO sessions (id, owner_type, owner_id, title, player_ids)
    SELECT (lpad(to_hex(n), 12, '0') || '7000' || '8000' || '000000000000')::uuid, 'coach',
           CASE WHEN n % 2 = 0 THEN 'big' ELSE 'coach-' || n % 2000 END, 'x', ARRAY['p' || n % 10]
    FROM generate_series(1, {MANY}) AS n
"""
_PLAYERS = """
    INSERT INTO session_players
    SELECT owner_type, owner_id, player_id, id FROM sessions, unnest(player_ids) AS player_id
"""
_JOBS = """
    INSERT INTO jobs (id, session_id, video_id, sample_fps, include_frames, content_type, request_id, trace_id)
    SELECT id, id, id, 15, true, 'video/mp4', id, 'x' FROM sessions
"""


@pytest.fixture
async def full(database_url: str) -> AsyncIterator[Database]:
    """A database of a hundred thousand sessions and jobs."""
    async with connected(database_url, application="tests", statement_seconds=PATIENCE_SECONDS) as database:
        async with database.begin() as transaction:
            # What the trigger does a row at a time, in one go.
            await transaction.execute(text("ALTER TABLE sessions DISABLE TRIGGER USER"))
            for statement in (_SESSIONS, _PLAYERS, _JOBS):
                await transaction.execute(text(statement))
            await transaction.execute(text("ALTER TABLE sessions ENABLE TRIGGER USER"))
            await transaction.execute(text("ANALYZE sessions, session_players, jobs"))
        yield database


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", []) for node in nodes(part))]


async def plan_of(database: Database, statement: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    compiled = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    async with database.connect() as connection:
        explained = await connection.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}".replace(":", r"\:")))
        found = explained.scalar_one()
    (plan,) = json.loads(found) if isinstance(found, str) else found
    return nodes(plan["Plan"])


def as_run(statement: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> Select[*tuple[Any, ...]]:
    return statement.params(values)


def rows_read(plan: list[dict[str, Any]]) -> int:
    """Rows that the scans of tables and indexes returned or threw away."""
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in plan
        if "Relation Name" in node
    )


async def test_no_list_reads_a_table_from_end_to_end_and_all_are_right(full: Database) -> None:
    middle = UUID(f"{MANY // 2:012x}70008000000000000000")
    for owner in (BIG, SMALL):
        for which in (SessionFilter(), SessionFilter(player_id="p4"), SessionFilter(status=SessionStatus.PENDING)):
            for before in (None, middle):
                plan = await plan_of(full, as_run(*sessions_page(owner, which, before=before, limit=101)))
                assert "Seq Scan" not in {node["Node Type"] for node in plan}, (owner, which, before)
                assert "Sort" not in {node["Node Type"] for node in plan}, (owner, which, before)
                # Two steps for its key and its job, two for the rest of it, and one for its picture.
                assert rows_read(plan) <= 5 * 101, (owner, which, before)
        plan = await plan_of(full, as_run(*players_page(owner, after=None, limit=101)))
        assert "Seq Scan" not in {node["Node Type"] for node in plan}, owner
    await the_lists_are_right_and_soon_there(full)


async def the_lists_are_right_and_soon_there(full: Database) -> None:
    started = time.perf_counter()
    page = await list_sessions(full, BIG, SessionFilter(player_id="p4"), before=None, limit=100)
    assert [item.player_ids[0] for item in page] == ["p4"] * 100
    assert [item.session_id for item in page] == sorted((item.session_id for item in page), reverse=True)
    players = await list_players(full, BIG, after=None, limit=100)
    assert {player.player_id: player.sessions for player in players} == {
        f"p{digit}": MANY // 10 for digit in (0, 2, 4, 6, 8)
    }
    # The worst case: no session is in the state that is asked for.
    assert await list_sessions(full, BIG, SessionFilter(status=SessionStatus.READY), before=None, limit=100) == []
    assert await list_sessions(full, BIG, SessionFilter(), before=uuid7(), limit=1) == (
        await list_sessions(full, BIG, SessionFilter(), before=None, limit=1)
    )
    assert time.perf_counter() - started < 5
