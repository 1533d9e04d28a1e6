"""Bowling: a delivery, from the back foot's contact to the ball's release."""

from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines import foot_contact
from cricksy.analysis.disciplines.base import DisciplineProfile, Finder, Instants, Rebuilding
from cricksy.analysis.disciplines.bowling import DELIVERY, TOLD_DELIVERY, beginning, find_delivery, find_overhead
from cricksy.analysis.disciplines.movement import wrist_speed
from cricksy.analysis.events import Action, Instant, LookedFor, NoContact, value_at
from cricksy.analysis.metrics.balance import BALANCE_RELEASE, BalanceParams
from cricksy.analysis.metrics.elbow import ELBOW_RELEASE, ElbowParams
from cricksy.analysis.metrics.head import HEAD_BOWLING, HEAD_BOWLING_SHARE, HeadParams
from cricksy.analysis.metrics.knee import KNEE_COLLAPSE, KNEE_RELEASE, KneeParams
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline, Given, Handedness

# ratio; of a window before release: as much of the run-up as of the follow-through
BEFORE_RELEASE: Final = 0.5
BACK_TO_RELEASE_S: Final = (0.07, 1.0)  # s; the sum of both intervals between
# H; provisional: of the hips across the image; less does not show the direction
CORRECTED_TRAVEL: Final = 0.15
# H; ankle to ankle, median of synthetic players, who bowl at 75–85 % of height (Spratford 2016)
STRIDE_AT_CONTACT: Final = 0.75
STRIDE_AT_RELEASE: Final = 0.5  # H; the same when the back foot has followed
# ratio; cosine of 60°: a delivery that is filmed at more is not filmed from the side
SIDE_COSINE: Final = 0.5
# ratio; of a delivery whose arm does not go across the image: nine in ten synthetic ones have no greater
ALONG_COSINE: Final = 0.33


def _find_across(motion: Motion, given: Given) -> Action | None:
    return find_delivery(motion, TOLD_DELIVERY if given.discipline is Discipline.BOWLING else DELIVERY)


def _find_front_on(motion: Motion, given: Given) -> Action | None:
    return find_overhead(motion, wrist_speed(motion), told=given.discipline is Discipline.BOWLING)


def _hand(action: Action) -> tuple[Side, float] | None:
    """The bowling arm, as sure as the release."""
    return None if action.arm is None else (action.arm, action.key_event.confidence)


def _across(motion: Motion, action: Action) -> float:
    """As sure to be side-on as the square of the cosine; a cosine of less than one half, 60° off, is another view."""
    cosine = _plane_cosine(motion, action) if action.towards else 0.0
    return cosine / SIDE_COSINE if cosine < SIDE_COSINE else max(1.0, cosine**2 / SIDE_COSINE)


def _plane_cosine(motion: Motion, action: Action) -> float:
    """By the arm, which turns in a circle: filmed at an angle, it seems to turn in an ellipse.

    Where its sweep was not seen whole, by the stride: its usual length looks that much shorter. A delivery that does
    not go across the image was filmed from the front or behind.
    """
    if not action.towards:
        return ALONG_COSINE
    if action.plane_cosine is not None:
        return float(np.clip(action.plane_cosine, th.LEAST_COSINE, 1.0))
    contact = action.instants.get("front_foot_contact")
    at, full = (action.key_event, STRIDE_AT_RELEASE) if contact is None else (contact, STRIDE_AT_CONTACT)
    feet = motion.smooth[:, Joint.ANKLE : Joint.ANKLE + 2, 0]
    base = abs(value_at(feet[:, 1] - feet[:, 0], at.index)) / motion.scale
    return float(np.clip(base / full, th.LEAST_COSINE, 1.0)) if np.isfinite(base) else th.LEAST_COSINE


def _blank(motion: Motion, key: Instant, _handedness: Handedness | None) -> Action:
    """A delivery where none was found: towards where the hips go, off the foot that is ahead; the arm stays open."""
    at = round(key.index)
    before = int(np.searchsorted(motion.t_s, float(motion.t_s[at]) - th.BACK_TO_FRONT_S[1]))
    hips = motion.middle(Joint.HIP)[:, 0]
    travel = (float(hips[at]) - float(hips[before])) / motion.scale
    towards = int(np.sign(travel)) if abs(travel) >= CORRECTED_TRAVEL else 0
    ahead = towards * motion.unfiltered[at, Joint.ANKLE : Joint.ANKLE + 2, 0]
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=0.0,
        key_event=key,
        first=key.index,
        last=key.index,
        towards=towards,
        front=Side(int(np.argmax(ahead))) if towards and np.isfinite(ahead).all() else None,
    )


def _events(motion: Motion, like: Action, given: Instants, key: Instant) -> LookedFor:
    """The feet backwards from the release at ``key``; arm, legs and direction as in ``like``."""
    looked_for: dict[EventName, Instant | NoContact] = {**given, "ball_release": key}
    contact = given.get("front_foot_contact")
    if contact is None and "ball_release" not in given:
        contact = like.instants.get("front_foot_contact", like.no_contact.get("front_foot_contact"))
    elif contact is None and like.towards:
        contact = foot_contact.front_contact(motion, like.towards, key)
    if contact is not None:
        looked_for["front_foot_contact"] = contact
    if isinstance(contact, Instant) and "back_foot_contact" not in given and like.towards:
        looked_for["back_foot_contact"] = foot_contact.back_contact(motion, like.towards, contact)
    return looked_for


def _hand_is_low(motion: Motion, action: Action, release: Instant) -> bool:
    """Whether the bowling hand is seen below its shoulder, where no ball is released."""
    if action.arm is None:
        return False
    height = motion.smooth[:, Joint.WRIST + action.arm, 1] - motion.smooth[:, Joint.SHOULDER + action.arm, 1]
    return value_at(height, release.index) > 0.0


BOWLING: Final = DisciplineProfile(
    discipline=Discipline.BOWLING,
    audience="bowling",
    action_word="delivery",
    events=("back_foot_contact", "front_foot_contact", "ball_release"),
    intervals_s=(
        ("back_foot_contact", "front_foot_contact", th.BACK_TO_FRONT_S),
        ("front_foot_contact", "ball_release", th.CONTACT_TO_RELEASE_S),
        ("back_foot_contact", "ball_release", BACK_TO_RELEASE_S),
    ),
    finders=(
        Finder(find=_find_across, singles_out=True),
        # Not in the first pass: whether a window about the highest wrist is better there has not been tested.
        Finder(find=_find_front_on, first_pass=False),
    ),
    before_key=BEFORE_RELEASE,
    hand=_hand,
    arm_bowls=True,
    before_action="a few strides before it",
    across=_across,
    plane_cosine=_plane_cosine,
    metrics=(
        HeadParams(
            limits=HEAD_BOWLING,
            over_feet=False,
            path_degree=1,
            error_share=HEAD_BOWLING_SHARE,
            begins_with="back_foot_contact",
        ),
        BalanceParams(along=BALANCE_RELEASE),
        KneeParams(flexion=False, target=KNEE_RELEASE, collapse=KNEE_COLLAPSE),
        ElbowParams(reads="elevation", limits=ELBOW_RELEASE),
    ),
    rebuilding=Rebuilding(blank=_blank, events=_events, begins=beginning, denies=_hand_is_low),
)
