"""How fast a bowler seems to move on a clock, and how likely a body is to move so.

Two of the numbers tell the clock from the body, because gravity has a time of its own:

* Free fall. In the bound before delivery nothing holds the body, so its hips fall by 9.81 m/s². On a clock that runs f
  times too fast or too slow it seems to be f² of that.
* The stride. Runners and walkers of any size who take strides of one length, against their legs, do it at one speed:
  stride over hip height is 2.3 Fr^0.3 with Fr = v²/(g h) (Alexander 1976). A stride that is longer than its speed
  allows is one in slow motion.

The arm and the feet only say whether a clock is possible at all: a bowler who walks in takes twice as long as a fast
one.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.bowling import DeliveryParams, find_delivery
from cricksy.analysis.disciplines.bowling_arm import find_arcs
from cricksy.analysis.disciplines.landing import ONE_READING
from cricksy.analysis.events import Action, time_at
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import FloatArray, Track

GRAVITY: Final = 9.81  # m/s²; on earth
STATURE_M: Final = 1.7  # m; a player may be 1.3–2.0, which changes a speed in H/s by 14 % at the most
SCALE_M: Final = 0.78 * STATURE_M  # m; the body scale H (Drillis and Contini 1966)
HIP_HEIGHT: Final = 0.631  # H; thigh and shank (Drillis and Contini 1966)
STRIDE_FACTOR, STRIDE_POWER = 2.3, 0.3  # 1; of Alexander's rule
STEPS_S: Final = 2.5  # s; before release, in which steps are counted
STEP_HZ: Final = 60.0  # Hz; of the grid on which the distance between the feet is followed
STEP_SMOOTH_S: Final = 0.13  # s; less than half of the quickest runner's step of 0.3
STEP_DEPTH: Final = 0.12  # H; by which the feet close up between two steps: jitter does a tenth of that
# H; of one step: a shuffle below shows no gait, and a sprinter's 1.5 m are the longest
STEP_LENGTH: Final = (0.3, 1.2)
FALL_S: Final = 0.14  # s; of a bound, which lasts 0.15–0.25
FALL_SAMPLES: Final = 4  # count; one more than a parabola has coefficients
# %; of the accelerations before release: the greatest downward ones are those of the bound, and the very greatest noise
FALL_PERCENTILE: Final = 95
BOUND_MS: Final = 100.0  # ms; on the film's clock: how far off the end of a slowed part may be
SWEEP: Final = 100.0  # deg; of the arm before release, over which its speed is taken

# Measured at their true speed on 48 synthetic bowlers with seeds below 9000, jitter and slow errors, and on ten real
# clips: middle and standard deviation of the natural logarithm. The spread is that of the real clips where it is wider.

STRIDE_USUAL: Final = (0.97, 0.18)  # ratio; the gait's speed by its stride over its speed on the clock
# H/s²; and twice the spread: more than usual, and less, as of those who walk in
FALL_USUAL: Final = (9.0, 0.3, 0.45)
ARM_USUAL: Final = (850.0, 0.4)  # deg/s; 460–1170 on the real clips, 1500 and more of the fastest
CONTACT_USUAL: Final = (0.13, 0.4)  # s; front-foot contact to release
BACK_USUAL: Final = (0.2, 0.3)  # s; back-foot contact to front-foot contact
# ratio; of the two last ones: a quick bowler is quick in all of them, so they are hardly more than one witness
TOGETHER: Final = 0.5
# 1; log-likelihood of a number that is not seen: on the true clock it is missing once in three films or less
UNSEEN: Final = 1.0
# 1; of a body that is not seen to fall freely, as one in seven: the bound lies before the part that was looked at
NO_BOUND: Final = 2.0
LARGEST: Final = 3.5  # 1; standard deviations: what is further off is merely wrong, and no more evidence
NOTHING: Final = -12.0  # 1; log-likelihood of a clock on which nobody bowls

_ROUGHLY: Final = DeliveryParams(contact=ONE_READING)


@dataclass(frozen=True, slots=True)
class Tempo:
    """A delivery on one clock; NaN where a number was not seen.

    ``arm``: deg/s of the bowling arm before release. ``contact_s``, ``back_s``: seconds from front-foot contact to
    release, and from back-foot to front-foot contact. ``stride``: speed that the length of the steps foretells over
    their speed. ``fall``: greatest downward acceleration of the hips, H/s². ``release_ms``: on the film's clock.
    """

    arm: float
    contact_s: float
    back_s: float
    stride: float
    fall: float
    release_ms: float

    @property
    def log_likelihood(self) -> float:
        """How likely a body moves like this at its true speed; larger is likelier, 0 is as usual as can be."""
        middle, more, less = FALL_USUAL
        if math.isnan(self.fall):
            fall = UNSEEN
        elif self.fall > middle:
            fall = _square(math.log(self.fall / middle) / more)
        else:
            fall = min(NO_BOUND, _square(math.log(self.fall / middle) / less)) if self.fall > 0 else NO_BOUND
        feet = _unusual(self.contact_s, *CONTACT_USUAL) + _unusual(self.back_s, *BACK_USUAL)
        return -(fall + _unusual(self.stride, *STRIDE_USUAL) + _unusual(self.arm, *ARM_USUAL) + TOGETHER * feet)

    @property
    def falls_freely(self) -> bool:
        """Whether the bound is seen to fall as gravity lets it: no body does that more slowly on purpose."""
        middle, more, less = FALL_USUAL
        return middle * math.exp(-less) <= self.fall <= middle * math.exp(2.5 * more)

    @property
    def strides_freely(self) -> bool:
        """Whether the steps are as long as their speed makes them."""
        return abs(math.log(self.stride / STRIDE_USUAL[0])) <= 2 * STRIDE_USUAL[1] if self.stride > 0 else False


def tempo_of(track: Track) -> Tempo | None:
    """The delivery that ``track`` shows on its clock; ``None`` where it shows none."""
    motion = cleaning.clean(_alike(track))
    action = None if motion is None else find_delivery(motion, _ROUGHLY)
    if motion is None or action is None:
        return None
    release_s = time_at(motion, action.key_event.index)
    contact, back = (action.instants.get(name) for name in ("front_foot_contact", "back_foot_contact"))
    contact_s = math.nan if contact is None else time_at(motion, contact.index)
    return Tempo(
        arm=_arm_speed(motion, action, release_s),
        contact_s=release_s - contact_s,
        back_s=math.nan if back is None else contact_s - time_at(motion, back.index),
        stride=_stride(track, release_s, motion.scale),
        fall=_fall(motion, release_s),
        release_ms=float(np.interp(action.key_event.index, np.arange(len(motion.film_ms)), motion.film_ms)),
    )


def _alike(track: Track) -> Track:
    """The frames of the most slowed part, but for those near its ends, where it is not known to a frame."""
    clock = track.clock
    if not clock.bounds_ms:
        return track
    part = int(np.argmax(clock.factors))
    start, end = (-math.inf, *clock.bounds_ms, math.inf)[part : part + 2]
    return track.take(np.flatnonzero((track.t_ms >= start + BOUND_MS) & (track.t_ms <= end - BOUND_MS)))


def _unusual(value: float, middle: float, spread: float) -> float:
    """How unlikely ``value`` is, which is NaN where it was not seen."""
    return _square(math.log(value / middle) / spread if value > 0 else math.nan)


def _square(deviations: float) -> float:
    return UNSEEN if math.isnan(deviations) else 0.5 * min(abs(deviations), LARGEST) ** 2


def _arm_speed(motion: Motion, action: Action, release_s: float) -> float:
    arcs = find_arcs(motion, action.towards) if action.towards else []
    if not arcs:
        return math.nan
    arc = min(arcs, key=lambda arc: abs(float(motion.t_s[arc.samples[arc.top]]) - release_s))
    t_s, angle = motion.t_s[arc.samples], np.maximum.accumulate(arc.angle)
    end = float(np.interp(release_s, t_s, angle))
    start = max(float(angle[0]), end - SWEEP)
    took_s = release_s - float(np.interp(start, angle, t_s))
    return (end - start) / took_s if took_s > 0 else math.nan


def _fall(motion: Motion, release_s: float) -> float:
    """The greatest downward acceleration of the hips before release, in H/s²; NaN where none is seen."""
    height = (motion.unfiltered[:, Joint.HIP, 1] + motion.unfiltered[:, Joint.HIP + 1, 1]) / 2 / motion.scale
    seen = np.isfinite(height) & (motion.t_s <= release_s)
    t_s, height = motion.t_s[seen], height[seen]
    ends = np.searchsorted(t_s, t_s + FALL_S, side="right")
    found: list[float] = []
    for start, end in enumerate(ends.tolist()):
        if t_s[-1] < t_s[start] + FALL_S:
            break
        if end - start >= FALL_SAMPLES and t_s[end - 1] - t_s[start] >= FALL_S / 2:
            part: FloatArray = t_s[start:end] - t_s[start]
            bend = float(np.polyfit(part, np.asarray(height[start:end], dtype=np.float64), 2)[0])
            found.append(2.0 * bend)
    return float(np.percentile(found, FALL_PERCENTILE)) if found else math.nan


def _stride(track: Track, release_s: float, scale: float) -> float:
    """Speed by the length of the steps before release over their speed; NaN where no two of them are seen."""
    t_s, xy = track.world_ms / 1000.0, track.stabilised
    ankles, hips = xy[:, Joint.ANKLE : Joint.ANKLE + 2, 0], (xy[:, Joint.HIP, 0] + xy[:, Joint.HIP + 1, 0]) / 2
    seen = (xy[:, Joint.ANKLE : Joint.ANKLE + 2, 3] >= th.MIN_VISIBILITY).all(axis=1) & np.isfinite(hips)
    seen &= (t_s <= release_s) & (t_s >= release_s - STEPS_S) & ~track.repeated
    if np.count_nonzero(seen) < th.MIN_SAMPLES:
        return math.nan
    widest_s = np.array(_steps(t_s[seen], np.abs(ankles[seen, 0] - ankles[seen, 1]) / scale))
    if len(widest_s) < 2:  # noqa: PLR2004 - a step lies between two
        return math.nan
    took_s = np.diff(widest_s)
    length = np.abs(np.diff(np.interp(widest_s, t_s[seen], hips[seen]))) / scale
    gait = (length >= STEP_LENGTH[0]) & (length <= STEP_LENGTH[1])
    if not gait.any():
        return math.nan
    ratios = _gait_speed(length[gait]) / (length[gait] / took_s[gait])
    return float(np.exp(np.mean(np.log(ratios))))


def _gait_speed(length: FloatArray) -> FloatArray:
    """H/s at which steps of ``length`` (n,) in H are taken."""
    hip_m = HIP_HEIGHT * SCALE_M
    froude = (2.0 * length / HIP_HEIGHT / STRIDE_FACTOR) ** (1.0 / STRIDE_POWER)
    return np.sqrt(GRAVITY * hip_m * froude) / SCALE_M


def _steps(t_s: FloatArray, apart: FloatArray) -> list[float]:
    """When the feet are furthest ``apart`` (n,) in H, between times when they close up by ``STEP_DEPTH``."""
    grid = np.arange(float(t_s[0]), float(t_s[-1]), 1.0 / STEP_HZ)
    if len(grid) < th.MIN_SAMPLES:
        return []
    half = round(STEP_SMOOTH_S * STEP_HZ / 2)
    weights = np.hanning(2 * half + 1)
    even = np.pad(np.interp(grid, t_s, apart), half, mode="edge")
    smooth: FloatArray = np.convolve(even, weights / weights.sum(), mode="valid").astype(np.float64)
    found: list[float] = []
    widest, widest_s, closest, opens = float(smooth[0]), float(grid[0]), math.inf, True
    for now_s, value in zip(grid.tolist(), smooth.tolist(), strict=True):
        if opens and value > widest:
            widest, widest_s = value, now_s
        elif opens and widest - value > STEP_DEPTH:
            found.append(widest_s)
            opens, closest = False, value
        elif not opens and value < closest:
            closest = value
        elif not opens and value - closest > STEP_DEPTH:
            opens, widest, widest_s = True, value, now_s
    return found


def hip_path(track: Track) -> tuple[FloatArray, FloatArray]:
    """Milliseconds on the film's clock and the hips' place along x in pixels, (m,) each, of the frames that show them.

    Only glitches of one frame are left out, so that a change of the clock is as sharp as it was.
    """
    hips = (track.stabilised[:, Joint.HIP, 0] + track.stabilised[:, Joint.HIP + 1, 0]) / 2
    seen = np.isfinite(hips) & ~track.repeated
    hips = hips[seen]
    return track.t_ms[seen], filters.running_median(hips, 1) if len(hips) >= th.MIN_SAMPLES else hips
