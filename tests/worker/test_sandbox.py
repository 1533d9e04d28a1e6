"""What an analysis child may not do, tried in real children: with all protections, and with one that is missing."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.support.jobs import Bench
from tests.support.processes import WorkerProcess
from tests.support.workers import FORBIDDEN_PROGRAM

from cricksy.results.schema import Results
from cricksy.settings import analysis_settings
from cricksy.vocabulary import JobStatus, Stage
from cricksy_worker.children.pool import running_pool
from cricksy_worker.children.process import CHILD_COMMAND, ChildSettings
from cricksy_worker.children.protocol import Analysed, ModelFailed, Outcome, Request
from cricksy_worker.children.sandbox import landlock
from cricksy_worker.children.sandbox.missing import Missing, prctl
from cricksy_worker.children.sandbox.privileges import forbid_dumps
from cricksy_worker.faults import ChildDied
from cricksy_worker.queue.job import read_stills
from cricksy_worker.vision.models import INSTALLED
from cricksy_worker.vision.request import AnalysisRequest

SAMPLE = Path(__file__).parents[2] / "src/cricksy/sample/bowling.mp4"
LITE = INSTALLED / "pose_landmarker_lite.task"
PR_SET_DUMPABLE = 4
REFUSED = {"EPERM", "EACCES"}
BY_LIMITS = {
    "many open files": "EMFILE",
    "a huge file": "EFBIG",
    "much memory": "MemoryError",
    "more than its limits": "ValueError",  # Python's name of EPERM there
}
"""What other errors say that a bound holds."""
WITHOUT_SECCOMP = {
    # The scopes and the capabilities that are gone, and that the worker is not dumpable.
    *("kill the parent", "kill by thread", "ptrace", "read the parent's memory"),
    *("open the parent's memory", "open the parent's environment", "symbolic link", "pipe in the folder", "exec"),
    *BY_LIMITS,
}
"""What is refused all the same where Landlock is there and seccomp is not."""


def landlock_version() -> int:
    try:
        return landlock.version()
    except Missing:
        return 0


def needs_landlock(version: int) -> pytest.MarkDecorator:
    return pytest.mark.skipif(landlock_version() < version, reason=f"this kernel has no Landlock {version}")


@pytest.fixture
def video(tmp_path: Path) -> bytes:
    """Shows the forbidden program what there is beside its folder."""
    (tmp_path / "another").mkdir()
    (tmp_path / "another" / "file").write_text("of another job")
    (tmp_path / "model").write_text("a model")
    return msgspec.json.encode({"outside": str(tmp_path / "another"), "readable": str(tmp_path / "model")})


@pytest.fixture
def private_parent() -> Iterator[None]:
    """This process is to its children what a worker is."""
    forbid_dumps()
    yield
    prctl(PR_SET_DUMPABLE, 1)


async def outcome_of(directory: Path, content: bytes, command: tuple[str, ...], *readable: Path) -> Outcome:
    settings = ChildSettings(
        directory=directory, log_level="INFO", environ=os.environ, command=command, readable=readable
    )
    async with running_pool(settings, 1) as pool, pool.child() as child:
        video = child.directory / "video"
        video.write_bytes(content)
        request = Request(
            video=video,
            stills=child.directory / "stills",
            analysis=AnalysisRequest(5, include_frames=False),
            settings=msgspec.structs.replace(analysis_settings({}), pose_model=LITE, pose_model_fine=LITE),
            context={},
        )
        return await child.run(request, ignore)


async def ignore(_stage: Stage, _fraction: float) -> None:
    pass


async def tried(tmp_path: Path, video: bytes, *without: str) -> dict[str, str]:
    """What came of each attempt."""
    flags = [f"--without={protection}" for protection in without]
    command = (sys.executable, str(FORBIDDEN_PROGRAM), *flags)
    outcome = await outcome_of(tmp_path, video, command, tmp_path / "model")
    assert isinstance(outcome, Analysed)
    return msgspec.json.decode(outcome.results)


def kinds_of(results: dict[str, str]) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What must never work, what only Landlock forbids, and what must work."""
    files = {name: result for name, result in results.items() if name.startswith("files: ")}
    may = {name: result for name, result in results.items() if name.startswith("may: ")}
    return {name: result for name, result in results.items() if name not in files | may}, files, may


def not_refused(results: dict[str, str]) -> dict[str, str]:
    return {
        name: result
        for name, result in results.items()
        if result not in REFUSED and result != BY_LIMITS.get(name, "refused")
    }


def missing(output: str) -> list[dict[str, str]]:
    """What the children said. This process, whose logs are not set up, writes its own lines in another form."""
    records = [msgspec.json.decode(line) for line in output.splitlines() if line.startswith("{")]
    return [record["missing"] for record in records if record["event"] == "sandbox_incomplete"]


@needs_landlock(1)
@pytest.mark.usefixtures("private_parent")
async def test_all_that_is_forbidden_fails_and_all_that_is_needed_works(
    tmp_path: Path, video: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    never, files, may = kinds_of(await tried(tmp_path, video))
    assert not_refused(never | files) == {}
    assert set(may.values()) == {"done"}
    assert missing(capsys.readouterr().out) == []
    assert (tmp_path / "another" / "file").read_text() == "of another job"


@pytest.mark.usefixtures("private_parent")
async def test_without_landlock_only_files_are_open_and_the_log_says_so(
    tmp_path: Path, video: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    never, _, may = kinds_of(await tried(tmp_path, video, "landlock"))
    assert not_refused(never) == {}
    assert set(may.values()) == {"done"}
    [lacks] = missing(capsys.readouterr().out)
    assert lacks == {"landlock": "landlock: Function not implemented"}


@needs_landlock(6)
@pytest.mark.usefixtures("private_parent")
async def test_without_seccomp_landlock_forbids_its_share_and_the_log_says_so(
    tmp_path: Path, video: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    never, files, may = kinds_of(await tried(tmp_path, video, "seccomp"))
    assert not_refused(files | {name: never[name] for name in WITHOUT_SECCOMP}) == {}
    assert set(may.values()) == {"done"}
    [lacks] = missing(capsys.readouterr().out)
    assert list(lacks) == ["seccomp"]


WORKER = """
import os, sys
from cricksy.settings import worker_settings
from cricksy_worker.run import Tuning, run

run(worker_settings(os.environ), os.environ, Tuning(child_command=(sys.executable, *sys.argv[1:])))
"""


async def test_a_workers_child_reads_nothing_of_the_worker(
    bench: Bench, service_environment: dict[str, str], temporary_directory: Path, video: bytes
) -> None:
    # Without Landlock, which would forbid it in any case.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WORKER, str(FORBIDDEN_PROGRAM), "--without=landlock"),
        stdout=asyncio.subprocess.PIPE,
        env={**service_environment, "TMPDIR": str(temporary_directory), "WORKER_CONCURRENCY": "1"},
    )
    worker = WorkerProcess(process)
    try:
        job_id = await bench.submit(video.decode())
        job = await bench.until_ended(job_id)
    finally:
        await worker.end(signal.SIGKILL)
    assert job.status == JobStatus.COMPLETED, job.error_message
    never, _, _ = kinds_of(await bench.results(job_id))
    assert not_refused(never) == {}


@pytest.mark.skipif(not LITE.is_file(), reason="the pose models are not installed")
@pytest.mark.parametrize("lacks", [(), ("landlock",), ("seccomp",)])
async def test_the_real_analysis_works_in_a_confined_child(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lacks: tuple[str, ...]
) -> None:
    command = CHILD_COMMAND
    if lacks:
        command = (sys.executable, str(FORBIDDEN_PROGRAM), *(f"--without={name}" for name in lacks), "--analyse")
    outcome = await outcome_of(tmp_path, SAMPLE.read_bytes(), command, LITE)
    assert isinstance(outcome, Analysed)
    results = msgspec.json.decode(outcome.results, type=Results)
    assert results.pose.pose_summary.detection_rate > 0.5
    assert outcome.stills is not None
    lacking = {*lacks} if landlock_version() else {*lacks, "landlock"}
    assert [set(record) for record in missing(capsys.readouterr().out)] == ([lacking] if lacking else [])


@needs_landlock(1)
async def test_a_model_that_the_child_may_not_read_is_missing_and_ends_the_child(tmp_path: Path) -> None:
    settings = ChildSettings(directory=tmp_path, log_level="INFO", environ=os.environ)
    model = tmp_path / "model.task"
    model.write_bytes(b"made after the child was started")
    async with running_pool(settings, 1) as pool, pool.child() as child:
        (child.directory / "video").write_bytes(SAMPLE.read_bytes())
        request = Request(
            video=child.directory / "video",
            analysis=AnalysisRequest(5, include_frames=False),
            settings=msgspec.structs.replace(analysis_settings({}), pose_model=model, pose_model_fine=model),
            context={},
        )
        assert await child.run(request, ignore) == ModelFailed()
        assert not child.is_reusable


@pytest.mark.parametrize("kind", ["link", "pipe", "large"])
def test_stills_that_are_no_file_are_not_read(tmp_path: Path, kind: str) -> None:
    stills = tmp_path / "stills"
    match kind:
        case "link":
            stills.symlink_to(SAMPLE)
        case "pipe":
            os.mkfifo(stills)
        case _:
            stills.touch()
            os.truncate(stills, 1 << 40)
    with pytest.raises(ChildDied, match="stills"):
        read_stills(stills)


def test_stills_are_read(tmp_path: Path) -> None:
    (tmp_path / "stills").write_bytes(b"images")
    assert read_stills(tmp_path / "stills") == b"images"
