"""The code of the first release beside today's schema, as in a deploy between its upgrade and its last new task."""

import asyncio
import io
import signal
import subprocess
import sys
import tarfile
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.support.api import Caller, make_token
from tests.support.version_1 import COMMIT, first_release

from cricksy.data.migrations import this_release
from cricksy.embedded.process import free_port

ROOT = Path(__file__).parents[2]
SECRET = "a shared secret of the tests, which is longer than 48 bytes"

# The child gets no PYTHONPATH of the worker's.
WORKER = """
import os, sys
from pathlib import Path
from cricksy.settings import worker_settings
from cricksy_worker.run import Tuning, run
source, child = sys.argv[1:]
begin = f"import runpy, sys; sys.path.insert(0, {source!r}); runpy.run_path({child!r}, run_name='__main__')"
run(worker_settings(os.environ), os.environ, Tuning(child_command=(sys.executable, "-c", begin)))
"""


@pytest.fixture(scope="module")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the first release, and the analysis child of its tests."""
    paths = ("src", "schema.sql", "tests/worker/child_program.py")
    command = ["git", "archive", COMMIT, *paths]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=30)
    if archive.returncode != 0:
        pytest.skip(f"needs the history of the repository: {archive.stderr.decode().strip()}")
    directory = tmp_path_factory.mktemp("old-code")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(directory, filter="data")
    return directory


@asynccontextmanager
async def running(*command: str, environment: dict[str, str]) -> AsyncGenerator[Process]:
    """A Python program until the end of the block; it must still be running then."""
    process = await asyncio.create_subprocess_exec(sys.executable, *command, env=environment)
    yield process
    assert process.returncode is None, "it ended by itself"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.fixture
def environment(service_environment: dict[str, str], old_code: Path, tmp_path: Path) -> dict[str, str]:
    """Runs the old code on the test's services."""
    tokens = {"JWT_SECRET": SECRET, "JWT_AUDIENCE": "cricksy-tests", "JWT_ISSUER": "https://issuer.test"}
    worker = {"WORKER_CONCURRENCY": "1", "DRAIN_SECONDS": "3", "TMPDIR": str(tmp_path)}
    environment = service_environment | tokens | worker | {"PYTHONPATH": str(old_code / "src")}
    where = [sys.executable, "-P", "-c", "import cricksy; print(cricksy.__file__)"]
    found = subprocess.run(where, env=environment, capture_output=True, text=True, check=True).stdout
    assert Path(found).is_relative_to(old_code), "the code of today would be tested"
    return environment


async def until_ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await client.get("/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


def statements(sql: str) -> list[str]:
    """The lines of a script without its comments."""
    return [line for line in sql.splitlines() if line.strip() and not line.strip().startswith("--")]


def test_the_first_migration_is_the_schema_that_was_released(old_code: Path) -> None:
    released = (old_code / "schema.sql").read_text()
    assert statements(first_release().schema_sql) == statements(released)


async def test_the_code_of_the_first_release_works_beside_the_schema_of_today(
    old_code: Path, environment: dict[str, str]
) -> None:
    assert this_release().oldest_code <= 1, "the schema left this code behind: take the oldest that still runs"
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    serve = ("-P", "-m", "cricksy", "serve", f"--port={port}")
    child = old_code / "tests" / "worker" / "child_program.py"
    work = ("-c", WORKER, str(old_code / "src"), str(child))
    async with (
        running(*serve, environment=environment),
        running(*work, environment=environment),
        httpx.AsyncClient(base_url=url) as client,
    ):
        await until_ready(client)
        coach = Caller(client, make_token())
        job_id = await coach.uploaded()
        assert (await coach.complete(job_id)).status_code == 202
        async with asyncio.timeout(30):
            while not (job := await coach.job(job_id))["final"]:  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(0.1)
    assert (job["status"], job["results"]["job"]) == ("completed", job_id)
