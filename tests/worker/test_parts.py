"""The small parts by themselves."""

import asyncio
import io
import re
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cricksy.settings import WorkerSettings
from cricksy.vocabulary import Discipline, Given, Stage
from cricksy_worker.children import protocol
from cricksy_worker.health import Condition, State, check_health, write_state
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.progress import percent
from cricksy_worker.vision.request import AnalysisRequest
from cricksy_worker.workdir import living_directories, private_directory


@given(st.floats(0.01, 100), st.floats(0.01, 1000), st.integers(1, 10_000))
def test_a_wait_stays_below_the_doubled_base_and_the_cap(base: float, cap: float, failures: int) -> None:
    seconds = Backoff(base, cap).seconds(failures)
    assert 0 <= seconds <= cap
    assert seconds <= base * 2.0 ** min(failures - 1, 1000)


def test_progress_rises_from_stage_to_stage_up_to_100() -> None:
    stages = [stage for stage in Stage if stage != Stage.WAITING]
    values = [percent(stage, fraction) for stage in stages for fraction in (0.0, 0.5, 1.0)]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (0, 100)


@given(st.sampled_from(Stage), st.floats(allow_nan=False))
def test_progress_is_a_percentage_whatever_a_child_reports(stage: Stage, fraction: float) -> None:
    if stage != Stage.WAITING:
        assert 0 <= percent(stage, fraction) <= 100


def test_a_request_comes_over_the_wire_as_it_was(settings: WorkerSettings) -> None:
    request = protocol.Request(
        video=Path("/tmp/video"),  # noqa: S108 - nothing is written there
        analysis=AnalysisRequest(15, include_frames=True, given=Given(Discipline.BOWLING, capture_fps=240.0)),
        settings=msgspec.structs.replace(settings.analysis, pose_model=Path("model.task")),
        context={"job_id": "1"},
    )
    stream = io.BytesIO(protocol.encode_message(request))
    assert protocol.read_request(stream) == request
    assert protocol.read_request(stream) is None


@pytest.mark.parametrize("bytes_sent", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x01?"])
async def test_nonsense_from_a_child_is_an_error_of_its_own(bytes_sent: bytes) -> None:
    stream = asyncio.StreamReader()
    stream.feed_data(bytes_sent)
    with pytest.raises(protocol.ProtocolError):
        await protocol.read_reply(stream)


def test_a_dead_workers_directory_is_removed_by_the_next_and_a_living_ones_kept(tmp_path: Path) -> None:
    dead = tmp_path / "cricksy-worker-dead"
    dead.mkdir()
    (dead / "lock").touch()
    (dead / "video").write_text("left behind")
    with private_directory(tmp_path) as first, private_directory(tmp_path) as second:
        assert not dead.exists()
        assert set(living_directories(tmp_path)) == {first, second}
        assert first.stat().st_mode & 0o777 == 0o700
    assert not any(tmp_path.iterdir())


ANSWERED = ("bucket answered", "database answered", "queue answered")


def working() -> Condition:
    condition = Condition()
    condition.answered("database")
    condition.answered("queue")
    condition.answered("bucket")
    return condition


def test_health_names_the_worker_that_is_stuck(tmp_path: Path) -> None:
    with private_directory(tmp_path) as well, private_directory(tmp_path) as stuck:
        assert check_health(tmp_path).line == "a worker is starting"
        write_state(well, working(), slots=2, busy=1, draining=False)
        ticked_at = time.monotonic() - 12
        state = State(pid=7, ticked_at=ticked_at, slots=2, busy=0, draining=False, condition=working())
        (stuck / "state.json").write_bytes(msgspec.json.encode(state))
        health = check_health(tmp_path)
        assert not health.is_well
        assert re.fullmatch(r"worker 7 is stuck: its loop last ticked \d+ s ago", health.line)
        write_state(stuck, working(), slots=2, busy=0, draining=False)
        assert check_health(tmp_path).is_well


@pytest.mark.parametrize(
    ("happened", "words", "is_well"),
    [
        ([], "is starting: no answer of the bucket and the database and the queue yet", False),
        (["bucket answered", "database answered"], "is starting: no answer of the queue yet", False),
        (
            ["bucket answered", "database away", "queue answered"],
            "is starting: no answer of the database yet; it is away",
            False,
        ),
        ([*ANSWERED], "is well: 1 of 2 slots busy", True),
        ([*ANSWERED, "queue away"], "waiting for the queue to answer", True),
        ([*ANSWERED, "queue refused"], "is unwell: the queue refuses", False),
        ([*ANSWERED, "queue refused", "queue answered"], "is well", True),
        ([*ANSWERED, "bucket away"], "waiting for the bucket to answer", True),
        ([*ANSWERED, "bucket refused"], "is unwell: the bucket refuses", False),
        ([*ANSWERED, "bucket refused", "bucket answered"], "is well", True),
        ([*ANSWERED, "model refused"], "is unwell: no model", False),
        (["bucket answered", "database refused", "queue answered"], "is unwell: the database refuses", False),
    ],
)
def test_a_worker_is_well_once_it_can_work_and_until_somebody_must_act(
    tmp_path: Path, happened: list[str], words: str, *, is_well: bool
) -> None:
    condition = Condition()
    for each in happened:
        match each.split():
            case ["bucket" | "database" | "queue" as dependency, "answered"]:
                condition.answered(dependency)
            case ["bucket" | "database" | "queue" as dependency, "away"]:
                condition.did_not_answer(dependency, "it is away")
            case ["bucket" | "database" | "queue" as dependency, "refused"]:
                condition.refused(dependency, f"the {dependency} refuses")
            case _:
                condition.faults["model"] = "no model"
    with private_directory(tmp_path) as directory:
        write_state(directory, condition, slots=2, busy=1, draining=False)
        health = check_health(tmp_path)
    assert words in health.line
    assert health.is_well == is_well


def test_a_child_loads_no_heavy_library_before_it_is_watched() -> None:
    script = "import sys; import cricksy_worker.children.child; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "cricksy_worker.children.child" in loaded
    assert not {"numpy", "scipy", "cv2", "av", "mediapipe"} & set(loaded)
