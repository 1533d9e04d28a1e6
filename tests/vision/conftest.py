import os
from pathlib import Path

import pytest
from tests.support.videos import MakeVideo, shoot

from cricksy_worker.vision.video import VideoLimits


@pytest.fixture
def make_video(tmp_path: Path) -> MakeVideo:
    """Shoot a video into a file of that name; the suffix chooses the container."""
    return lambda name, video: shoot(tmp_path / name, video)


@pytest.fixture
def limits() -> VideoLimits:
    return VideoLimits(max_bytes=10_000_000, max_seconds=60)


@pytest.fixture
def sample() -> Path:
    """The synthetic delivery that comes with the package."""
    return Path(__file__).parents[2] / "src" / "cricksy" / "sample" / "bowling.mp4"


@pytest.fixture
def clips() -> Path:
    """The directory of real clips."""
    directory = os.environ.get("CRICKSY_CLIPS")
    if not directory:
        pytest.skip("CRICKSY_CLIPS names no directory of clips")
    return Path(directory)
