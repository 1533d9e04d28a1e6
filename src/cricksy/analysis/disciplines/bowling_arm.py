"""The arc of a bowling arm: its wrist followed over the head, whichever label the model gave it on each frame.

On single frames a model exchanges the two arms, puts both wrists on one of them, or sees none. But a bowling arm turns
steadily and the other one is about half a turn away, so its expected place shows which wrist is its own.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np

from cricksy.analysis import body
from cricksy.analysis import thresholds as th
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import NOSE, Joint, Side
from cricksy.analysis.track import FloatArray, IntArray

# deg/s; over the sweep below: slow arms do 500 there, half of that in slow motion
RELEASE_MIN_SPEED: Final = 200.0
# deg; from level to release, where a bowler may not straighten the elbow (Law 21)
RELEASE_MIN_SWEEP: Final = 100.0
# deg; provisional: this much before release, and this much in all, suffices for an arm that is seen late
RELEASE_LATE_SWEEP: Final = (60.0, 160.0)
RELEASE_SWEEP_S: Final = 1.2  # s; an arm takes 0.3–0.6, twice that in slow motion
ARM_MAX_SPEED: Final = 2400.0  # deg/s; the fastest bowlers' arms reach 2000
# s; a usual arm turns less than half a turn while it is hidden, so its direction round is known
ARC_GAP_S: Final = 0.15
ARC_GAP_FRAMES: Final = 2.5  # frames; the same at low frame rates: one frame at a time may be hidden
# deg; from one place to the next before the arm's speed is known: more is the other arm
ARC_LARGEST_TURN: Final = 130.0
LEVEL_ARM: Final = 30.0  # deg; on both sides of level behind and of overhead, over which a turn is timed
# ratio; of the speed at the level: nine in ten synthetic arms are no faster overhead
FASTER_OVERHEAD: Final = 1.41
# ratio; provisional: of the sweep's frames, that show the arm under the label it had just before
ARC_STEADY: Final = 0.6
# deg; off the steady turn: half-way to where either arm might belong to the other
ARC_TOLERANCE: Final = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcParams:
    """What a sweep may vary; the constants of this module say what each number is and where it comes from."""

    min_speed: float = RELEASE_MIN_SPEED
    min_sweep: float = RELEASE_MIN_SWEEP
    late_sweep: tuple[float, float] = RELEASE_LATE_SWEEP
    steady: float = ARC_STEADY
    straightness: float = th.RELEASE_STRAIGHTNESS
    tolerance: float = ARC_TOLERANCE


ARC: Final = ArcParams()


class _Place(NamedTuple):
    """Where the arm is: on which sample, under which label, and its direction in degrees, continuous."""

    sample: int
    side: Side
    angle: float


@dataclass(frozen=True, slots=True)
class _Arms:
    """Where both arms point, as plain numbers: following one asks for a few at a time, some thousand times in a video.

    ``angles``: degrees of the left and the right arm on each of n samples, NaN where hidden. ``t_s``: seconds.
    ``longest_s``: for how long an arm may be hidden. ``tolerance``: degrees off a steady turn.
    """

    t_s: list[float]
    angles: list[tuple[float, float]]
    longest_s: float
    tolerance: float

    @classmethod
    def of(cls, motion: Motion, towards: int, params: ArcParams) -> "_Arms":
        left, right = (body.arm_angle(motion.unfiltered, side, towards).tolist() for side in Side)
        longest_s = max(ARC_GAP_S, ARC_GAP_FRAMES / motion.rate)
        return cls(motion.t_s.tolist(), list(zip(left, right, strict=True)), longest_s, params.tolerance)

    def follow(self, start: _Place, step: Literal[1, -1], speed: float) -> list[_Place]:
        """The arm's places from ``start``, a ``step`` of time after the other, for as long as it turns steadily."""
        places = [start]
        longest_s = th.EVENT_NEAR_S if step > 0 else RELEASE_SWEEP_S
        while True:
            here = places[-1]
            there = self.next(here, step, speed)
            if there is None or abs(self.t_s[there.sample] - self.t_s[start.sample]) > longest_s:
                return places
            lately = (there.angle - here.angle) / (self.t_s[there.sample] - self.t_s[here.sample])
            speed = (speed + lately) / 2
            places.append(there)

    def next(self, here: _Place, step: Literal[1, -1], speed: float | None) -> _Place | None:
        """The arm's place on the nearest sample that shows it where ``speed`` (deg/s) takes it.

        Without ``speed``, where any forward turn takes it.
        """
        sample = here.sample + step
        while 0 <= sample < len(self.angles):
            dt = self.t_s[sample] - self.t_s[here.sample]
            if abs(dt) > self.longest_s:
                return None
            furthest = min(ARM_MAX_SPEED * dt, ARC_LARGEST_TURN)
            turn, tolerance = (furthest / 2, furthest / 2) if speed is None else (speed * dt, self.tolerance)
            off = [math.remainder(angle - here.angle - turn, 360.0) for angle in self.angles[sample]]
            near = [side for side in Side if abs(off[side]) <= tolerance]
            if near:
                side = min(near, key=lambda side: abs(off[side]))
                return _Place(sample, side, here.angle + turn + off[side])
            sample += step
        return None


@dataclass(frozen=True, slots=True)
class Arc:
    """An arm that comes over the head on m samples, in the order of time.

    ``samples`` (m,): indices into the motion. ``sides`` (m,): the label under which the arm stands there. ``angle``
    (m,): degrees as of :func:`cricksy.analysis.body.arm_angle`, but continuous. ``top``: the position in these of the
    last sample before the arm passes ``th.RELEASE_ANGLE``.
    """

    samples: IntArray
    sides: IntArray
    angle: FloatArray
    top: int

    def of(self, values: FloatArray, joint: Joint) -> FloatArray:
        """(m, …) the arm's ``joint`` in ``values`` (n, 33, …)."""
        found: FloatArray = values[self.samples, joint + self.sides]
        return found


def least_cosine(motion: Motion, arc: Arc) -> float:
    """Least likely cosine of the angle between image and sweep, 0–1; NaN where the sweep was not seen whole.

    A circle that is filmed at an angle of cosine c is an ellipse. There the arm seems to turn 1/c times as fast at the
    level and c times as fast overhead; an arm that leans sideways hides part of that, so their ratio c² is taken. And
    it looks c times as long at the level as overhead. The lesser of both counts, for any bowler and any length of
    stride.
    """
    t_s, angle = motion.t_s[arc.samples], arc.angle
    low = np.flatnonzero(angle[: arc.top + 1] <= -90.0 - LEVEL_ARM)
    if not len(low) or angle[-1] < LEVEL_ARM:
        return math.nan
    sweep = slice(int(low[-1]), len(angle))
    passed = [-90.0 - LEVEL_ARM, -90.0 + LEVEL_ARM, -LEVEL_ARM, LEVEL_ARM]
    times = np.interp(passed, np.maximum.accumulate(angle[sweep]), t_s[sweep])
    faster = float((times[1] - times[0]) / (times[3] - times[2])) / FASTER_OVERHEAD
    return min(1.0, faster, _level_length(motion, arc))


def _level_length(motion: Motion, arc: Arc) -> float:
    """Ratio of the arm's length in the image at the level, on the side where it looks shorter, to that overhead.

    1 where it was not read there or overhead.
    """
    shoulder, elbow, wrist = (arc.of(motion.unfiltered, joint) for joint in (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST))
    length = np.linalg.norm(elbow - shoulder, axis=1) + np.linalg.norm(wrist - elbow, axis=1)
    behind, over, ahead = (
        length[np.isfinite(length) & (np.abs(arc.angle - angle) <= LEVEL_ARM)] for angle in (-90.0, 0.0, 90.0)
    )
    level = [float(np.median(part)) for part in (behind, ahead) if len(part)]
    return min(level) / float(np.median(over)) if level and len(over) else 1.0


def find_arcs(motion: Motion, towards: int, params: ArcParams = ARC) -> list[Arc]:
    """Every sweep of an arm over the head in the direction ``towards`` (±1 along x) that may end in a ball's release.

    The arm turns as far and as fast as a bowler's, is straight at the top, high above the head, and alone: two hands
    that come over together hold a bat.
    """
    arms = _Arms.of(motion, towards, params)
    arcs = [_arc(arms, *pair) for pair in _crossings(arms)]
    return [arc for arc in arcs if _bowls(motion, arc, params)]


def straightness(motion: Motion, samples: IntArray, sides: IntArray) -> FloatArray:
    """(m,) shoulder to wrist over upper arm plus forearm; NaN where hidden."""
    shoulder, elbow, wrist = (
        motion.unfiltered[samples, joint + sides] for joint in (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST)
    )
    length = np.linalg.norm(elbow - shoulder, axis=-1) + np.linalg.norm(wrist - elbow, axis=-1)
    return np.linalg.norm(wrist - shoulder, axis=-1) / np.where(length > 0, length, np.nan)


def _crossings(arms: _Arms) -> Iterator[tuple[_Place, _Place]]:
    """Neighbouring places between which an arm that turns forwards passes ``th.RELEASE_ANGLE``."""
    for sample, angles in enumerate(arms.angles):
        for side, angle in zip(Side, angles, strict=True):
            if not th.RELEASE_ANGLE - 180.0 < angle <= th.RELEASE_ANGLE:
                continue
            here = _Place(sample, side, angle)
            following = arms.next(here, 1, None)
            if following is not None and following.angle > th.RELEASE_ANGLE:
                yield here, following


def _arc(arms: _Arms, before: _Place, after: _Place) -> Arc:
    speed = (after.angle - before.angle) / (arms.t_s[after.sample] - arms.t_s[before.sample])
    early = arms.follow(before, -1, speed)[::-1]
    samples, sides, angle = zip(*early, *arms.follow(after, 1, speed), strict=True)
    return Arc(np.array(samples), np.array(sides), np.array(angle), len(early) - 1)


def _sweep(motion: Motion, arc: Arc, params: ArcParams) -> slice | None:
    """The part of ``arc`` that leads over the top; ``None`` where it is too short, too slow or not steady."""
    turns, steps_s = np.diff(arc.angle), np.diff(motion.t_s[arc.samples])
    end = arc.top + 1
    seen = arc.angle[end] - arc.angle[:end]
    # An arm that comes into the image late may be followed long enough all the same.
    least, in_all = params.late_sweep
    late = seen[0] >= least and arc.angle[-1] - arc.angle[0] >= in_all
    if arc.top < 1 or not (late or seen.max() >= params.min_sweep):
        return None
    begun = np.flatnonzero(seen >= params.min_sweep)
    first = int(begun[-1]) if len(begun) else 0
    # The turn at the top alone was not foretold: what the arm did before must lead to it.
    foretold = turns[arc.top - 1] / steps_s[arc.top - 1] * steps_s[arc.top]
    steady = abs(turns[arc.top] - foretold) <= params.tolerance
    fast = turns[first:end].sum() >= params.min_speed * steps_s[first:end].sum()
    return slice(first, end + 1) if steady and fast else None


def _bowls(motion: Motion, arc: Arc, params: ArcParams) -> bool:
    sweep = _sweep(motion, arc, params)
    if sweep is None:
        return False
    samples, sides = arc.samples[sweep], arc.sides[sweep]
    rise = motion.unfiltered[samples[-2:], NOSE, 1] - arc.of(motion.unfiltered, Joint.WRIST)[sweep][-2:, 1]
    straight = straightness(motion, samples, sides)
    straight = straight[np.isfinite(straight)]
    same_label = len(samples) - np.count_nonzero(np.diff(sides))
    return bool(
        rise.max() >= th.RELEASE_WRIST_ABOVE * motion.scale
        and len(straight)
        and np.median(straight) >= params.straightness
        and not _is_accompanied(motion, arc, samples)
        and same_label >= params.steady * (samples[-1] - samples[0] + 1)
    )


def _is_accompanied(motion: Motion, arc: Arc, sweep: IntArray) -> bool:
    """Whether the other hand is up as well: on the same bat, or raised from the other side as in a jumping jack.

    There the arc goes up with one arm and down with the other.
    """
    wrists = motion.unfiltered[sweep, Joint.WRIST : Joint.WRIST + 2]
    apart = np.linalg.norm(wrists[:, 0] - wrists[:, 1], axis=-1)
    apart = apart[np.isfinite(apart)]
    near = arc.samples[np.abs(motion.t_s[arc.samples] - motion.t_s[arc.samples[arc.top]]) <= th.EVENT_NEAR_S]
    together = len(apart) and np.median(apart) < th.HANDS_TOGETHER * motion.scale
    return bool(together or both_hands_high(motion, near))


def both_hands_high(motion: Motion, samples: IntArray) -> bool:
    """Whether both hands, and not the bowling one alone, are as high above the head as at a release."""
    lower = motion.unfiltered[samples, NOSE, 1] - motion.unfiltered[samples, Joint.WRIST : Joint.WRIST + 2, 1].max(
        axis=1
    )
    lower = lower[np.isfinite(lower)]
    return bool(len(lower) and np.median(lower) >= th.RELEASE_WRIST_ABOVE * motion.scale)
