import re
import subprocess
from typing import Any

import pytest
from sqlalchemy import Connection, Enum, func, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.data.engine import Database
from cricksy.data.models import Base, Job, idle_since
from cricksy.embedded.postgres import tool


def dump(database_url: str) -> list[str]:
    """The schema as PostgreSQL itself writes it, each statement apart, in one order."""
    done = subprocess.run(
        [tool("pg_dump"), "--schema-only", "--no-owner", database_url.replace("+asyncpg", "")],
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    statements = re.sub(r"^(--|SET |SELECT pg_catalog|\\).*$", "", done.stdout, flags=re.MULTILINE).split(";\n")
    return sorted(statement.strip() for statement in statements if statement.strip())


def columns_of(connection: Connection) -> dict[str, Any]:
    """Of each table in the database: its columns with type and whether null is allowed, and its primary key."""
    found = inspect(connection)
    return {
        table: {
            "columns": {
                column["name"]: (written(column["type"]), column["nullable"]) for column in found.get_columns(table)
            },
            "key": found.get_pk_constraint(table)["constrained_columns"],
        }
        for table in found.get_table_names()
    }


def written(kind: TypeEngine[Any]) -> str:
    """A type as SQL, an enum with its values."""
    values = f" {kind.enums}" if isinstance(kind, Enum) else ""
    return kind.compile(postgresql.dialect()) + values


async def test_the_models_know_the_columns_of_schema_sql(database: Database) -> None:
    async with database.connect() as connection:
        found = await connection.run_sync(columns_of)
    assert found == {
        name: {
            "columns": {column.name: (written(column.type), column.nullable) for column in table.columns},
            "key": [column.name for column in table.primary_key],
        }
        for name, table in Base.metadata.tables.items()
    }


async def test_the_sweeper_finds_its_jobs_by_their_index(database: Database) -> None:
    longest = select(Job.id).where(~Job.final, idle_since < func.now()).order_by(idle_since).limit(1)
    query = longest.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    async with database.connect() as connection:
        # There are no rows, which no index makes quicker to find.
        await connection.execute(text("SET enable_seqscan = off"))
        plan = (await connection.execute(text(f"EXPLAIN {query}"))).scalars().all()
    assert any("Index Scan using jobs_idle" in line for line in plan), plan


SESSION = "INSERT INTO sessions (id, owner_type, owner_id, title, player_ids) VALUES (:id, 'coach', 'c', 't', '{}')"
JOB = """
    INSERT INTO jobs (id, session_id, video_id, sample_fps, include_frames, content_type, request_id, trace_id)
    VALUES (gen_random_uuid(), :id, gen_random_uuid(), 15, true, 'video/mp4', gen_random_uuid(), 't')
"""
PROCESSING = "status = 'processing', sqs_message_id = 'm', started_at = now()"
WAITING = "stage = 'waiting', sent_at = now()"
LEASE = "lease_token = gen_random_uuid(), lease_expires_at = now()"
COMPLETED = (
    "status = 'completed', final = true, progress = 100, sqs_message_id = 'm', started_at = now(), "
    "completed_at = now(), results = '{}'"
)
FAILED = "status = 'failed', completed_at = now(), error_code = 'x', error_message = 'y'"


@pytest.fixture
async def job(database: Database) -> Database:
    """A database with one queued job."""
    async with database.begin() as transaction:
        session = {"id": "01a20516-e673-76bb-bc80-57235ccb2882"}
        await transaction.execute(text(SESSION), session)
        await transaction.execute(text(JOB), session)
    return database


WHOLE = [
    "attempts = 0",
    f"{PROCESSING}, {WAITING}",
    f"{PROCESSING}, stage = 'downloading', {LEASE}, attempts = 3",
    COMPLETED,
    f"{FAILED}, {WAITING}",
    f"{FAILED}, final = true",
]
IMPOSSIBLE = [
    WAITING,
    "sent_at = now()",
    "sqs_message_id = 'm'",
    "results = '{}'",
    "attempts = 4",
    "progress = 101",
    LEASE,
    "status = 'processing'",
    f"{PROCESSING}, {LEASE}",
    f"{PROCESSING}, {WAITING}, sent_at = NULL",
    f"{PROCESSING}, {WAITING}, sqs_message_id = NULL",
    f"{PROCESSING}, {WAITING}, completed_at = now()",
    f"{PROCESSING}, {WAITING}, results = '{{}}'",
    f"{PROCESSING}, {WAITING}, {LEASE}",
    f"{PROCESSING}, {WAITING}, error_code = 'x', error_message = 'y'",
    f"{PROCESSING}, stage = 'downloading'",
    f"{PROCESSING}, stage = 'downloading', lease_token = gen_random_uuid()",
    f"{PROCESSING}, stage = 'downloading', {LEASE}, sent_at = now()",
    f"{COMPLETED}, results = NULL",
    f"{COMPLETED}, completed_at = NULL",
    f"{COMPLETED}, error_code = 'x', error_message = 'y'",
    f"{COMPLETED}, {LEASE}",
    f"{COMPLETED}, final = false",
    f"{FAILED}, stage = 'downloading'",
    f"{FAILED}, stage = 'waiting'",
    f"{FAILED}, {WAITING}, final = true",
    FAILED,
    f"{FAILED}, final = true, error_message = NULL",
    f"{FAILED}, final = true, completed_at = NULL",
    f"{FAILED}, final = true, results = '{{}}'",
]


async def set_state(transaction: AsyncConnection, state: str) -> int:
    """How many rows the update changes. A field named twice keeps its last value."""
    columns = dict(part.split(" = ", 1) for part in state.split(", "))
    assignments = ", ".join(f"{name} = {value}" for name, value in columns.items())
    return (await transaction.execute(text(f"UPDATE jobs SET {assignments}"))).rowcount


async def test_a_whole_state_is_accepted(job: Database, subtests: pytest.Subtests) -> None:
    async with job.begin() as transaction:
        for state in WHOLE:
            with subtests.test(state):
                async with transaction.begin_nested() as savepoint:
                    assert await set_state(transaction, state) == 1
                    await savepoint.rollback()


async def test_a_state_without_its_fields_is_impossible(job: Database, subtests: pytest.Subtests) -> None:
    async with job.begin() as transaction:
        for state in IMPOSSIBLE:
            with subtests.test(state), pytest.raises(IntegrityError):
                async with transaction.begin_nested():
                    await set_state(transaction, state)
