"""What a job makes: its results, its landmarks and its stills, each one artifact in PostgreSQL or S3.

An attempt puts each artifact under an id of its own, which nothing refers to yet. The write that completes the job, or
that corrects its results, keeps it with :func:`keep` in the same transaction. What was put and never kept, because the
lease was lost or the worker died, is an orphan, and a sweeper collects it.

The row of an S3 object is written before the object and deleted after it, and the row's end leaves its key in
``deleted_objects``, so no object is ever without a row or a tombstone.
"""

import asyncio
import zlib
from collections.abc import Collection
from typing import Any, Final, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update
from uuid_utils.compat import uuid7

from cricksy import gzipped
from cricksy.data.engine import Database, Transaction
from cricksy.data.jobs import owned, seconds_from_now
from cricksy.data.models import Artifact, Job
from cricksy.data.sessions import Owner
from cricksy.results.upgrade import UnreadableResults, schema_of
from cricksy.settings import ArtifactSettings
from cricksy.vocabulary import ArtifactEncoding, ArtifactKind, ArtifactStore

_ENDINGS: Final = {ArtifactKind.RESULTS: "json.gz", ArtifactKind.LANDMARKS: "npz", ArtifactKind.STILLS: "bin"}
_IN_A_THREAD: Final = 1 << 17
"""Bytes of gzip from which decompressing them takes milliseconds, in which an event loop has other things to do."""


class ArtifactGone(Exception):  # noqa: N818 - a state, not a defect
    """The sweeper, or the job's deletion, was faster than what would have kept the artifact."""


class JobGone(Exception):  # noqa: N818 - a state, not a defect
    """The job of a new artifact was deleted."""


class ArtifactDamaged(Exception):  # noqa: N818 - of what is stored, not of the program
    """Stored bytes are not what their row says."""


class Objects(Protocol):
    """The bucket. What its methods raise passes through."""

    async def put(self, key: str, body: bytes) -> None:
        """Write the object."""
        ...

    async def get(self, key: str) -> bytes:
        """Read the object."""
        ...

    async def delete(self, key: str) -> None:
        """Delete the object; one that is not there is no error."""
        ...


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact that exists, and where its bytes are."""

    id: UUID | None
    """``None`` where an earlier release stored it, in a row that is no artifact."""
    encoding: ArtifactEncoding = ArtifactEncoding.IDENTITY
    data: bytes | None = None
    """As stored; ``None`` where they are in S3."""
    s3_key: str | None = None
    schema: int | None = None
    """Of results: the number of their schema, where it was read when they were written."""
    about: dict[str, Any] | None = None


COLUMNS: Final = (Artifact.id, Artifact.encoding, Artifact.data, Artifact.s3_key, Artifact.schema, Artifact.about)


class Artifacts:
    """The port: puts, gets and deletes artifacts, wherever the settings and their rows say."""

    def __init__(self, database: Database, objects: Objects, settings: ArtifactSettings) -> None:
        self._database = database
        self._objects = objects
        self._settings = settings

    async def put(
        self, job_id: UUID, video_key: str, kind: ArtifactKind, data: bytes, about: dict[str, Any] | None = None
    ) -> Stored:
        """Store ``data``, results compressed, as an artifact that nothing keeps yet.

        ``video_key``: the S3 key of the job's video; an artifact in S3 lies beside it. Raises :class:`JobGone`.
        """
        encoding, schema = ArtifactEncoding.IDENTITY, None
        if kind is ArtifactKind.RESULTS:
            encoding, schema = ArtifactEncoding.GZIP, _schema_of(data)
            data = await asyncio.to_thread(gzipped.compress, data)
        artifact_id = uuid7()
        in_s3 = self._settings.of(kind) is ArtifactStore.S3
        key = f"{video_key.rpartition('/')[0]}/{kind}/{artifact_id}.{_ENDINGS[kind]}" if in_s3 else None
        statement = insert(Artifact).values(
            id=artifact_id,
            job_id=job_id,
            kind=kind,
            store=ArtifactStore.S3 if in_s3 else ArtifactStore.POSTGRES,
            s3_key=key,
            data=None if in_s3 else data,
            encoding=encoding,
            bytes=len(data),
            schema=schema,
            about=about,
        )
        job = select(Job.id).where(Job.id == job_id).with_for_update(read=True, key_share=True)
        async with self._database.begin() as transaction:
            if (await transaction.execute(job)).scalar_one_or_none() is None:
                raise JobGone
            await transaction.execute(statement)
        if key is not None:
            await self._objects.put(key, data)
        return Stored(id=artifact_id, encoding=encoding, data=data, s3_key=key, schema=schema, about=about)

    async def get(self, stored: Stored) -> bytes:
        """The bytes as they are stored, so perhaps compressed."""
        if stored.data is not None:
            return stored.data
        if stored.s3_key is None:
            raise ArtifactDamaged("neither data nor an S3 key")
        return await self._objects.get(stored.s3_key)

    async def get_plain(self, stored: Stored) -> bytes:
        """The bytes that were put. Raises :class:`ArtifactDamaged`."""
        return await plain(stored, await self.get(stored))

    async def delete(self, stored: Stored) -> None:
        """Delete the artifact with its object, unless something keeps it."""
        await self._delete(Artifact.id == stored.id)

    async def collect_orphan(self, age_seconds: float) -> UUID | None:
        """Delete one artifact put more than ``age_seconds`` ago that nothing keeps; ``None`` where there is none."""
        oldest = select(Artifact.id).where(~Artifact.kept, Artifact.created_at < seconds_from_now(-age_seconds))
        chosen = oldest.order_by(Artifact.created_at).limit(1).with_for_update(skip_locked=True)
        return await self._delete(Artifact.id == chosen.scalar_subquery())

    async def _delete(self, which: ColumnElement[bool]) -> UUID | None:
        statement = delete(Artifact).where(which, ~Artifact.kept).returning(Artifact.id, Artifact.s3_key)
        async with self._database.begin() as transaction:
            row = (await transaction.execute(statement)).one_or_none()
        if row is None:
            return None
        if row.s3_key is not None:
            # Its tombstone was written with the row's end: what is not deleted now is deleted later.
            await self._objects.delete(row.s3_key)
        return row.id


async def plain(stored: Stored, data: bytes) -> bytes:
    """What was put, from the bytes as stored. Raises :class:`ArtifactDamaged`."""
    if stored.encoding is ArtifactEncoding.IDENTITY:
        return data
    try:
        if len(data) < _IN_A_THREAD:
            return gzipped.decompress(data)
        return await asyncio.to_thread(gzipped.decompress, data)
    except zlib.error as error:
        raise ArtifactDamaged(f"not gzip: {error}") from error


async def keep(transaction: Transaction, job_id: UUID, artifacts: Collection[Stored]) -> None:
    """Let the artifacts outlive the sweeps: the transaction also writes what refers to them.

    Raises :class:`ArtifactGone` where one of them is gone, or is another job's.
    """
    ids = [artifact.id for artifact in artifacts]
    statement = update(Artifact).where(Artifact.id.in_(ids), Artifact.job_id == job_id).values(kept=True)
    if (await transaction.execute(statement)).rowcount != len(ids):
        raise ArtifactGone


async def read_stills(database: Database, owner: Owner, job_id: UUID) -> Stored | None:
    """The stills of a job; ``None`` where it has none, or the owner has no such job."""
    statement = select(*COLUMNS).join(Job, Job.stills_id == Artifact.id).where(owned(owner, job_id))
    async with database.connect() as connection:
        row = (await connection.execute(statement)).mappings().one_or_none()
    return None if row is None else Stored(**row)


def _schema_of(results: bytes) -> int | None:
    try:
        return schema_of(results)
    except UnreadableResults:
        return None
