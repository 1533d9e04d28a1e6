import os
import signal
import subprocess
from pathlib import Path

import psutil
from tests.support.processes import CRICKSY
from tests.support.waiting import PATIENCE_SECONDS, wait_until


def start_demo(directory: Path, *arguments: str) -> "subprocess.Popen[str]":
    """A demo whose temporary directories lie in ``directory``."""
    return subprocess.Popen(
        [*CRICKSY, "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(directory)},
    )


def data_directories(directory: Path) -> list[Path]:
    return list(directory.glob("cricksy-demo-*"))


def test_a_file_that_is_no_video_is_rejected_and_nothing_is_left(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a film")
    out = tmp_path / "job.json"
    with start_demo(tmp_path, str(notes), "--json", str(out)) as demo:
        _, stderr = demo.communicate(timeout=PATIENCE_SECONDS)
    assert demo.returncode == 3
    assert stderr.startswith("Video rejected: ")
    assert len(stderr.splitlines()) == 1
    assert not out.exists()
    assert data_directories(tmp_path) == []


def test_an_interrupted_demo_leaves_nothing(tmp_path: Path) -> None:
    with start_demo(tmp_path) as demo:
        started = psutil.Process(demo.pid)
        wait_until(lambda: len(started.children()) > 0)
        children = started.children()
        demo.send_signal(signal.SIGINT)
        _, stderr = demo.communicate(timeout=PATIENCE_SECONDS)
    assert demo.returncode == 130
    assert stderr == "cricksy: interrupted; nothing is left running\n"
    assert not any(child.is_running() for child in children)
    assert data_directories(tmp_path) == []
