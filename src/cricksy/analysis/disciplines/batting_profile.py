"""Batting: a stroke, from the stance to impact."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import DisciplineProfile, Finder, Instants, Rebuilding
from cricksy.analysis.disciplines.batting import find_stroke
from cricksy.analysis.disciplines.full_swing import is_full_swing
from cricksy.analysis.disciplines.movement import goes_across
from cricksy.analysis.disciplines.throw import comes_before_throw, is_throw
from cricksy.analysis.disciplines.unrecognised import BEFORE_MOMENT
from cricksy.analysis.events import Action, Instant, LookedFor, NoContact, fractional_index, less_sure, time_at
from cricksy.analysis.metrics.balance import BALANCE_IMPACT, BalanceParams
from cricksy.analysis.metrics.elbow import ELBOW_FALL, ElbowParams
from cricksy.analysis.metrics.head import HEAD_ERROR_SHARE, HEAD_OTHER, HeadParams
from cricksy.analysis.metrics.knee import BATTING_KNEE_COSINE, KNEE_IMPACT_FLEXION, KneeParams
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Side
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline, Given, Handedness

# s; provisional: as a coach may name them, up to twice STANCE_S in slow motion
STANCE_TO_TOP_S: Final = (0.1, 2.4)
# s; 0.15–0.5 in life, half that for the quickest and twice that in slow motion
TOP_TO_IMPACT_S: Final = (0.07, 1.0)
STROKE_COSINE: Final = 0.9  # ratio; of a stroke that goes across the image: the camera stands up to 25° off


def _find(motion: Motion, given: Given) -> Action | None:
    told = given.discipline is Discipline.BATTING
    stroke = find_stroke(motion, told=told)
    if stroke is None:
        return None
    # A coach who says that it is batting is believed.
    if not told:
        if comes_before_throw(motion, stroke):
            return None
        # Nobody lifts a bat so far, or lets go of it so fast.
        if is_full_swing(motion, stroke) or is_throw(motion, stroke):
            stroke = less_sure(stroke, th.OFF_VIEW_CONFIDENCE)
    return sided(stroke, given.handedness)


def sided(stroke: Action, handedness: Handedness | None) -> Action:
    """``stroke`` with its front arm: as it was seen, else that of a batter of this hand; the leg of the same side."""
    if stroke.arm is not None:
        return stroke if stroke.front is not None else replace(stroke, front=stroke.arm)
    if handedness is None:
        return stroke
    usual = Side.LEFT if handedness is Handedness.RIGHT else Side.RIGHT
    front = usual if stroke.front is None else stroke.front
    return replace(stroke, arm=front, front=front)


def _hand(action: Action) -> tuple[Side, float] | None:
    """The back arm's side. The shoulders tell it, however unsure the moment of impact is."""
    return None if action.arm is None else (action.arm.other, action.discipline_confidence)


def _plane_cosine(_motion: Motion, _action: Action) -> float:
    return STROKE_COSINE


def _blank(_motion: Motion, key: Instant, handedness: Handedness | None) -> Action:
    """A stroke where none was found: nothing is known but its impact."""
    blank = Action(Discipline.BATTING, discipline_confidence=0.0, key_event=key, first=key.index, last=key.index)
    return sided(blank, handedness)


def _events(_motion: Motion, like: Action, given: Instants, key: Instant) -> LookedFor:
    """What is not given is as in ``like``: an impact that the video does not show stays unknown."""
    looked_for: dict[EventName, Instant | NoContact] = {**like.no_contact, **like.instants}
    if "impact" in given or "impact" in like.instants:
        looked_for["impact"] = key
    return looked_for


def _begins(motion: Motion, instants: Mapping[EventName, Instant]) -> float:
    """The earliest event; where impact is the only one, as long before it as a downswing may take."""
    first, impact = min(instant.index for instant in instants.values()), instants.get("impact")
    if impact is None or first < impact.index:
        return first
    return fractional_index(motion, time_at(motion, impact.index) - th.DOWNSWING_S)


def _never(_motion: Motion, _action: Action, _impact: Instant) -> bool:
    """The ball is not seen, so nothing about the body denies an impact."""
    return False


BATTING: Final = DisciplineProfile(
    discipline=Discipline.BATTING,
    audience="batting",
    action_word="stroke",
    events=("stance", "backlift_top", "front_foot_contact", "impact"),
    intervals_s=(
        ("stance", "backlift_top", STANCE_TO_TOP_S),
        ("backlift_top", "impact", TOP_TO_IMPACT_S),
    ),
    finders=(Finder(find=_find),),
    before_key=BEFORE_MOMENT,
    blurred=True,
    before_action="the stance, a second before the ball comes,",
    hand=_hand,
    across=goes_across,
    plane_cosine=_plane_cosine,
    begins_sideways=True,
    metrics=(
        HeadParams(limits=HEAD_OTHER, over_feet=True, path_degree=0, error_share=HEAD_ERROR_SHARE),
        BalanceParams(along=BALANCE_IMPACT, steady_until="backlift_top"),
        KneeParams(flexion=True, target=KNEE_IMPACT_FLEXION, cosine=BATTING_KNEE_COSINE),
        ElbowParams(reads="fall", limits=ELBOW_FALL, begins_with="backlift_top", needs_arm=True),
    ),
    rebuilding=Rebuilding(blank=_blank, events=_events, begins=_begins, denies=_never),
)
