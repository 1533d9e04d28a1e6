"""What the analysis says of one video."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from bench.accuracy.poses import Poses

from cricksy.analysis.disciplines.action import find_action
from cricksy.analysis.events import time_at
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics import balance, elbow, head, knee, registry, rotation
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray, Track
from cricksy.results.measurements import EventName, Metric, MetricName
from cricksy.vocabulary import Discipline, Given, Handedness

METRICS: Final = tuple(metric.name for metric in registry.METRICS)
HEAD: Final = head.METRIC.name
BALANCE: Final = balance.METRIC.name
KNEE: Final = knee.METRIC.name
TIMING: Final = rotation.METRIC.name
ELBOW: Final = elbow.METRIC.name


@dataclass(frozen=True, slots=True)
class Seen:
    """A video's landmarks and what was measured in them."""

    track: Track
    measurement: Measurement

    @property
    def bowling(self) -> bool:
        return self.measurement.discipline.value is Discipline.BOWLING

    @property
    def hand(self) -> Handedness | None:
        return self.measurement.handedness.value

    def metric(self, name: str) -> Metric:
        return self.measurement.metrics[name]

    def score(self, name: MetricName) -> float | None:
        """How a metric's value scores, also where it is too unsure for the score to be published."""
        return self.measurement.scores.get(name)

    def event_frame(self, name: EventName) -> int | None:
        """The 0-based source frame of an event."""
        return next((event.frame for event in self.measurement.events if event.name == name), None)

    def instants(self) -> dict[EventName, float]:
        """Seconds of each event on the film's clock, between frames; what is published stands on frames.

        The results do not name them, so the action is looked for once more.
        """
        motion = self._motion()
        action = None if motion is None else find_action(motion, Given())
        if motion is None or action is None:
            return {}
        world_ms = np.array([1000.0 * time_at(motion, instant.index) for instant in action.instants.values()])
        film_s = self.measurement.speed.clock.film_ms(world_ms) / 1000.0
        return dict(zip(action.instants, film_s.tolist(), strict=True))

    def front_ankle(self, frame: int) -> FloatArray | None:
        """(2,) pixels of the front leg's ankle on a source frame; ``None`` where no front leg was chosen."""
        front, motion = self.measurement.front_leg, self._motion()
        if front is None or motion is None:
            return None
        at = int(np.argmin(np.abs(motion.frame - frame)))
        ankle: FloatArray = motion.unfiltered[at, Joint.ANKLE + front]
        return ankle

    def _motion(self) -> Motion | None:
        """What was measured: on the clock by which the film was judged."""
        return cleaning.clean(replace(self.track, clock=self.measurement.speed.clock))

    def ankles(self, frame: int) -> FloatArray:
        """(2, 2) pixels of both ankles on the sampled frame nearest to a source frame, as the model labelled them.

        Where a still camera would have shown them, as :meth:`front_ankle` has them.
        """
        at = int(np.argmin(np.abs(self.track.frame - frame)))
        both: FloatArray = self.track.stabilised[at, [Joint.ANKLE + Side.LEFT, Joint.ANKLE + Side.RIGHT], :2]
        return both


def see(poses: Poses, given: Given | None = None) -> Seen:
    return Seen(poses.track, measure(poses.track, poses.video, given or Given()))
