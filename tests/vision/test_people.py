from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cricksy.analysis.track import FloatArray
from cricksy_worker.vision.passes import Expectation
from cricksy_worker.vision.tracking import Reading, distinct, paths, presence

STEP_MS = 1000 / 15


def body(x: float, y: float, size: float) -> FloatArray:
    """Landmarks (33, 4) that fill a box of that height around (x, y)."""
    rng = np.random.default_rng(5)
    points = np.ones((33, 4))
    points[:, 0] = x + size * rng.uniform(-0.2, 0.2, 33)
    points[:, 1] = y + size * np.linspace(-0.5, 0.5, 33)
    points[[11, 12, 23, 24], :2] = (x, y)
    return points


def person(frame: int, x: float, *, y: float = 500.0, size: float = 400.0, trust: float = 0.9) -> Reading:
    return Reading(frame, frame * STEP_MS, body(x, y, size), trust)


def walked(count: int, start: float, step: float, size: float = 400.0) -> list[Reading]:
    return [person(frame, start + step * frame, size=size) for frame in range(count)]


def spans(found: Sequence[Sequence[Reading]]) -> list[tuple[int, int]]:
    return sorted((path[0].frame, path[-1].frame) for path in found)


def test_one_person_seen_through_several_tiles_is_one_and_the_best_seen_is_kept() -> None:
    seen = [person(0, 500, trust=0.6), person(0, 520, trust=0.95), person(0, 900, trust=0.7)]
    assert [reading.trust for reading in distinct(seen)] == [0.95, 0.7]


def test_a_child_in_front_of_an_adult_is_another_person() -> None:
    assert len(distinct([person(0, 500, size=400), person(0, 510, size=150)])) == 2


def test_two_who_cross_keep_their_own_paths() -> None:
    runner, walker = walked(20, 100, 80), walked(20, 1300, -25)
    found = paths([list(pair) for pair in zip(runner, walker, strict=True)], [0] * 20)
    assert sorted([id(reading) for reading in path] for path in found) == sorted(
        [id(reading) for reading in path] for path in (runner, walker)
    )


def test_a_reading_that_jumps_to_somebody_else_begins_another_path() -> None:
    runner, walker = walked(20, 100, 60), walked(20, 1800, -5)
    found = paths([[(runner if frame < 10 else walker)[frame]] for frame in range(20)], [0] * 20)
    assert spans(found) == [(0, 9), (10, 19)]


def test_one_who_is_hidden_for_a_moment_is_still_the_same() -> None:
    runner = walked(20, 100, 60)
    found = paths([[] if 8 <= frame < 12 else [runner[frame]] for frame in range(20)], [0] * 20)
    assert spans(found) == [(0, 19)]


def test_one_who_is_away_for_longer_is_not() -> None:
    walker = walked(30, 100, 5)
    found = paths([[] if 8 <= frame < 18 else [walker[frame]] for frame in range(30)], [0] * 30)
    assert spans(found) == [(0, 7), (18, 29)]


def test_no_path_spans_a_cut() -> None:
    walker = walked(20, 100, 5)
    assert spans(paths([[reading] for reading in walker], [0] * 9 + [1] * 11)) == [(0, 8), (9, 19)]


@given(st.lists(st.lists(st.floats(0, 1900), max_size=3), max_size=12))
def test_every_reading_belongs_to_exactly_one_path(places: list[list[float]]) -> None:
    frames = [[person(frame, x) for x in people] for frame, people in enumerate(places)]
    found = paths(frames, [0] * len(frames))
    assert sorted(id(reading) for path in found for reading in path) == sorted(
        id(reading) for people in frames for reading in people
    )
    for path in found:
        assert all(before.frame < after.frame for before, after in pairwise(path))


def test_the_larger_and_the_longer_seen_is_the_more_present() -> None:
    assert presence(walked(20, 0, 5)) > presence(walked(10, 0, 5)) > presence(walked(10, 0, 5, size=200))


def test_the_athlete_is_expected_where_the_first_pass_saw_him() -> None:
    expected = Expectation(walked(10, 200, 60), 1920, 1080)
    between = person(4, 200 + 60 * 4.5)
    assert expected.holds(Reading(99, 4.5 * STEP_MS, between.landmarks, 0.9))
    assert not expected.holds(person(4, 1500))
    assert not expected.holds(person(20, 200 + 60 * 9))
    mask, whole = expected.mask(4.5 * STEP_MS), expected.region(0.0, 9 * STEP_MS)
    assert mask.left * 1920 < between.box[0] < between.box[2] < mask.right * 1920
    assert whole.left <= mask.left < mask.right <= whole.right
