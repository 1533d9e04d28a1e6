"""The workers of a run: real processes, started again whenever they end, each behind proxies of its own."""

import asyncio
import os
import re
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path

import msgspec
from tests.faults.child_program import process_name
from tests.faults.proxy import Proxy
from tests.faults.services import Services
from tests.faults.tap import Tap
from tests.support.processes import children_of

from cricksy.embedded.emulator import Emulator
from cricksy.embedded.process import Child, Program
from cricksy.vocabulary import ArtifactStore

ROOT = Path(__file__).parents[2]
_POLL_SECONDS = 0.05
_EXCEPTION = re.compile(r'"exc_type":"([^"]*)","exc_value":"((?:[^"\\]|\\.)*)"')


class WorkerOptions(msgspec.Struct, frozen=True, kw_only=True):
    slots: int
    visibility_seconds: int
    deadline_seconds: float
    drain_seconds: float
    bug: str


class Worker:
    """One place in the fleet: a worker process after another."""

    def __init__(  # noqa: PLR0913, PLR0917 - where it works and how
        self, name: str, services: Services, directory: Path, tap: Tap, options: WorkerOptions, store: ArtifactStore
    ) -> None:
        self.name = name
        self._store = store
        self.unexpected_ends: list[str] = []
        self.connected_at: defaultdict[int, list[float]] = defaultdict(list)
        """When, seconds since the epoch, the database saw it connect, by the port from which it came."""
        self.database = Proxy(services.database_port, self._database_connected)
        self.queue = Proxy(
            services.emulator.port,
            lambda port: tap.connected(name, port),
            lambda port, data: tap.request(name, port, data),
            lambda port, data: tap.response(name, port, data),
        )
        self._directory = directory / name
        self._services = services
        self._options = options
        self._child = Child(self._program(directory))
        self._may_end = False

    async def run(self) -> None:
        """Keep a process running until cancelled."""
        self._directory.mkdir()
        await self.database.open()
        await self.queue.open()
        while True:
            self._may_end = False
            self._child.start()
            while self._child.is_running():  # noqa: ASYNC110 - a process's end sets no event
                await asyncio.sleep(_POLL_SECONDS)
            if not self._may_end:
                self.unexpected_ends.append(f"{self.name} {self._child.how_it_ended()}: {self._last_exceptions()}")
                await asyncio.sleep(1)

    def kill(self) -> None:
        self._may_end = True
        self._child.kill()

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def unpause(self) -> None:
        self._signal(signal.SIGCONT)

    def ask_to_drain(self) -> None:
        self._may_end = True
        self._signal(signal.SIGTERM)

    def kill_child_of(self, job_id: str) -> bool:
        """Kill the child that works on the job; ``False`` where none does any more."""
        for pid in children_of(self._child.pid):
            if Path(f"/proc/{pid}/comm").read_text().strip() == process_name(job_id):
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def close(self) -> None:
        self.kill()
        self.database.close()
        self.queue.close()

    def _last_exceptions(self) -> str:
        """Each exception of the group that ended the process, of which the first is the group's own."""
        last = self._child.program.log.read_bytes().splitlines()[-1].decode(errors="replace")
        found = _EXCEPTION.findall(last)
        return "; ".join(f"{kind}: {value}" for kind, value in found) or last[:300]

    def _signal(self, number: signal.Signals) -> None:
        if self._child.is_running():
            os.kill(self._child.pid, number)

    def _database_connected(self, port: int) -> None:
        self.connected_at[port].append(time.time())

    def _program(self, directory: Path) -> Program:
        aws = self._services.aws_settings(self.queue.port)
        emulator = self._services.emulator
        through = Emulator(
            port=self.queue.port,
            access_key_id=emulator.access_key_id,
            secret_access_key=emulator.secret_access_key,
        )
        environment = {
            **through.environment(),
            "PATH": os.defpath,
            "PYTHONPATH": f"{ROOT}",
            "TMPDIR": str(self._directory),
            "DATABASE_URL": self._services.database_url(self.database.port),
            "S3_BUCKET": aws.bucket,
            "SQS_QUEUE_URL": aws.queue_url,
            "DLQ_URL": aws.dlq_url,
            "WORKER_CONCURRENCY": str(self._options.slots),
            "VISIBILITY_TIMEOUT_SECONDS": str(self._options.visibility_seconds),
            "JOB_DEADLINE_SECONDS": str(self._options.deadline_seconds),
            "DRAIN_SECONDS": str(self._options.drain_seconds),
            "RESULTS_STORE": self._store,
            "LANDMARKS_STORE": self._store,
            # The real analysis is here for its phases, not for its figures.
            "FINE_WINDOW_SECONDS": "0.3",
        }
        return Program(
            name=self.name,
            command=(
                sys.executable,
                "-P",
                "-m",
                "tests.faults.worker_program",
                self.name,
                str(directory / "gate"),
                self._options.bug,
            ),
            environment=environment,
            log=directory / "logs" / f"{self.name}.log",
            stop_signal=signal.SIGTERM,
            death_signal=signal.SIGKILL,
            stop_seconds=self._options.drain_seconds,
        )
