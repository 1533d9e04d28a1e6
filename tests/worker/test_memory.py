"""What a child may take of a container's memory, and who is told that it was spent."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from tests.support.workers import CHILD_PROGRAM

from cricksy.settings import analysis_settings
from cricksy.vocabulary import Stage
from cricksy_worker.children import process
from cricksy_worker.children.memory import WORKER_BYTES, child_cap_bytes, oom_kills, resident_bytes
from cricksy_worker.children.pool import running_pool
from cricksy_worker.children.process import ChildSettings
from cricksy_worker.children.protocol import Request
from cricksy_worker.faults import MemoryCapHit
from cricksy_worker.vision.request import AnalysisRequest

GIGABYTE = 1_000_000_000


def group(root: Path, **files: str) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


@pytest.mark.parametrize("name", ["memory_DOT_max", "memory__memory_DOT_limit_in_bytes"])
def test_children_share_what_the_container_has(tmp_path: Path, name: str) -> None:
    cgroup = group(tmp_path, **{name: f"{4 * GIGABYTE + WORKER_BYTES}\n"})
    assert [child_cap_bytes(2 * GIGABYTE, children, cgroup) for children in (1, 2, 4)] == [
        2 * GIGABYTE,
        2 * GIGABYTE,
        GIGABYTE,
    ]


@pytest.mark.parametrize("limit", ["max\n", "9223372036854771712\n"])
def test_without_a_limit_of_the_container_the_cap_is_the_childs(tmp_path: Path, limit: str) -> None:
    assert child_cap_bytes(GIGABYTE, 2, group(tmp_path, memory_DOT_max=limit)) == GIGABYTE
    assert child_cap_bytes(GIGABYTE, 2, tmp_path / "none") == GIGABYTE


def test_the_kernels_kills_are_counted(tmp_path: Path) -> None:
    assert oom_kills(tmp_path) == 0
    assert oom_kills(group(tmp_path / "2", memory_DOT_events="low 0\noom 4\noom_kill 3\n")) == 3
    assert oom_kills(group(tmp_path / "1", memory__memory_DOT_oom_control="under_oom 0\noom_kill 2\n")) == 2


def test_a_process_has_memory_and_one_that_is_gone_has_none() -> None:
    assert resident_bytes(os.getpid()) > 10_000_000
    assert resident_bytes(1 << 22) == 0


async def test_a_kill_for_want_of_memory_is_no_childs_death(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kills = iter((0, 1))
    monkeypatch.setattr(process, "oom_kills", lambda: next(kills))
    command = (sys.executable, str(CHILD_PROGRAM))
    settings = ChildSettings(directory=tmp_path, log_level="INFO", environ=os.environ, command=command)
    async with running_pool(settings, 1) as pool, pool.child() as child:
        (child.directory / "video").write_text("die SIGKILL")
        request = Request(
            video=child.directory / "video",
            analysis=AnalysisRequest(5, include_frames=False),
            settings=analysis_settings({}),
            context={},
        )
        with pytest.raises(MemoryCapHit, match="memory cap of the container hit"):
            await child.run(request, ignore)


async def ignore(_stage: Stage, _fraction: float) -> None:
    await asyncio.sleep(0)
