"""One analysis child as the worker sees it: given nothing it need not know, watched, and killed at any time."""

import asyncio
import contextvars
import os
import shutil
import signal
import socket
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from tempfile import mkdtemp

import msgspec
import structlog

from cricksy.metrics import metrics
from cricksy.spans import span
from cricksy.vocabulary import Stage
from cricksy_worker.children.memory import oom_kills, resident_bytes
from cricksy_worker.children.protocol import (
    ModelFailed,
    Outcome,
    Progress,
    ProtocolError,
    Request,
    encode_message,
    read_reply,
)
from cricksy_worker.children.sandbox.confinement import Confinement, encode_confinement
from cricksy_worker.faults import ChildDied, MemoryCapHit

log = structlog.stdlib.get_logger()

RecordProgress = Callable[[Stage, float], Awaitable[None]]

CHILD_COMMAND = (sys.executable, "-P", "-m", "cricksy_worker.children")
MEMORY_CAP_BYTES = 2_000_000_000
"""Resident. A child at work takes 0.5–0.7 GB for 1080p and 0.8 GB for 4K; 8K frames take more."""

UNUSED_BYTES = 1_000_000_000
"""That a child may map beside; at work it maps 0.1 GB more than it uses."""
CORES_USED = 3
"""By a child at most: two threads decode, one analyses."""
VIDEO_CPU_SECONDS = 900.0 * CORES_USED

_MAX_LINE_BYTES = 1 << 20
_LAST_WORDS = 20
_WATCH_SECONDS = 0.5
_KILLED = "killed by SIGKILL"
_END_SECONDS = 2.0

_PASSED_ON = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONUTF8",
    "PYTHONDONTWRITEBYTECODE",
)


@dataclass(frozen=True, slots=True)
class ChildSettings:
    directory: Path
    """Where children keep their temporary files; nobody else's."""
    log_level: str
    environ: Mapping[str, str]
    """The worker's own; children get the few harmless variables of it."""
    command: tuple[str, ...] = CHILD_COMMAND
    """Takes the four arguments of :func:`cricksy_worker.children.child.serve`."""
    readable: tuple[Path, ...] = ()
    """What children may read beside their own directories: the pose models."""
    videos_per_child: int = 20
    """Then a fresh one takes its place, so that what a library leaks stays small."""
    memory_cap_bytes: int = MEMORY_CAP_BYTES
    video_cpu_seconds: float = VIDEO_CPU_SECONDS
    """CPU time that a video may take on average."""


class AnalysisChild:
    """One analysis process with a socket to talk over and a private directory to work in."""

    def __init__(
        self,
        settings: ChildSettings,
        directory: Path,
        process: asyncio.subprocess.Process,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._process = process
        self._reader, self._writer = streams
        self._context: dict[str, str] = {}
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._videos = 0
        self._is_busy = False
        self._is_spent = False
        self._is_over_cap = False
        self._oom_kills = 0
        # A context of their own: the one at hand is that of the job which happened to need a child.
        self._relay = tasks.create_task(self._relay_output(), context=contextvars.Context())
        self._watch = tasks.create_task(self._watch_memory(), context=contextvars.Context())

    @classmethod
    async def start(cls, settings: ChildSettings, tasks: asyncio.TaskGroup) -> "AnalysisChild":
        ours, theirs = socket.socketpair()
        directory = Path(mkdtemp(prefix="child-", dir=settings.directory))
        with theirs:
            # First, so that nothing is awaited between the process and the child that ends it.
            streams = await asyncio.open_connection(sock=ours)
            process = await asyncio.create_subprocess_exec(
                *settings.command,
                str(theirs.fileno()),
                str(os.getpid()),
                settings.log_level,
                _confinement(settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                limit=_MAX_LINE_BYTES,
                pass_fds=[theirs.fileno()],
                cwd=directory,
                env=_environment(settings, directory),
                # Ctrl-C in a terminal reaches the worker alone, which drains.
                start_new_session=True,
            )
        return cls(settings, directory, process, streams, tasks)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def directory(self) -> Path:
        """Its own: videos go there, because it reads no other."""
        return self._directory

    @property
    def is_reusable(self) -> bool:
        is_fresh = self._videos < self._settings.videos_per_child and not self._is_spent
        return is_fresh and not self._is_busy and self._process.returncode is None

    async def run(self, request: Request, on_progress: RecordProgress) -> Outcome:
        """Analyse one video. After any exception the child is of no more use.

        Raises:
            ChildDied: The process ended before it answered.
            MemoryCapHit: It was killed because it grew too large, or the container's memory was spent.
        """
        # The child has no network, so its span is the worker's to send.
        with span("analyse in child", process__pid=self.pid) as analysing:
            outcome = await self._run(request, on_progress)
            analysing.set_attribute("outcome", type(outcome).__name__)
            return outcome

    async def _run(self, request: Request, on_progress: RecordProgress) -> Outcome:
        self._is_busy = True
        self._context = request.context
        self._last_words.clear()
        self._oom_kills = oom_kills()
        try:
            self._writer.write(encode_message(request))
            await self._writer.drain()
        except ConnectionError as error:
            raise await self._why_it_ended() from error
        while isinstance(reply := await self._reply(), Progress):
            await on_progress(reply.stage, reply.fraction)
        self._videos += 1
        self._context = {}
        self._is_busy = False
        # A model that comes later is not among the files that this process may read.
        self._is_spent = isinstance(reply, ModelFailed)
        return reply

    async def end(self) -> None:
        """Kill the process and remove its directory."""
        if self._is_busy and self._process.returncode is None:
            log.warning("child_killed", pid=self.pid, **metrics(child_kills=1))
        self._kill()
        self._writer.close()
        self._watch.cancel()
        await asyncio.wait([self._relay], timeout=_END_SECONDS)
        self._relay.cancel()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def _reply(self) -> Progress | Outcome:
        try:
            return await read_reply(self._reader)
        except (asyncio.IncompleteReadError, ConnectionError, ProtocolError) as error:
            raise await self._why_it_ended() from error

    async def _why_it_ended(self) -> ChildDied | MemoryCapHit:
        # One that closed its socket or talks nonsense without ending is ended here.
        how = "its answer could not be read"
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                how = _how_it_ended(await self._process.wait())
        self._kill()
        await asyncio.wait([self._relay], timeout=_END_SECONDS)
        log.error("child_died", pid=self.pid, how=how, output=list(self._last_words), **metrics(child_kills=1))
        if self._is_over_cap:
            return MemoryCapHit(self._settings.memory_cap_bytes)
        if how == _KILLED and oom_kills() > self._oom_kills:
            return MemoryCapHit(None)
        return ChildDied(how)

    async def _relay_output(self) -> None:
        """Write each line of the child to our stdout as exactly one JSON object."""
        output = self._process.stdout
        while output is not None and (line := await _read_line(output)):
            if _is_log_line(line):
                sys.stdout.write(line.decode().rstrip("\n") + "\n")
                sys.stdout.flush()
            elif text := line.decode(errors="replace").strip():
                self._last_words.append(text)
                log.debug("child_output", line=text, pid=self.pid, **self._context)

    async def _watch_memory(self) -> None:
        while self._process.returncode is None:
            if resident_bytes(self.pid) > self._settings.memory_cap_bytes:
                self._is_over_cap = True
                self._kill()
                return
            await asyncio.sleep(_WATCH_SECONDS)


def _confinement(settings: ChildSettings) -> str:
    cpu_seconds = ceil(settings.videos_per_child * settings.video_cpu_seconds)
    # The stacks of its threads count as well, of which next to nothing is used.
    data_bytes = settings.memory_cap_bytes + UNUSED_BYTES
    return encode_confinement(Confinement(readable=settings.readable, cpu_seconds=cpu_seconds, data_bytes=data_bytes))


def _environment(settings: ChildSettings, directory: Path) -> dict[str, str]:
    """An allow-list: no key, no secret, no database URL, whatever they are called."""
    passed_on = {name: settings.environ[name] for name in _PASSED_ON if name in settings.environ}
    return {
        **passed_on,
        "TMPDIR": str(directory),
        # Not the user's, where keys may lie, and not shared: a child writes nowhere that another one reads.
        "HOME": str(directory),
        # A slot is one core.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # Decoder and model start threads for each video, and glibc keeps an arena for each: 960 MB after ten videos,
        # 440 MB with one arena.
        "MALLOC_ARENA_MAX": "1",
    }


def _how_it_ended(returncode: int) -> str:
    if returncode >= 0:
        return f"exit status {returncode}"
    names = {number.value: number.name for number in signal.Signals}
    return f"killed by {names.get(-returncode, f'signal {-returncode}')}"


async def _read_line(stream: asyncio.StreamReader) -> bytes:
    """The next line, empty at the end; one that is too long is cut."""
    try:
        return await stream.readline()
    except ValueError:
        return b"(a line that is too long)\n"


def _is_log_line(line: bytes) -> bool:
    try:
        record = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return False
    # Metrics are the worker's to state.
    return isinstance(record, dict) and "event" in record and "_aws" not in record
