"""A value that is too unsure has no score anywhere, and says in plain words what it lacks."""

import pytest
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines import action, judging
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.unjudged import why_unjudged
from cricksy.analysis.preprocessing import cleaning
from cricksy.results.measurements import Metric, MetricName
from cricksy.vocabulary import CameraView, Discipline, Given

WHOLE = stick.Camera()


def delivery(
    camera: stick.Camera = WHOLE, told: Given | None = None, corrections: Corrections | None = None
) -> Measurement:
    t = stick.times(60, 1.5)
    track = stick.video_of(stick.bowl(stick.Bowler(), t), t, camera)
    return measure(track, container(track, 60.0), told or Given(), corrections)


def metric(found: Measurement, name: MetricName) -> Metric:
    value: Metric = found.metrics[name]
    return value


CASES: dict[str, tuple[Measurement, MetricName, str]] = {
    "a discipline without targets": (
        delivery(told=Given(Discipline.FIELDING)),
        "head_stability_score",
        "no delivery or stroke was recognised",
    ),
    "feet out of the picture": (
        delivery(stick.Camera(left=-800.0)),
        "balance_drift_score",
        "part of the body is outside the picture",
    ),
    "filmed along the pitch": (
        delivery(stick.Camera(yaw_deg=85.0), Given(Discipline.BOWLING, None, CameraView.FRONT)),
        "front_knee_brace_score",
        "the camera stood too far from side-on",
    ),
    "a release that the body denies": (
        delivery(corrections=Corrections(Discipline.BOWLING, {"ball_release": 1450.0})),
        "head_stability_score",
        "the moment of release is not certain",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_value_without_a_score_keeps_value_error_and_confidence_and_says_why(name: str) -> None:
    found, which, cause = CASES[name]
    unjudged = metric(found, which)
    assert unjudged.score is None
    assert unjudged.worst == []
    assert unjudged.value is not None
    assert unjudged.error is not None
    assert 0.0 < unjudged.confidence < th.FINDING_CONFIDENCE
    assert unjudged.reason is not None
    assert unjudged.reason.startswith(f"Measured, but too unsure to be judged: {cause}")
    assert 0.0 <= found.scores[which] <= 1.0
    assert which not in {finding.metric for finding in [*find(found).findings, *find(found).strengths]}


def test_a_score_that_is_published_is_the_raw_one() -> None:
    found = delivery()
    judged = [name for name, one in found.metrics.items() if one.score is not None]
    assert "front_knee_brace_score" in judged
    for name in judged:
        assert metric(found, name).score == found.scores[name]
        assert metric(found, name).reason is None
        assert metric(found, name).confidence >= th.FINDING_CONFIDENCE


@pytest.mark.parametrize(
    ("confidence", "reliability", "cause"),
    [
        (0.9, 0.2, "the error is too large to tell players apart"),
        (0.123456, 0.9, "one camera does not show this exactly enough"),
    ],
)
def test_the_lesser_of_confidence_and_reliability_is_the_cause(
    confidence: float, reliability: float, cause: str
) -> None:
    t = stick.times(60, 1.5)
    motion = cleaning.clean(stick.video_of(stick.bowl(stick.Bowler(), t), t, WHOLE))
    assert motion is not None
    performed = action.find_action(motion, Given())
    assert performed is not None
    view = judging.judge_view(judging.seen_view(motion, performed), Given())
    scene = Scene(motion, performed, view, profile_of(performed.discipline))
    assert why_unjudged(scene, confidence, reliability) == f"Measured, but too unsure to be judged: {cause}."
