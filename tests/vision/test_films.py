"""Odd films from outside, analysed as a whole; their right answers are in the README beside them."""

from pathlib import Path

import pytest
from bench.accuracy.films import FILMS, SLOWED, Right, directory

from cricksy.results.schema import Results
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given
from cricksy_worker.vision.pipeline import analyse_video
from cricksy_worker.vision.request import AnalysisRequest

NOTES = {
    "dup60even.mov": "only 30 different ones in its 60",
    "dup60odd.mov": "only 30 different ones in its 60",
    "dup240.mov": "only 30 different ones in its 240",
}
USUAL_NOTE = "60 frames a second or more; this video has 30."
# Of a body whose run-up is not seen nothing says that the film is not slowed.
UNSURE_NOTE = "60 frames a second or more; this video shows 30. If it was shot at more and then slowed, upload it again"


@pytest.fixture
def films() -> Path:
    """The directory of odd films."""
    found = directory()
    if found is None:
        pytest.skip("CRICKSY_FILMS names no directory of odd films")
    return found


def analysed(film: Path, sample_fps: float, capture_fps: float | None = None) -> Results:
    request = AnalysisRequest(sample_fps, include_frames=False, given=Given(capture_fps=capture_fps))
    return analyse_video(film, request, analysis_settings({}), lambda _stage, _done: None).results


def assert_right(right: Right, results: Results) -> None:
    """Each event is found, where it is known to be."""
    found = {event.name: event.t_ms for event in results.pose.pose_summary.events}
    assert set(found) == {"back_foot_contact", "front_foot_contact", "ball_release"}
    for name, t_ms, off_ms in right.events:
        assert found[name] == pytest.approx(t_ms, abs=off_ms), name


@pytest.mark.parametrize("right", FILMS, ids=lambda right: right.film)
def test_an_odd_film_is_read_rightly(films: Path, right: Right) -> None:
    results = analysed(films / right.film, 15)
    summary, notes = results.pose.pose_summary, results.findings.capture_quality.notes
    assert (summary.discipline, summary.handedness) == ("bowling", right.hand)
    assert (summary.rotation, summary.mirrored) == (right.rotation, right.mirrored)
    assert (summary.width, summary.height, summary.truncated) == (640, 360, False)
    assert_right(right, results)
    assert summary.image_fps == pytest.approx(30, abs=0.1)
    assert all("poses that no body can take" in note for note in notes[1:])
    assert summary.slow_motion is not None
    assert summary.slow_motion.factor == 1.0
    usual = UNSURE_NOTE if summary.slow_motion.source == "none" else USUAL_NOTE
    assert NOTES.get(right.film, usual) in notes[0]


@pytest.mark.parametrize("capture_fps", [None, 120.0])
def test_a_tagged_slow_film_is_measured_in_the_worlds_time(films: Path, capture_fps: float | None) -> None:
    results = analysed(films / "android_slowmo.mp4", 15, capture_fps)
    summary = results.pose.pose_summary
    slow = summary.slow_motion
    assert slow is not None
    assert (slow.factor, slow.source) == (4.0, "tag" if capture_fps is None else "given")
    assert (summary.discipline, summary.handedness) == ("bowling", "right")
    assert_right(SLOWED, results)
    release = next(event for event in summary.events if event.name == "ball_release")
    assert release.t_ms / slow.factor == pytest.approx(1842, rel=0.05)
    assert results.findings.capture_quality.notes == []
    assert summary.fine_window_ms is not None
    assert summary.fine_window_ms[1] - summary.fine_window_ms[0] == pytest.approx(6000, abs=40)


@pytest.mark.parametrize("film", ["dup60even.mov", "dup60odd.mov"])
def test_the_rate_of_the_first_pass_changes_no_answer(films: Path, film: str) -> None:
    events = [analysed(films / film, sample_fps).pose.pose_summary.events for sample_fps in (5, 15, 60)]
    assert events[0] == events[1] == events[2]
