import os
from pathlib import Path

import pytest
from tests.support.films import MakeFilm, shoot

from cricksy_worker.vision.video import VideoLimits


@pytest.fixture
def make_film(tmp_path: Path) -> MakeFilm:
    """Shoot a film into a file of that name; the suffix chooses the container."""
    return lambda name, film: shoot(tmp_path / name, film)


@pytest.fixture
def limits() -> VideoLimits:
    return VideoLimits(max_bytes=10_000_000, max_seconds=60)


@pytest.fixture
def sample() -> Path:
    """The synthetic delivery that comes with the package."""
    return Path(__file__).parents[2] / "src" / "cricksy" / "sample" / "bowling.mp4"


@pytest.fixture
def clips() -> Path:
    """The folder of real clips."""
    folder = os.environ.get("CRICKSY_CLIPS")
    if not folder:
        pytest.skip("CRICKSY_CLIPS names no folder of clips")
    return Path(folder)
