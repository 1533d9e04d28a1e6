"""A typed client of the Cricksy Coach Plus API, in one file: it needs httpx and msgspec.

>>> with Client("https://api.example/api/coaches/plus", token) as client:
...     session = client.create_session("Tuesday nets", ["player-7"], discipline="bowling")
...     job = client.analyse(session.session_id, Path("delivery.mp4"))
...     print(job.results.report.summary)
"""

import itertools
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote, urlencode

import httpx
import msgspec

TRIES: Final = 6
"""Calls at most, where the API is busy, out of reach or asks to come back."""
LONGEST_WAIT_SECONDS: Final = 60.0
"""Who is asked to come back later than that, as by a daily quota, is told instead of kept waiting."""
POLL_SECONDS: Final = 2.0
_BUSY: Final = {429, 503}
_THERE_ALREADY: Final = 412
_TYPES: Final = {".mov": "video/quicktime", ".webm": "video/webm"}

T = TypeVar("T")


class FieldError(msgspec.Struct):
    field: str
    message: str


class Problem(msgspec.Struct):
    """What the API says of a call that it refuses (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldError] | None = None


class ApiError(Exception):
    """The API refused a call; decide by ``problem.code``, or by ``problem.status`` where the code is not known."""

    def __init__(self, problem: Problem) -> None:
        fields = "".join(f"; {error.field} {error.message}" for error in problem.errors or [])
        super().__init__(f"{problem.code}: {problem.detail}{fields}")
        self.problem = problem


class SessionRecord(msgspec.Struct):
    session_id: str
    title: str
    player_ids: list[str]
    status: str
    created_at: str


class UploadedPart(msgspec.Struct):
    number: int
    etag: str


class PartUrl(msgspec.Struct):
    number: int
    url: str


class RenewedParts(msgspec.Struct):
    part_size: int
    parts: list[PartUrl]
    uploaded: list[UploadedPart]


class InitiatedUpload(msgspec.Struct):
    job_id: str
    session_id: str
    presigned_url: str | None
    """Null for an upload in parts."""
    required_headers: dict[str, str]


class JobProgress(msgspec.Struct):
    status: str
    stage: str | None
    progress: int
    """Per cent done, 0–100."""
    final: bool


class Metric(msgspec.Struct):
    score: float | None
    value: float | None
    unit: str
    error: float | None
    """Half-width of the 90 % interval of ``value``."""
    confidence: float
    reason: str | None
    """Why there is no value; null where there is one."""


class Drill(msgspec.Struct):
    id: str
    name: str
    goal: str
    steps: list[str]
    minutes: int


class Report(msgspec.Struct):
    summary: str
    drills: list[Drill]


class Results(msgspec.Struct):
    metrics: dict[str, Metric]
    report: Report


class JobView(msgspec.Struct):
    job_id: str
    session_id: str
    status: str
    progress: int
    final: bool
    revision: int
    error_code: str | None
    error_message: str | None
    results: Results | None


class NumberPoint(msgspec.Struct):
    job_id: str
    at: str
    value: float
    uncertainty: float
    """Half-width of the 90 % interval of ``value``."""


class NumberChange(msgspec.Struct):
    value: float
    uncertainty: float
    is_beyond_error: bool
    text: str


class NumberLine(msgspec.Struct):
    name: str
    discipline: str
    title: str
    unit: str
    digits: int
    points: list[NumberPoint]
    """From old to new."""
    truncated: bool
    change: NumberChange | None
    """Null for fewer than two points."""


class PlayerProgress(msgspec.Struct):
    player_id: str
    items: list[NumberLine]


class BowledWeek(msgspec.Struct):
    start: str
    balls: int
    days: int
    in_a_row: int


class LoadLimits(msgspec.Struct):
    balls_a_day: int
    balls_a_week: int
    days_a_week: int
    days_in_a_row: int
    source: str


class PlayerLoad(msgspec.Struct):
    player_id: str
    weeks: list[BowledWeek]
    limits: LoadLimits
    text: str


class ExportBroke(Exception):  # noqa: N818 - a state of the API, not a defect
    """An export ended before everything was written: call again."""


class Client:
    """Calls of one coach. Fields that this client does not know are ignored, as the API's version policy asks.

    ``api``: address of the API, with its prefix. Every call raises :class:`ApiError` where the API refuses it, and
    httpx's ``TransportError`` where it stays out of reach.
    """

    def __init__(self, api: str, token: str) -> None:
        self._api = api.rstrip("/")
        self._http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30)
        # Storage takes no token: its URLs are signed.
        self._storage = httpx.Client(timeout=600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.close()
        self._storage.close()

    def create_session(self, title: str, player_ids: list[str], **fields: object) -> SessionRecord:
        """Create a session; ``fields`` are the optional ones of ``CreateSession``."""
        body = {"title": title, "player_ids": player_ids, **fields}
        return self._call(SessionRecord, "POST", "/sessions", body, creates=True)

    def initiate(self, session_id: str, video: Path, **fields: object) -> InitiatedUpload:
        """Reserve a place for a video; ``fields`` are the optional ones of ``InitiateUpload``."""
        body = {
            "session_id": session_id,
            "content_type": _TYPES.get(video.suffix.lower(), "video/mp4"),
            "content_length": video.stat().st_size,
            **fields,
        }
        return self._call(InitiatedUpload, "POST", "/videos/upload/initiate", body, creates=True)

    def upload(self, initiated: InitiatedUpload, video: Path) -> None:
        """Send the video, in parts where it goes in parts, and request the analysis.

        Call it again after a lost connection, even days later: parts that have arrived are not sent again.
        """
        if initiated.presigned_url is None:
            self._complete(initiated.job_id, parts=self._upload_parts(initiated.job_id, video))
            return
        with video.open("rb") as body:
            put = self._storage.put(initiated.presigned_url, content=body, headers=initiated.required_headers)
        if put.status_code != _THERE_ALREADY:
            put.raise_for_status()
        self._complete(initiated.job_id)

    def job(self, job_id: str) -> JobView:
        """The job, and its results once it is completed, without the landmarks of each frame."""
        return self._call(JobView, "GET", f"/analysis-jobs/{job_id}?frames=false")

    def progress(self, job_id: str) -> Iterator[JobProgress]:
        """Each change of the job until it is final, by server-sent events."""
        path = f"{self._api}/analysis-jobs/{job_id}/progress"
        with self._http.stream("GET", path) as response:
            if response.is_error:
                response.read()
                raise ApiError(msgspec.json.decode(response.content, type=Problem))
            for line in response.iter_lines():
                if line.startswith("data:"):
                    yield msgspec.json.decode(line.removeprefix("data:"), type=JobProgress)

    def wait(self, job_id: str) -> JobView:
        """The job when it is final."""
        while not (job := self.job(job_id)).final:
            time.sleep(POLL_SECONDS)
        return job

    def analyse(self, session_id: str, video: Path, **fields: object) -> JobView:
        """Upload a video and wait for its results."""
        initiated = self.initiate(session_id, video, **fields)
        self.upload(initiated, video)
        return self.wait(initiated.job_id)

    def player_progress(self, player_id: str, **query: str) -> PlayerProgress:
        """Each number of the player over time; ``query``: ``name``, ``discipline``, the days ``from`` and ``to``."""
        path = f"/players/{quote(player_id, safe='')}/progress"
        return self._call(PlayerProgress, "GET", f"{path}?{urlencode(query)}" if query else path)

    def player_load(self, player_id: str) -> PlayerLoad:
        """What was filmed of the player's bowling in the last twelve weeks, beside the limits of the age group."""
        return self._call(PlayerLoad, "GET", f"/players/{quote(player_id, safe='')}/load")

    def export_player(self, player_id: str) -> Iterator[bytes]:
        """Everything that is stored of the player, one ``ExportLine`` a line. Raises :class:`ExportBroke`."""
        last, line = b"{}", b""
        with self._http.stream("GET", f"{self._api}/players/{quote(player_id, safe='')}/export") as response:
            if response.is_error:
                raise ApiError(msgspec.json.decode(response.read(), type=Problem))
            for chunk in response.iter_bytes():
                first, *more = chunk.split(b"\n")
                line += first
                for following in more:
                    yield line
                    last, line = line, following
        end = msgspec.json.decode(last).get("end")
        if end is None or end["problem"] is not None:
            raise ExportBroke(end)

    def delete_player(self, player_id: str) -> None:
        """Delete the player with every clip, video and result of theirs."""
        self._send("DELETE", f"/players/{quote(player_id, safe='')}")

    def delete_session(self, session_id: str) -> None:
        """Delete the session with its jobs, videos and results."""
        self._send("DELETE", f"/sessions/{session_id}")

    def _upload_parts(self, job_id: str, video: Path) -> list[UploadedPart]:
        state = self._parts(job_id, [])
        etags = {part.number: part.etag for part in state.uploaded}
        count = -(-video.stat().st_size // state.part_size)
        with video.open("rb") as file:
            for number in sorted(set(range(1, count + 1)) - etags.keys()):
                (part,) = self._parts(job_id, [number]).parts
                file.seek((number - 1) * state.part_size)
                put = self._storage.put(part.url, content=file.read(state.part_size))
                etags[number] = put.raise_for_status().headers["ETag"]
        return [UploadedPart(number, etag) for number, etag in sorted(etags.items())]

    def _parts(self, job_id: str, numbers: list[int]) -> RenewedParts:
        return self._call(RenewedParts, "POST", "/videos/upload/parts", {"job_id": job_id, "numbers": numbers})

    def _complete(self, job_id: str, **parts: list[UploadedPart]) -> None:
        self._send("POST", "/videos/upload/complete", {"job_id": job_id, **parts})

    def _call(
        self, answer: type[T], method: str, path: str, body: dict[str, Any] | None = None, *, creates: bool = False
    ) -> T:
        return msgspec.json.decode(self._send(method, path, body, creates=creates), type=answer)

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None, *, creates: bool = False) -> bytes:
        # The same key in every try: it makes a second creation impossible.
        headers = {"Idempotency-Key": str(uuid.uuid4())} if creates else {}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        for attempt in itertools.count(1):
            seconds = 2.0 ** (attempt - 1)
            try:
                response = self._http.request(method, self._api + path, content=content, headers=headers)
            except httpx.TransportError:
                if attempt == TRIES:
                    raise
            else:
                if response.is_success:
                    return response.content
                asks_to_wait = response.status_code in _BUSY or "Retry-After" in response.headers
                seconds = float(response.headers.get("Retry-After", seconds))
                if attempt == TRIES or not asks_to_wait or seconds > LONGEST_WAIT_SECONDS:
                    raise ApiError(msgspec.json.decode(response.content, type=Problem))
            time.sleep(seconds)
        raise AssertionError
