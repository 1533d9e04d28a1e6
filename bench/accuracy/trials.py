"""Videos of synthetic players by seed, and how far the analysis is from their truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
from bench.accuracy.seen import BALANCE, ELBOW, HEAD, KNEE, TIMING, Seen
from tools.synthetic import measures
from tools.synthetic.camera import View
from tools.synthetic.faults import NONE, Faults
from tools.synthetic.film import Filmed, film
from tools.synthetic.performance import Performance
from tools.synthetic.player import Doing, Hand, draw

from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import measure
from cricksy.analysis.metrics.knee import KneeParams
from cricksy.results.measurements import EventName
from cricksy.vocabulary import CameraView, Discipline, Given

KEPT_BACK: Final = 50_000
"""Seeds from here on choose no threshold: they only test."""

SIDE_ON: Final = View(orthographic=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """One video, its truth, and what was seen in it."""

    performance: Performance
    view: View
    filmed: Filmed
    seen: Seen
    fps: float

    @property
    def hand_right(self) -> bool:
        return self.seen.hand is self.filmed.truth.handedness

    @property
    def discipline_right(self) -> bool:
        return self.seen.measurement.discipline.value is self.filmed.truth.discipline

    def events_off(self) -> dict[EventName, float]:
        """Found minus true time of each true event that was found, in frames."""
        found = self.seen.instants()
        truth = self.filmed.truth.events
        return {name: (found[name] - truth[name]) * self.fps for name in found if name in truth}

    @property
    def _across(self) -> bool:
        """Whether the video was taken for one along the pitch, where balance means the offset to the side."""
        return self.seen.measurement.camera_view.value in (CameraView.FRONT, CameraView.BEHIND)

    def true_value(self, metric: str) -> float | None:
        """What the metric's value should be, in space; ``None`` where that is not known."""
        truth = self.filmed.truth
        if truth.measures is None:
            return None
        return {
            HEAD: truth.head_in_picture_pct,
            BALANCE: None if self._across else truth.measures.balance,
            KNEE: _knee_value(truth.discipline, truth.measures.knee_at_key),
            TIMING: truth.measures.lag_ms,
            ELBOW: truth.measures.elbow_deg,
        }.get(metric)

    def knee_in_picture(self) -> float:
        """Degrees of the front knee at release, or of its flexion at impact, as the image shows it."""
        truth = self.filmed.truth
        assert truth.discipline is not None
        key = profile_of(truth.discipline).key_event_name
        assert key is not None
        joints = measures.joints_at(self.performance, np.array([truth.events[key]]))
        points = self.view.camera(self.performance.action.centre).project(joints)[..., :2]
        return _knee_value(truth.discipline, float(measures.knee_angles(points)[0, truth.front or 0]))

    def off(self, metric: str) -> float | None:
        """Found minus true value of a metric, in its unit; ``None`` where it was not measured."""
        found, true = self.seen.metric(metric).value, self.true_value(metric)
        return None if found is None or true is None else found - true

    def told_events(self) -> "Trial":
        """The same video with every true event given, as a coach corrects them."""
        truth = self.filmed.truth
        assert truth.discipline is not None
        t_ms: dict[EventName, float] = {
            name: 1000.0 * truth.events[name] for name in profile_of(truth.discipline).events
        }
        told = measure(self.filmed.track, self.filmed.video, Given(), Corrections(truth.discipline, t_ms))
        return replace(self, seen=Seen(self.filmed.track, told))


def _knee_value(discipline: Discipline | None, angle: float) -> float:
    """What the metric says of a knee with this angle, 180 straight."""
    params = profile_of(discipline).params(KneeParams)
    assert params is not None
    return params.of(angle)


@cache
def player(seed: int, discipline: Doing, hand: Hand | None = None) -> Performance:
    """The same performance for the same arguments, drawn once."""
    return draw(seed, discipline, hand)


def trial(  # noqa: PLR0913 - what a video is made of
    seed: int,
    discipline: Doing,
    *,
    view: View = SIDE_ON,
    fps: float = 60.0,
    faults: Faults = NONE,
    hand: Hand | None = None,
) -> Trial:
    """Film the player of ``seed`` and measure the video as if nothing were known of it."""
    phase = float(np.random.default_rng([seed, 1]).random())
    performance = player(seed, discipline, hand)
    filmed = film(performance, view, fps=fps, phase=phase, faults=faults, seed=seed)
    return Trial(performance, view, filmed, Seen(filmed.track, measure(filmed.track, filmed.video, Given())), fps)


def worst(values: Sequence[float | None]) -> float | None:
    """The largest magnitude; ``None`` where one is missing or there is none."""
    there = [abs(value) for value in values if value is not None]
    return max(there) if there and len(there) == len(values) else None


def spread(values: Sequence[float]) -> float:
    """How far the worst value lies from their median: what a constant scores."""
    return float(np.max(np.abs(np.array(values) - np.median(values))))
