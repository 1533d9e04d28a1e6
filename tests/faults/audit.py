"""The audit table of a run, and the little else that the harness asks the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from cricksy.data.artifacts import Artifacts, Objects, Stored
from cricksy.data.engine import Database
from cricksy.settings import ArtifactSettings
from cricksy.vocabulary import ArtifactEncoding

_SCRIPT = Path(__file__).with_name("audit.sql")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the audit table."""

    seq: int
    at: datetime
    job_id: UUID
    client_port: int | None
    old_status: str
    new_status: str
    was_final: bool
    is_final: bool
    old_token: UUID | None
    new_token: UUID | None
    was_held: bool
    old_attempts: int
    new_attempts: int
    error_code: str | None
    results_name: str | None

    @property
    def is_claim(self) -> bool:
        return self.new_token is not None and self.new_token != self.old_token

    @property
    def is_completion(self) -> bool:
        return self.new_status == "completed" and not self.was_final


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a job."""

    id: UUID
    status: str
    final: bool
    attempts: int
    error_code: str | None
    results_name: str | None
    """As the audit names them."""
    results: bytes | None
    """As they were put, wherever they are."""


async def install(database: Database) -> None:
    async with database.begin() as transaction:
        # The driver itself takes a script of many statements.
        driver: Any = (await transaction.get_raw_connection()).driver_connection
        await driver.execute(_SCRIPT.read_text())


async def unfinished_jobs(database: Database) -> set[str]:
    return {str(row["id"]) for row in await _rows(database, "SELECT id FROM jobs WHERE NOT final")}


async def latest(database: Database) -> int:
    """Number of the newest change; 0 where there is none."""
    [row] = await _rows(database, "SELECT COALESCE(max(seq), 0) AS seq FROM audit")
    return int(row["seq"])


async def changes(database: Database) -> list[Change]:
    return [Change(**row) for row in await _rows(database, "SELECT * FROM audit ORDER BY seq")]


async def job_rows(database: Database, objects: Objects) -> list[JobRow]:
    artifacts = Artifacts(database, objects, ArtifactSettings())
    statement = """
        SELECT jobs.id, status::text, final, attempts, error_code, results AS inline, encoding::text, data,
            s3_key_of_results AS s3_key, COALESCE(results_id::text, encode(sha256(results), 'hex')) AS results_name
        FROM jobs LEFT JOIN (
            SELECT id AS artifact_id, encoding, data, artifacts.s3_key AS s3_key_of_results FROM artifacts
        ) AS artifact ON artifact_id = results_id
        ORDER BY jobs.id
    """
    rows = [dict(row) for row in await _rows(database, statement)]
    for row in rows:
        inline, encoding, data, key = (row.pop(name) for name in ("inline", "encoding", "data", "s3_key"))
        row["results"] = inline
        if encoding is not None:
            stored = Stored(id=None, encoding=ArtifactEncoding(encoding), data=data, s3_key=key)
            row["results"] = await artifacts.get_plain(stored)
    return [JobRow(**row) for row in rows]


async def _rows(database: Database, statement: str) -> Sequence[Mapping[str, Any]]:
    async with database.connect() as connection:
        return [dict(row) for row in (await connection.execute(text(statement))).mappings()]
