"""Whether the analysis children keep their size: the real child over many videos, replaced as in production.

    python bench/rss.py [--videos N] [--video FILE] [--videos-per-child N]

So that two hundred take minutes, few frames of each video are read; both models are loaded and freed all the same.
After every twenty videos it prints the resident memory of the child at work and of this process, which stands for the
worker, and at the end the ratios of the last reading to the first: near 1 is flat. It never fails by the clock.
"""

import asyncio
import os
import tempfile
import time
from pathlib import Path

import click
import msgspec

from cricksy import logs
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Stage
from cricksy_worker.children.pool import ChildPool, running_pool
from cricksy_worker.children.process import ChildSettings
from cricksy_worker.children.protocol import Analysed, Request
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.request import AnalysisRequest

SAMPLE = Path(__file__).parents[1] / "src" / "cricksy" / "sample" / "bowling.mp4"
EVERY = 20
SAMPLE_FPS = 5
FINE_WINDOW_SECONDS = 0.1
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@click.command(help=__doc__)
@click.option("--videos", type=click.IntRange(1), default=200, show_default=True, help="Videos to analyse.")
@click.option("--video", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=SAMPLE)
@click.option("--videos-per-child", type=click.IntRange(1), default=20, show_default=True)
def main(videos: int, video: Path, videos_per_child: int) -> None:
    logs.configure("worker", "WARNING")
    asyncio.run(measure(videos, video.resolve(), videos_per_child))


async def measure(videos: int, video: Path, videos_per_child: int) -> None:
    request = Request(
        video=video,
        analysis=AnalysisRequest(SAMPLE_FPS, include_frames=True),
        settings=msgspec.structs.replace(analysis_settings(os.environ), fine_window_seconds=FINE_WINDOW_SECONDS),
        context={},
    )
    with tempfile.TemporaryDirectory() as directory:
        settings = ChildSettings(
            directory=Path(directory),
            log_level="WARNING",
            environ=os.environ,
            videos_per_child=videos_per_child,
            readable=(video, *PoseModels.of(request.settings).files()),
        )
        async with running_pool(settings, 1) as pool:
            readings = await _readings(pool, request, videos)
    (first_child, first_own), (last_child, last_own) = readings[0], readings[-1]
    print(f"child:  last/first {last_child / first_child:.2f}, largest/first {_largest(readings) / first_child:.2f}")
    print(f"worker: last/first {last_own / first_own:.2f}")


async def _readings(pool: ChildPool, request: Request, videos: int) -> list[tuple[int, int]]:
    """Resident bytes of the child and of this process, after every twenty videos and after the last."""
    readings: list[tuple[int, int]] = []
    started = time.monotonic()
    for number in range(1, videos + 1):
        async with pool.child() as child:
            outcome = await child.run(request, _ignore)
            assert isinstance(outcome, Analysed), outcome
            if number % EVERY == 0 or number == videos:
                readings.append((_resident(child.pid), _resident(os.getpid())))
                seconds = (time.monotonic() - started) / number
                print(
                    f"{number:4} videos: child {child.pid} {readings[-1][0] / 1e6:.0f} MB,"
                    f" worker {readings[-1][1] / 1e6:.0f} MB, {seconds:.2f} s a video",
                    flush=True,
                )
    return readings


def _largest(readings: list[tuple[int, int]]) -> int:
    return max(child for child, _ in readings)


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES


async def _ignore(_stage: Stage, _fraction: float) -> None:
    pass


if __name__ == "__main__":
    main()
