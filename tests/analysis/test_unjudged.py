"""A value that is too unsure has no score anywhere, and says in plain words what it lacks."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from tools.synthetic import stick
from tools.synthetic.camera import View
from tools.synthetic.faults import FLOOR
from tools.synthetic.film import container, film
from tools.synthetic.performance import Performance
from tools.synthetic.player import draw

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines import action, judging
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.elbow import ELBOW_HALF_SURE
from cricksy.analysis.metrics.scoring import Limit, RawMeasurement
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
    ("reliability", "cause"),
    [(0.2, "the error is too large to tell players apart"), (0.9, "of equal limits the first")],
)
def test_the_lesser_of_confidence_and_reliability_is_the_cause(reliability: float, cause: str) -> None:
    t = stick.times(60, 1.5)
    motion = cleaning.clean(stick.video_of(stick.bowl(stick.Bowler(), t), t, WHOLE))
    assert motion is not None
    performed = action.find_action(motion, Given())
    assert performed is not None
    view = judging.judge_view(judging.seen_view(motion, performed), Given())
    scene = Scene(motion, performed, view, profile_of(performed.discipline))
    limits = (Limit(0.9, "more"), Limit(0.3, "of equal limits the first"), Limit(0.3, "the second"))
    raw = RawMeasurement(
        window=slice(0, 1),
        value=0.0,
        uncertainty=0.0,
        limits=limits,
        rules=(),
        series=np.zeros(1),
        scores=np.zeros(1),
    )
    assert raw.confidence == 0.3
    assert why_unjudged(scene, raw, reliability) == f"Measured, but too unsure to be judged: {cause}."


PARTS: dict[str, slice] = {"nothing": slice(0), "the legs": slice(25, 33), "the arms": slice(13, 17)}
LEAD = "Measured, but too unsure to be judged: "


@pytest.mark.parametrize("told", [None, CameraView.FRONT])
@pytest.mark.parametrize("down", [0.0, 0.2])
@pytest.mark.parametrize("hidden", PARTS)
@pytest.mark.parametrize("yaw_deg", [0.0, 60.0, 90.0, 180.0])
@pytest.mark.parametrize("who", ["batting", "bowling"])
def test_the_cause_that_is_told_is_true_of_the_measurement(
    who: Literal["batting", "bowling"], yaw_deg: float, hidden: str, down: float, told: CameraView | None
) -> None:
    """From wherever the player is filmed, and whatever part is hidden or lies ``down`` below the picture."""
    performance = draw(4101, who)
    given = Given(discipline=Discipline(who), camera_view=told)
    filmed = film(performance, View(yaw_deg=yaw_deg), faults=FLOOR, seed=4101)
    landmarks = filmed.track.landmarks.copy()
    landmarks[:, :, 1] += down * filmed.video.height
    landmarks[:, PARTS[hidden], 3] *= 0.6
    found = measure(replace(filmed.track, landmarks=landmarks), filmed.video, given)
    for name, one in found.metrics.items():
        if one.reason is not None and one.reason.startswith(LEAD):
            assert_true(one.reason.removeprefix(LEAD).rstrip("."), name, found, performance)


def assert_true(cause: str, name: MetricName, found: Measurement, performance: Performance) -> None:
    one, view = metric(found, name), found.camera_view
    assert one.error is not None
    assert found.whole_body_share is not None
    match cause:
        case "part of the body is outside the picture":
            assert found.whole_body_share < 1.0
        case "this needs a video from the side" | "the camera stood too far from side-on":
            aside = film(performance, View())
            judged = measure(aside.track, aside.video, Given(discipline=found.discipline.value))
            assert view.value is not CameraView.SIDE or view.confidence < 0.5
            assert metric(judged, name).score is not None
        case "the camera seems to have stood elsewhere than you said":
            assert view.shown is not None
        case "the video does not show where the camera stood":
            assert view.value is None
        case "the error of the upper arm's angle is too large":
            assert (name, one.error > ELBOW_HALF_SURE) == ("elbow_drop_score", True)
        case "part of the body is hidden, or not read surely enough" | "the error is too large to tell players apart":
            assert one.confidence < th.FINDING_CONFIDENCE
        case "one camera does not show this exactly enough":
            assert (name, found.discipline.value) == ("front_knee_brace_score", Discipline.BATTING)
        case "no delivery or stroke was recognised":
            assert found.events == []
        case _ if "front foot" in cause:
            assert name == "front_knee_brace_score"
        case _:
            assert cause.startswith("the moment of ")
            assert found.events[-1].confidence < th.FINDING_CONFIDENCE
