"""Malformed videos, the same in each run, through real analysis children; ``make fuzz`` takes five times as many."""

import pytest
from tools.fuzz_videos.cases import Case, cases, make_sources
from tools.fuzz_videos.judge import judged
from tools.fuzz_videos.mutations import MUTATIONS
from tools.fuzz_videos.parts import read, write

from cricksy_worker.vision.models import INSTALLED

CASES = 60
BATCHES = 4
"""For as many processes as run the tests."""
SEED = 1
LITE = INSTALLED / "pose_landmarker_lite.task"


@pytest.fixture(scope="module")
def sources() -> list[bytes]:
    return make_sources()


@pytest.mark.skipif(not LITE.is_file(), reason="the pose models are not installed")
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_no_malformed_video_crashes_or_hangs_the_worker(sources: list[bytes], batch: int) -> None:
    those = list(cases(CASES, SEED, sources))[batch::BATCHES]
    verdicts = [verdict async for verdict in judged(those)]
    assert [verdict.case for verdict in verdicts] == those
    assert [(verdict.case.name, verdict.came_of_it) for verdict in verdicts if not verdict.is_right] == []


async def test_what_is_sound_is_analysed(sources: list[bytes]) -> None:
    sound = [Case(str(number), source) for number, source in enumerate(sources)]
    assert [verdict.came_of_it async for verdict in judged(sound)] == ["analysed"] * len(sources)


def test_a_file_is_the_tree_of_its_parts(sources: list[bytes]) -> None:
    for source in sources:
        parts = read(source)
        assert sum(len(part.parts) for part in parts) > 2
        assert read(write(parts)) == parts


def test_the_same_seed_makes_the_same_files_and_another_one_others(sources: list[bytes]) -> None:
    first, again, other = (list(cases(CASES, seed, sources)) for seed in (SEED, SEED, SEED + 1))
    assert first == again
    # That one part is gone may be so by either seed.
    assert len({case.content for case in first} & {case.content for case in other}) < CASES / 4


def test_every_mutation_meets_every_source(sources: list[bytes]) -> None:
    made = {
        (case.name.split()[1].removesuffix("+flip_bits"), case.name.split()[-1])
        for case in cases(len(MUTATIONS) * len(sources), SEED, sources)
    }
    assert made == {(name, str(number)) for name in MUTATIONS for number in range(len(sources))}
