"""The action around the events that a coach corrected: those stand, the others are found anew around them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines import foot_contact
from cricksy.analysis.disciplines.action import find_action, sided
from cricksy.analysis.disciplines.bowling import beginning
from cricksy.analysis.events import Action, Instant, fractional_index, time_at, value_at
from cricksy.analysis.preprocessing.cleaning import Motion, finest_part
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import Film, FloatArray, IntArray, Track
from cricksy.results.schema import Event, EventName
from cricksy.vocabulary import Discipline, Given, Handedness

BACK_TO_RELEASE_S: Final = (0.07, 1.0)  # both of them
STANCE_TO_TOP_S: Final = (0.1, 2.4)  # provisional: as a coach may name them, up to twice STANCE_S in slow motion
TOP_TO_IMPACT_S: Final = (0.07, 1.0)  # 0.15–0.5 s, half that for the quickest and twice that in slow motion
CORRECTED_FRAMES: Final = 1.0  # how far off an event is that is named by eye: releases in films are known to a frame
CORRECTED_NEAR_S: Final = 2.0  # the longest action counted here: stance, backlift and downswing take 1.9 s together
CORRECTED_WITHIN_S: Final = 5.0  # a run-up before and a follow-through after, for the body's scale
SAME_ACTION_S: Final = 0.3  # provisional: a release or impact further away belongs to another delivery or stroke
CORRECTED_TRAVEL: Final = 0.15  # provisional: of the hips across the picture; less says nothing of the direction

ORDER: Final[Mapping[Discipline, tuple[EventName, ...]]] = {
    Discipline.BOWLING: ("back_foot_contact", "front_foot_contact", "ball_release"),
    Discipline.BATTING: ("stance", "backlift_top", "front_foot_contact", "impact"),
}
"""The events of an action in the order of time; the last one is its key."""

_GIVEN: Final = 1.0
"""Confidence in what the coach says."""

_APART_S: Final[tuple[tuple[EventName, EventName, tuple[float, float]], ...]] = (
    ("back_foot_contact", "front_foot_contact", th.BACK_TO_FRONT_S),
    ("front_foot_contact", "ball_release", th.CONTACT_TO_RELEASE_S),
    ("back_foot_contact", "ball_release", BACK_TO_RELEASE_S),
    ("stance", "backlift_top", STANCE_TO_TOP_S),
    ("backlift_top", "impact", TOP_TO_IMPACT_S),
)
"""How far apart two events of a delivery or of a stroke can be, in seconds."""

Instants = dict[EventName, Instant]


@dataclass(frozen=True, slots=True)
class Corrections:
    """At least one event of one action, when it happened as the coach saw it, in ms by name; in :data:`ORDER`."""

    discipline: Discipline
    t_ms: Mapping[EventName, float]

    @property
    def first(self) -> float:
        return min(self.t_ms.values())

    @property
    def last(self) -> float:
        return max(self.t_ms.values())


def frames_around(track: Track, corrections: Corrections) -> Track:
    """The frames to measure corrected events from: those within ``CORRECTED_WITHIN_S`` of them, to bound the time.

    Those of the finest part where it holds all of the events. Elsewhere only the first pass read the film: then those
    of the shot with the last event, finely read ones thinned out to that pass's rate.
    """
    t_ms, part = track.t_ms, finest_part(track)
    last_ms = min(corrections.last, float(t_ms[-1]))
    margin_ms = CORRECTED_WITHIN_S * 1000.0
    near = (t_ms >= corrections.first - margin_ms) & (t_ms <= corrections.last + margin_ms)
    fine_ms = t_ms[part]
    if fine_ms[0] <= corrections.first and last_ms <= fine_ms[-1]:
        chosen = np.flatnonzero(near[part]) + part.start
    else:
        last_shot = track.shot[int(np.argmin(np.abs(t_ms - corrections.last)))]
        coarse_steps = np.concatenate([np.diff(t_ms[: part.start + 1]), np.diff(t_ms[part.stop - 1 :])])
        least = float(np.median(coarse_steps)) - float(np.median(np.diff(fine_ms))) / 2
        chosen = _thinned(t_ms, np.flatnonzero(near & (track.shot == last_shot)), least)
    return track.take(chosen)


def _thinned(t_ms: FloatArray, frames: IntArray, least_ms: float) -> IntArray:
    """Of ``frames`` the first, and each that lies at least ``least_ms`` after the one before."""
    chosen: list[int] = []
    for frame in map(int, frames):
        if not chosen or t_ms[frame] - t_ms[chosen[-1]] >= least_ms:
            chosen.append(frame)
    return np.array(chosen, dtype=np.int64)


def corrected_action(
    motion: Motion, corrections: Corrections, found: Action | None, handedness: Handedness | None
) -> Action | None:
    """The delivery or stroke with its events where the coach has put them; ``found`` is the film's without them.

    ``handedness``: the player's, where the coach said it.

    ``None`` where ``motion`` does not hold them, or where release or impact is not among them and was not found after
    them.
    """
    # A frame is shown until the next one: what happens on the last one may be after its own time.
    end_s = float(motion.t_s[-1]) + 1.0 / motion.rate
    if corrections.first < motion.t_s[0] * 1000.0 or corrections.last > end_s * 1000.0:
        return None
    error_s = CORRECTED_FRAMES / motion.rate
    given: Instants = {
        name: Instant(min(fractional_index(motion, t_ms / 1000.0), len(motion.t_s) - 1.0), _GIVEN, error_s)
        for name, t_ms in corrections.t_ms.items()
    }
    key_name = ORDER[corrections.discipline][-1]
    found = _action_near(motion, corrections, found, handedness, key_given=key_name in given)
    key = given.get(key_name) or (found.key if found is not None else None)
    if key is None or (key_name not in given and max(i.index for i in given.values()) >= math.floor(key.index)):
        return None
    if found is not None and abs(time_at(motion, found.key.index) - time_at(motion, key.index)) > SAME_ACTION_S:
        found = None
    if found is None:
        # The event itself is sure, but what the body does there looks like no such action: nothing is judged.
        key = replace(key, confidence=th.GENERIC_CONFIDENCE)
    if corrections.discipline is Discipline.BOWLING:
        return _delivery(motion, found or _plain_delivery(motion, key), given, key)
    return _stroke(motion, found or sided(_plain_stroke(key), handedness), given, key)


def corrected_events(track: Track, film: Film, events: list[Event], corrections: Corrections) -> list[Event]:
    """``events`` with the corrected ones as the coach gave them, each on the nearest source frame."""
    end_ms = max(float(track.t_ms[0]) + film.decoded_ms, float(track.t_ms[-1]) + 1.0)
    count = max(round(film.decoded_ms / 1000.0 * film.source_fps), int(track.frame[-1]) + 1)
    times, frames = np.append(track.t_ms, end_ms), np.append(track.frame, count)
    given = [
        Event(
            name=name,
            frame=min(round(float(np.interp(t_ms, times, frames))), count - 1),
            t_ms=t_ms,
            confidence=_GIVEN,
            source="given",
        )
        for name, t_ms in corrections.t_ms.items()
    ]
    others = [event for event in events if event.name not in corrections.t_ms]
    return sorted(others + given, key=lambda event: event.t_ms)


def _action_near(
    motion: Motion, corrections: Corrections, found: Action | None, handedness: Handedness | None, *, key_given: bool
) -> Action | None:
    """The action of that discipline around the corrections: the film's own if it is there, else what is found there."""
    after = SAME_ACTION_S if key_given else CORRECTED_NEAR_S
    start = int(np.searchsorted(motion.t_s, corrections.first / 1000.0 - CORRECTED_NEAR_S))
    part = slice(start, int(np.searchsorted(motion.t_s, corrections.last / 1000.0 + after, side="right")))
    if found is not None and found.discipline is corrections.discipline and _lies_in(found, part):
        return found
    near = motion.cut(part)
    found = find_action(near, Given(corrections.discipline, handedness)) if len(near.t_s) >= th.MIN_SAMPLES else None
    if found is None or found.discipline is not corrections.discipline:
        return None
    return replace(
        found,
        key=_later(found.key, start),
        first=found.first + start,
        last=found.last + start,
        instants={name: _later(instant, start) for name, instant in found.instants.items()},
    )


def _lies_in(action: Action, part: slice) -> bool:
    return part.start <= action.start and action.end < part.stop


def _later(instant: Instant, samples: int) -> Instant:
    return replace(instant, index=instant.index + samples)


def _delivery(motion: Motion, like: Action, given: Instants, key: Instant) -> Action:
    """A delivery released at ``key``; arm, legs and direction as in ``like``, the feet backwards from the release."""
    contact, back = given.get("front_foot_contact"), given.get("back_foot_contact")
    found: Instants = {"ball_release": key}
    if contact is None and "ball_release" not in given:
        contact = like.instants.get("front_foot_contact")
    elif contact is None and like.towards:
        contact = foot_contact.front_contact(motion, like.towards, key)
    if contact is not None:
        found["front_foot_contact"] = contact
        if back is None and like.towards:
            back = foot_contact.back_contact(motion, like.towards, contact)
    if back is not None:
        found["back_foot_contact"] = back
    instants = _in_order(found, given, Discipline.BOWLING)
    key = _doubted(motion, key, instants)
    if like.arm is not None and _hand_is_low(motion, like.arm, key):
        key = replace(key, confidence=min(key.confidence, th.GENERIC_CONFIDENCE))
    return replace(like, key=key, first=beginning(motion, instants), last=key.index, instants=instants)


def _doubted(motion: Motion, key: Instant, instants: Instants) -> Instant:
    """``key``, too unsure to be judged where its action's ``instants`` are impossible."""
    if _are_possible({name: time_at(motion, instant.index) for name, instant in instants.items()}):
        return key
    return replace(key, confidence=min(key.confidence, th.GENERIC_CONFIDENCE))


def _hand_is_low(motion: Motion, arm: Side, release: Instant) -> bool:
    """Whether the bowling hand is seen below its shoulder, where no ball is released."""
    height = motion.smooth[:, Joint.WRIST + arm, 1] - motion.smooth[:, Joint.SHOULDER + arm, 1]
    return value_at(height, release.index) > 0.0


def _are_possible(t_s: Mapping[EventName, float]) -> bool:
    """Whether events at these times in seconds, by name, are as far apart as a player's, in slow motion too."""
    return all(
        least_s <= t_s[later] - t_s[earlier] <= longest_s
        for earlier, later, (least_s, longest_s) in _APART_S
        if earlier in t_s and later in t_s
    )


def _plain_delivery(motion: Motion, key: Instant) -> Action:
    """A delivery where none was found: towards where the hips go, off the foot that is ahead; the arm stays open."""
    at = round(key.index)
    before = int(np.searchsorted(motion.t_s, float(motion.t_s[at]) - th.BACK_TO_FRONT_S[1]))
    hips = motion.middle(Joint.HIP)[:, 0]
    travel = (float(hips[at]) - float(hips[before])) / motion.scale
    towards = int(np.sign(travel)) if abs(travel) >= CORRECTED_TRAVEL else 0
    ahead = towards * motion.raw[at, Joint.ANKLE : Joint.ANKLE + 2, 0]
    return Action(
        discipline=Discipline.BOWLING,
        discipline_confidence=0.0,
        key=key,
        first=key.index,
        last=key.index,
        towards=towards,
        front=Side(int(np.argmax(ahead))) if towards and np.isfinite(ahead).all() else None,
    )


def _stroke(motion: Motion, like: Action, given: Instants, key: Instant) -> Action:
    """A stroke with its impact at ``key``; what is not given as in ``like``, as far as it lies between the given."""
    known: Instants = {**like.instants, "impact": key}
    instants = _in_order(known, given, Discipline.BATTING)
    key = _doubted(motion, key, instants)
    first = min(instant.index for instant in instants.values())
    if first == key.index:
        first = fractional_index(motion, time_at(motion, key.index) - th.DOWNSWING_S)
    return replace(like, key=key, first=first, last=key.index, instants=instants)


def _plain_stroke(key: Instant) -> Action:
    """A stroke where none was found: nothing is known but its impact."""
    return Action(Discipline.BATTING, discipline_confidence=0.0, key=key, first=key.index, last=key.index)


def _in_order(instants: Instants, given: Instants, discipline: Discipline) -> Instants:
    """The given instants, and of the others those that lie between them as an action goes."""
    order = ORDER[discipline]
    kept: Instants = dict(given)
    for place, name in enumerate(order):
        if name in given or name not in instants:
            continue
        # Frame by frame, as events are published.
        first, last = math.floor(instants[name].index), math.ceil(instants[name].index)
        before = all(given[other].index < first for other in order[:place] if other in given)
        after = all(given[other].index > last for other in order[place + 1 :] if other in given)
        if before and after:
            kept[name] = instants[name]
    return kept
