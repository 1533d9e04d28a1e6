"""A coach's client: creates a session, uploads a video straight to S3 and waits for the job."""

import asyncio
import base64
import hashlib
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
import msgspec

from cricksy.api.app import PREFIX
from cricksy.api.bodies import (
    CompletedUpload,
    CompleteUpload,
    CreateSession,
    InitiatedUpload,
    InitiateUpload,
    SessionView,
)
from cricksy.api.part_bodies import MultipartUpload, UploadedPart
from cricksy.embedded.process import StackError
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import ContentType

_T = TypeVar("_T")
_POLL_SECONDS = 0.3
_CHUNK_BYTES = 1 << 18
_CONTENT_TYPES = {
    ".mp4": ContentType.MP4,
    ".m4v": ContentType.MP4,
    ".mov": ContentType.QUICKTIME,
    ".webm": ContentType.WEBM,
}


class _Problem(msgspec.Struct):
    """The part of an RFC 9457 problem that is for people."""

    title: str
    detail: str = ""
    errors: list[dict[str, str]] = []


class _Progress(msgspec.Struct):
    """Of a job, what a client waits for. The rest is not decoded, so a newer API may answer more, and other stages."""

    stage: str | None
    progress: int
    final: bool


class CoachClient:
    """Calls the API. Methods raise :class:`StackError` with the answer of the API or S3."""

    def __init__(self, client: httpx.AsyncClient, api_url: str, token: str) -> None:
        self._client = client
        self._url = f"{api_url}{PREFIX}"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    async def create_session(self, title: str, player: PlayerFacts | None = None) -> UUID:
        facts = player or PlayerFacts()
        session = CreateSession(
            title=title,
            player_ids=[],
            height_cm=facts.height_cm,
            age_group=facts.age_group,
            bowling_style=facts.bowling_style,
        )
        return (await self._call("POST", "/sessions", SessionView, session)).session_id

    async def upload(self, session_id: UUID, video: Path, sent: Callable[[int], None]) -> CompleteUpload:
        """Return what :meth:`complete` takes. ``sent`` is called with the number of bytes of each chunk sent."""
        declared = InitiateUpload(
            session_id=session_id,
            content_type=_CONTENT_TYPES.get(video.suffix.lower(), ContentType.MP4),
            content_length=video.stat().st_size,  # noqa: ASYNC240 - one call on a local file
            checksum_sha256=_sha256(video),
        )
        initiated = await self._call("POST", "/videos/upload/initiate", InitiatedUpload, declared)
        if initiated.upload is not None:
            parts = await self._upload_parts(initiated.upload, video, sent)
            return CompleteUpload(job_id=initiated.job_id, parts=parts)
        if initiated.presigned_url is not None:
            await self._put(initiated.presigned_url, initiated.required_headers, _chunks(video, sent))
        return CompleteUpload(job_id=initiated.job_id)

    async def complete(self, uploaded: CompleteUpload) -> None:
        await self._call("POST", "/videos/upload/complete", CompletedUpload, uploaded)

    async def wait(self, job_id: UUID, progressed: Callable[[str | None, int], None]) -> bytes:
        """The JSON of the job once it is final; ``progressed`` is told its stage and its progress, 0–100."""
        while True:
            answer = await self._send("GET", f"/analysis-jobs/{job_id}")
            job = msgspec.json.decode(answer, type=_Progress)
            progressed(job.stage, job.progress)
            if job.final:
                return answer
            await asyncio.sleep(_POLL_SECONDS)

    async def _upload_parts(
        self, upload: MultipartUpload, video: Path, sent: Callable[[int], None]
    ) -> list[UploadedPart]:
        size = video.stat().st_size  # noqa: ASYNC240 - one call on a local file
        uploaded: list[UploadedPart] = []
        for part in upload.parts:
            start = (part.number - 1) * upload.part_size
            length = min(upload.part_size, size - start)
            headers = {"Content-Length": str(length)}
            answer = await self._put(part.url, headers, _chunks(video, sent, start, length))
            uploaded.append(UploadedPart(number=part.number, etag=answer.headers["ETag"]))
        return uploaded

    async def _put(self, url: str, headers: Mapping[str, str], content: AsyncGenerator[bytes]) -> httpx.Response:
        answer = await self._client.put(url, headers=headers, content=content)
        if answer.is_error:
            raise StackError(f"S3 refused the upload with status {answer.status_code}")
        return answer

    async def _call(self, method: str, path: str, kind: type[_T], body: msgspec.Struct) -> _T:
        return msgspec.json.decode(await self._send(method, path, body), type=kind)

    async def _send(self, method: str, path: str, body: msgspec.Struct | None = None) -> bytes:
        content = None if body is None else msgspec.json.encode(body)
        try:
            answer = await self._client.request(method, f"{self._url}{path}", headers=self._headers, content=content)
        except httpx.HTTPError as error:
            raise StackError(f"the API did not answer {method} {path}: {error or type(error).__name__}") from error
        if answer.is_error:
            raise StackError(f"the API refused {method} {path}: {_reason(answer)}")
        return answer.content


def _reason(answer: httpx.Response) -> str:
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.DecodeError:
        return f"status {answer.status_code}"
    fields = [f"{error['field']}: {error['message']}" for error in problem.errors]
    return "; ".join(fields) or problem.detail or problem.title


def _sha256(video: Path) -> str:
    with video.open("rb") as file:
        return base64.b64encode(hashlib.file_digest(file, "sha256").digest()).decode()


async def _chunks(
    video: Path, sent: Callable[[int], None], start: int = 0, length: int = sys.maxsize
) -> AsyncGenerator[bytes]:
    """``length`` bytes of the video from ``start`` on, or as many as there are."""
    with video.open("rb") as file:
        file.seek(start)
        while chunk := file.read(min(_CHUNK_BYTES, length)):
            length -= len(chunk)
            yield chunk
            sent(len(chunk))
