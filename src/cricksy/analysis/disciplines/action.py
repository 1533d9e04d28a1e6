"""Finding the action in a film, and judging what kind it is and from where it was filmed."""

from dataclasses import dataclass, replace
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.batting import find_stroke
from cricksy.analysis.disciplines.bowling import find_delivery, find_overhead
from cricksy.analysis.events import Action, Instant
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray, Track
from cricksy.results.schema import Source
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness

BEFORE_MOMENT: Final = 0.8  # of a window before impact, or before the fastest moment: of 1.5 s the 1.2 s from stance on
FAST_S: Final = 0.15  # a wrist is fast for so long in a throw or a swing; an exchange of labels takes one frame
GENERIC_HALF_WINDOW_S: Final = 0.5  # provisional: the window of highest motion without a known discipline
SIDE_BASE: Final = 0.25  # provisional: feet apart across the picture in a batting stance; half of STRIDE_AT_RELEASE
SIDE_CONFIDENCE: Final = 0.5  # provisional: of an action that goes only just so far across
FACING_CONFIDENCE: Final = 0.7  # provisional: the model may take a back for a chest
SHOULDERS_PERCENTILE: Final = 80  # of their widths over an action, in which they also turn
WIDE_SHOULDERS: Final = 0.22  # provisional: projected shoulder width of a body that faces the camera or turns its back
DENIED: Final = 0.65  # provisional: of what the film shows, to doubt the hand or the view that the coach named
BYSTANDER_CONFIDENCE: Final = 0.6  # more than one person was seen
FAST_FRAMES: Final = 2  # count; of frames that show a wrist as fast as in an action: one may be a glitch

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """Something about the film, how sure it is (0–1), and whether the coach said it; all ``None`` where unknown."""

    value: T | None
    confidence: float
    source: Source | None


class ActionScore(NamedTuple):
    """How much a track shows an action; compares by the certainty of a delivery, then by the speed."""

    delivery: float
    """Certainty of a delivery, 0–1."""
    wrist_speed: float
    """Of the faster wrist in H/s; 0 for one who does not move as in an action."""


def action_score(track: Track, given: Given) -> ActionScore:
    """How much the person of ``track``, from a first, coarse pass, acts."""
    motion = cleaning.clean(track)
    if motion is None:
        return ActionScore(0.0, 0.0)
    speed = wrist_speed(motion)
    # The fastest but one: a single fast frame may be a glitch.
    fast = np.sort(speed[np.isfinite(speed)])[-FAST_FRAMES:]
    if len(fast) < FAST_FRAMES or fast[0] < th.COARSE_ACTION_SPEED:
        return ActionScore(0.0, 0.0)
    delivery = find_delivery(motion) if given.discipline in (None, Discipline.BOWLING) else None
    return ActionScore(delivery.discipline_confidence if delivery else 0.0, float(fast[0]))


def action_window(track: Track, given: Given, seconds: float) -> tuple[float, float] | None:
    """Start and end in milliseconds of the part to be read again at the file's own rate, no longer than ``seconds``.

    ``track`` comes from a first, coarse pass. A delivery's window has its release in the middle, a stroke's its impact
    at ``BEFORE_MOMENT`` of it, any other action's its fastest moment. ``None`` where nobody moves as in an action.
    """
    motion = cleaning.clean(track)
    if motion is None:
        return None
    wanted = (None, Discipline.BOWLING)
    delivery = find_delivery(motion) if given.discipline in wanted else None
    stroke = find_stroke(motion) if delivery is None and given.discipline in (None, Discipline.BATTING) else None
    if delivery is not None:
        moment, before = delivery.key.index, 0.5
    elif stroke is not None:
        moment, before = stroke.key.index, BEFORE_MOMENT
    else:
        speed = wrist_speed(motion)
        if not np.isfinite(speed).any() or np.nanmax(speed) < th.COARSE_ACTION_SPEED:
            return None
        moment = float(np.nanargmax(speed))
        before = 0.5 if given.discipline is Discipline.BOWLING else BEFORE_MOMENT
    moment_ms = float(np.interp(moment, np.arange(len(motion.t_s)), motion.t_s)) * 1000.0
    first_ms, last_ms = float(track.t_ms[0]), float(track.t_ms[-1])
    start = max(first_ms, min(moment_ms - before * seconds * 1000.0, last_ms - seconds * 1000.0))
    return start, min(start + seconds * 1000.0, last_ms)


def wrist_speed(motion: Motion) -> FloatArray:
    """(n,) speed of the faster wrist relative to the hips, in H/s; a body that only travels has none."""
    hips = motion.middle(Joint.HIP)
    speeds = [
        np.linalg.norm(filters.rate_of_change(motion.t_s, motion.side(Joint.WRIST, side) - hips), axis=1)
        for side in Side
    ]
    return np.fmax(speeds[0], speeds[1]) / motion.scale


def find_action(motion: Motion, given: Given) -> Action | None:
    """The delivery, the stroke, or else the fastest moment of a player who moves as in an action."""
    if given.discipline in (None, Discipline.BOWLING):
        told = given.discipline is Discipline.BOWLING
        delivery = find_delivery(motion) or find_overhead(motion, wrist_speed(motion), told=told)
        if delivery is not None:
            return delivery
    if given.discipline in (None, Discipline.BATTING):
        stroke = find_stroke(motion)
        if stroke is not None:
            return sided(stroke, given.handedness)
    return _fastest_moment(motion)


def sided(stroke: Action, handedness: Handedness | None) -> Action:
    """``stroke`` with its front arm: that of the front leg, else that of a batter of this hand, leg and all."""
    if stroke.arm is not None or (stroke.front is None and handedness is None):
        return stroke
    usual = Side.LEFT if handedness is Handedness.RIGHT else Side.RIGHT
    front = usual if stroke.front is None else stroke.front
    return replace(stroke, arm=front, front=front)


def _fastest_moment(motion: Motion) -> Action | None:
    """The window of highest motion; its discipline is left open."""
    speeds = np.stack([_steady_speed(motion, side) for side in Side])
    if not np.isfinite(speeds).any() or np.nanmax(speeds) < th.ACTION_SPEED:
        return None
    moment = int(np.nanargmax(np.fmax(speeds[0], speeds[1])))
    window = np.flatnonzero(np.abs(motion.t_s - motion.t_s[moment]) <= GENERIC_HALF_WINDOW_S)
    return Action(
        discipline=None,
        discipline_confidence=0.0,
        key=Instant(float(moment), th.GENERIC_CONFIDENCE),
        first=float(window[0]),
        last=float(window[-1]),
    )


def _steady_speed(motion: Motion, side: Side) -> FloatArray:
    """(n,) speed in H/s that a wrist keeps, relative to the hips, for ``FAST_S``; NaN where too little is seen.

    The median velocity of the steps from frame to frame: a landmark that jumps is fast in a single step, and one that
    trembles goes nowhere. Steps to or from a frame on which the wrist was not read, or relabelled, do not count.
    """
    wrist = Joint.WRIST + side
    hips = (motion.raw[:, Joint.HIP] + motion.raw[:, Joint.HIP + 1]) / 2
    seen = (motion.visibility[:, [wrist, Joint.HIP, Joint.HIP + 1]] > 0).all(axis=1)
    seen &= motion.visibility[:, wrist] >= th.MIN_VISIBILITY
    place = np.where(seen[:, None], motion.raw[:, wrist] - hips, np.nan) / motion.scale
    velocity = np.diff(place, axis=0, append=np.nan) / np.diff(motion.t_s, append=np.inf)[:, None]
    half = max(1, round(FAST_S * motion.rate / 2))
    return np.asarray(np.linalg.norm(filters.running_median(velocity, half), axis=1), dtype=np.float64)


def judge_discipline(action: Action | None, given: Given, *, crowd: bool) -> Judged[Discipline]:
    """Which discipline; with several people in the picture (``crowd``) an inferred one is less sure."""
    if given.discipline is not None:
        return Judged(given.discipline, 1.0, "given")
    if action is None or action.discipline is None:
        return Judged(None, 0.0, None)
    confidence = min(action.discipline_confidence, BYSTANDER_CONFIDENCE if crowd else th.CERTAIN)
    return Judged(action.discipline, confidence, "inferred")


def judge_handedness(action: Action | None, given: Given) -> Judged[Handedness]:
    """A bowler's by the bowling arm, a batter's by the back arm; a given one is less sure where the film denies it."""
    seen = _seen_handedness(action)
    if given.handedness is None:
        return seen
    denied = seen.value not in (None, given.handedness) and seen.confidence >= DENIED
    return Judged(given.handedness, 1.0 - seen.confidence if denied else 1.0, "given")


def _seen_handedness(action: Action | None) -> Judged[Handedness]:
    if action is None or action.arm is None:
        return Judged(None, 0.0, None)
    bowling = action.discipline is Discipline.BOWLING
    hand = action.arm if bowling else action.arm.other
    # A batter's is told by the shoulders, however unsure the moment of impact is.
    confidence = action.key.confidence if bowling else action.discipline_confidence
    return Judged(Handedness.RIGHT if hand is Side.RIGHT else Handedness.LEFT, confidence, "inferred")


def judge_view(motion: Motion | None, action: Action | None, given: Given) -> Judged[CameraView]:
    """From where the player was filmed; a given view is less sure where the film denies that it is, or is not, side."""
    seen = _seen_view(motion, action)
    if given.camera_view is None:
        return seen
    is_side = given.camera_view is CameraView.SIDE
    denied = seen.value is not None and (seen.value is CameraView.SIDE) is not is_side and seen.confidence >= DENIED
    return Judged(given.camera_view, th.OFF_VIEW_CONFIDENCE if denied else 1.0, "given")


def _seen_view(motion: Motion | None, action: Action | None) -> Judged[CameraView]:
    """Side when the action goes across the picture, else by the shoulders."""
    if motion is None or action is None:
        return Judged(None, 0.0, None)
    across = _across(motion, action)
    if across >= 1.0:
        return Judged(CameraView.SIDE, min(SIDE_CONFIDENCE * across, th.CERTAIN), "inferred")
    left, right = (motion.side(Joint.SHOULDER, side)[:, 0] for side in Side)
    width = (left - right)[np.isfinite(left - right)] / motion.scale
    if not len(width) or np.percentile(np.abs(width), SHOULDERS_PERCENTILE) < WIDE_SHOULDERS:
        return Judged(None, 0.0, None)
    facing = float(np.mean(width > 0))
    view = CameraView.FRONT if facing >= 0.5 else CameraView.BEHIND  # noqa: PLR2004 - the majority of the frames
    return Judged(view, FACING_CONFIDENCE * max(facing, 1.0 - facing), "inferred")


def _across(motion: Motion, action: Action) -> float:
    """How far the action goes across the picture, 1 being the least that counts as side-on."""
    moment = round(action.key.index)
    ankles = motion.raw[moment, Joint.ANKLE : Joint.ANKLE + 2, 0]
    base = abs(float(ankles[1] - ankles[0])) / motion.scale
    if action.discipline is Discipline.BOWLING:
        return max(1.0, base / SIDE_BASE) if action.towards else 0.0
    hips = motion.middle(Joint.HIP)[action.window, 0]
    hips = hips[np.isfinite(hips)]
    seconds = float(motion.t_s[action.end] - motion.t_s[action.start])
    travel = abs(float(hips[-1] - hips[0])) / motion.scale / seconds if len(hips) > 1 and seconds > 0 else 0.0
    return max(travel / th.SIDE_TRAVEL, base / SIDE_BASE if np.isfinite(base) else 0.0)
