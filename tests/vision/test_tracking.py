from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cricksy.analysis.skeleton import BLAZEPOSE33
from cricksy.analysis.track import FloatArray
from cricksy_worker.vision.detections import Detection, suppress_duplicates
from cricksy_worker.vision.expectation import Expectation
from cricksy_worker.vision.tracking import TrackingParams, link_detections, total_size

STEP_MS = 1000 / 15


def body(x: float, y: float, size: float) -> FloatArray:
    """Landmarks (33, 4) that fill a box of that height around (x, y)."""
    rng = np.random.default_rng(5)
    points = np.ones((33, 4))
    points[:, 0] = x + size * rng.uniform(-0.2, 0.2, 33)
    points[:, 1] = y + size * np.linspace(-0.5, 0.5, 33)
    points[[11, 12, 23, 24], :2] = (x, y)
    return points


def person(frame: int, x: float, *, y: float = 500.0, size: float = 400.0, confidence: float = 0.9) -> Detection:
    return Detection(frame, frame * STEP_MS, body(x, y, size), confidence, BLAZEPOSE33)


def walked(count: int, start: float, step: float, size: float = 400.0) -> list[Detection]:
    return [person(frame, start + step * frame, size=size) for frame in range(count)]


def spans(found: Sequence[Sequence[Detection]]) -> list[tuple[int, int]]:
    return sorted((tracklet[0].frame, tracklet[-1].frame) for tracklet in found)


def test_one_person_seen_through_several_tiles_is_one_and_the_best_seen_is_kept() -> None:
    seen = [person(0, 500, confidence=0.6), person(0, 520, confidence=0.95), person(0, 900, confidence=0.7)]
    assert [detection.confidence for detection in suppress_duplicates(seen)] == [0.95, 0.7]


def test_a_child_in_front_of_an_adult_is_another_person() -> None:
    assert len(suppress_duplicates([person(0, 500, size=400), person(0, 510, size=150)])) == 2


def test_two_who_cross_keep_their_own_tracklets() -> None:
    runner, walker = walked(20, 100, 80), walked(20, 1300, -25)
    found = link_detections([list(pair) for pair in zip(runner, walker, strict=True)], [0] * 20)
    assert sorted([id(detection) for detection in tracklet] for tracklet in found) == sorted(
        [id(detection) for detection in tracklet] for tracklet in (runner, walker)
    )


def test_a_detection_that_jumps_to_somebody_else_begins_another_tracklet() -> None:
    runner, walker = walked(20, 100, 60), walked(20, 1800, -5)
    found = link_detections([[(runner if frame < 10 else walker)[frame]] for frame in range(20)], [0] * 20)
    assert spans(found) == [(0, 9), (10, 19)]


def test_one_who_is_hidden_for_a_moment_is_still_the_same() -> None:
    runner = walked(20, 100, 60)
    found = link_detections([[] if 8 <= frame < 12 else [runner[frame]] for frame in range(20)], [0] * 20)
    assert spans(found) == [(0, 19)]


def test_one_who_is_away_for_longer_is_not() -> None:
    walker = walked(30, 100, 5)
    found = link_detections([[] if 8 <= frame < 18 else [walker[frame]] for frame in range(30)], [0] * 30)
    assert spans(found) == [(0, 7), (18, 29)]


def test_a_longer_loss_may_be_allowed() -> None:
    walker = walked(30, 100, 5)
    frames = [[] if 8 <= frame < 18 else [walker[frame]] for frame in range(30)]
    assert spans(link_detections(frames, [0] * 30, TrackingParams(longest_loss_ms=1000.0))) == [(0, 29)]


def test_no_tracklet_spans_a_cut() -> None:
    walker = walked(20, 100, 5)
    assert spans(link_detections([[detection] for detection in walker], [0] * 9 + [1] * 11)) == [(0, 8), (9, 19)]


@given(st.lists(st.lists(st.floats(0, 1900), max_size=3), max_size=12))
def test_every_detection_belongs_to_exactly_one_tracklet(places: list[list[float]]) -> None:
    frames = [[person(frame, x) for x in people] for frame, people in enumerate(places)]
    found = link_detections(frames, [0] * len(frames))
    assert sorted(id(detection) for tracklet in found for detection in tracklet) == sorted(
        id(detection) for people in frames for detection in people
    )
    for tracklet in found:
        assert all(before.frame < after.frame for before, after in pairwise(tracklet))


def test_the_larger_and_the_longer_seen_fills_more_of_the_video() -> None:
    assert total_size(walked(20, 0, 5)) > total_size(walked(10, 0, 5)) > total_size(walked(10, 0, 5, size=200))


def test_the_athlete_is_expected_where_the_first_pass_saw_him() -> None:
    expected = Expectation(walked(10, 200, 60), 1920, 1080)
    between = person(4, 200 + 60 * 4.5)
    assert expected.holds(replace(between, frame=99, t_ms=4.5 * STEP_MS))
    assert not expected.holds(person(4, 1500))
    assert not expected.holds(person(20, 200 + 60 * 9))
    mask, whole = expected.mask(4.5 * STEP_MS), expected.region(0.0, 9 * STEP_MS)
    assert mask.left * 1920 < between.box[0] < between.box[2] < mask.right * 1920
    assert whole.left <= mask.left < mask.right <= whole.right
