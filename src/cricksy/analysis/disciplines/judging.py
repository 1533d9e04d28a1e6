"""Judging a video: which discipline it shows, which hand the player has, and from where it was filmed."""

import math
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.disciplines.movement import way_deg
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.events import Action
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness

SIDE_CONFIDENCE: Final = 0.5  # ratio; provisional: of an action that only just goes across the image
FACING_CONFIDENCE: Final = 0.7  # ratio; provisional: the model may take a back for a chest
# %; of the shoulders' widths over an action, in which they also turn
SHOULDERS_PERCENTILE: Final = 80
# deg; off the side, at which nothing says that the view is side-on: synthetic deliveries from 30° off, filmed from 7 to
# 16 m, seem 17° off at least from the one side; 15 of 17 copies of real ones from the side seem 18° at most
NOT_SIDE: Final = 45.0
ALONG_WAY: Final = 72.0  # deg; off the side; from 60° off the same deliveries seem 72° off at most
ALONG_CONFIDENCE: Final = 0.6  # ratio; provisional: of a view along the pitch where the way does not show it
# H; provisional: projected shoulder width of a body that faces the camera or turns its back
WIDE_SHOULDERS: Final = 0.22
# H; of a batter in the stance: synthetic ones show 0.24 or more up to 30° off the side, 0.15 or less from 60° on
SIDEWAYS_SHOULDERS: Final = 0.18
FIRST_FRAMES: Final = 2  # count; on both sides of the first frame, over which they are measured
# ratio; provisional: confidence in what the video shows, from which it denies the hand or view that the coach named
DENIED: Final = 0.65
BYSTANDER_CONFIDENCE: Final = 0.6  # ratio; provisional: more than one person was seen


def judge_discipline(untold: Action | None, given: Given, *, crowd: bool) -> Judged[Discipline]:
    """Which discipline; with several people in the image (``crowd``) what the video shows is less sure.

    ``untold``: the action that is found if nobody says the discipline. One that the coach says is kept, and less sure
    where that is surely another's.
    """
    seen = _seen_discipline(untold, crowd=crowd)
    if given.discipline is None:
        return seen
    if seen.value is not given.discipline and seen.confidence >= DENIED:
        return Judged(given.discipline, 1.0 - seen.confidence, "given", seen.value)
    return Judged(given.discipline, 1.0, "given")


def _seen_discipline(action: Action | None, *, crowd: bool) -> Judged[Discipline]:
    if action is None or action.discipline is None:
        return Judged(None, 0.0, None)
    confidence = min(action.discipline_confidence, BYSTANDER_CONFIDENCE if crowd else th.CERTAIN)
    return Judged(action.discipline, confidence, "inferred")


def judge_handedness(action: Action | None, given: Given) -> Judged[Handedness]:
    """By the discipline's own rule; a given hand is less sure where the video denies it."""
    seen = _seen_handedness(action)
    if given.handedness is None:
        return seen
    if seen.value is not given.handedness and seen.confidence >= DENIED:
        return Judged(given.handedness, 1.0 - seen.confidence, "given", seen.value)
    return Judged(given.handedness, 1.0, "given")


def _seen_handedness(action: Action | None) -> Judged[Handedness]:
    hand = None if action is None else profile_of(action.discipline).hand(action)
    if hand is None:
        return Judged(None, 0.0, None)
    side, confidence = hand
    return Judged(Handedness.RIGHT if side is Side.RIGHT else Handedness.LEFT, confidence, "inferred")


def judge_view(seen: Judged[CameraView] | None, given: Given) -> Judged[CameraView]:
    """From where the player was filmed; a given view is less sure where the video denies that it is, or is not, side.

    ``seen``: what :func:`seen_view` makes of the video; ``None`` where it shows no action.
    """
    seen = seen or Judged(None, 0.0, None)
    if given.camera_view is None:
        return seen
    is_side = given.camera_view is CameraView.SIDE
    denied = seen.value is not None and (seen.value is CameraView.SIDE) is not is_side and seen.confidence >= DENIED
    if denied:
        return Judged(given.camera_view, th.OFF_VIEW_CONFIDENCE, "given", seen.value)
    return Judged(given.camera_view, 1.0, "given")


def seen_view(motion: Motion, action: Action) -> Judged[CameraView]:
    """Side when the action goes across the image, else by the shoulders; unsure where the player goes obliquely.

    A player who stands sideways at first, and looks broad then, is not seen from in front or behind, however close the
    feet are.
    """
    profile = profile_of(action.discipline)
    across, way = profile.across(motion, action), way_deg(motion, action)
    if across >= 1.0:
        sure = min(SIDE_CONFIDENCE * across, th.CERTAIN)
        if not math.isnan(way):
            sure = min(sure, max(1.0 - way / NOT_SIDE, th.OFF_VIEW_CONFIDENCE))
        return Judged(CameraView.SIDE, sure, "inferred")
    left, right = (motion.side(Joint.SHOULDER, side)[:, 0] for side in Side)
    each = (left - right) / motion.scale
    if profile.begins_sideways and _median_around(np.abs(each), action.first) >= SIDEWAYS_SHOULDERS:
        return Judged(None, 0.0, None)
    width = each[np.isfinite(each)]
    if not len(width) or np.percentile(np.abs(width), SHOULDERS_PERCENTILE) < WIDE_SHOULDERS:
        return Judged(None, 0.0, None)
    facing = float(np.mean(width > 0))
    view = CameraView.FRONT if facing >= 0.5 else CameraView.BEHIND  # noqa: PLR2004 - the majority of the frames
    sure = FACING_CONFIDENCE * max(facing, 1.0 - facing)
    return Judged(view, sure if way >= ALONG_WAY else min(sure, ALONG_CONFIDENCE), "inferred")


def _median_around(values: FloatArray, index: float) -> float:
    """NaN where none is known near ``index``."""
    middle = round(index)
    near = values[max(0, middle - FIRST_FRAMES) : middle + FIRST_FRAMES + 1]
    return float(np.median(near[np.isfinite(near)])) if np.isfinite(near).any() else math.nan
