"""The action around the events that a coach corrected: those are kept, the others are re-detected around them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.action import find_action
from cricksy.analysis.disciplines.base import DisciplineProfile, Instants
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.events import CONTACTS, Action, Instant, LookedFor, NoContact, index_in_film, parted, time_at
from cricksy.analysis.preprocessing.cleaning import Motion, finest_part
from cricksy.analysis.track import FloatArray, IntArray, Track, VideoFacts
from cricksy.results.measurements import Event, EventName
from cricksy.vocabulary import Discipline, Given, Handedness

# frames; how far off an event is that is named by eye: releases in videos are known to a frame
CORRECTED_FRAMES: Final = 1.0
# s; the longest action counted here: stance, backlift and downswing take 1.9 together
CORRECTED_NEAR_S: Final = 2.0
# s; room for a run-up before and a follow-through after, which give the body's scale
CORRECTED_WITHIN_S: Final = 5.0
# s; provisional: a release or impact further away belongs to another delivery or stroke
SAME_ACTION_S: Final = 0.3

_GIVEN: Final = 1.0  # ratio; confidence in what the coach says


@dataclass(frozen=True, slots=True)
class Corrections:
    """At least one event of one action, in the discipline's order: when it happened as the coach saw it, in ms."""

    discipline: Discipline
    t_ms: Mapping[EventName, float]

    @property
    def profile(self) -> DisciplineProfile:
        return profile_of(self.discipline)

    @property
    def first(self) -> float:
        return min(self.t_ms.values())

    @property
    def last(self) -> float:
        return max(self.t_ms.values())


def frames_around(track: Track, corrections: Corrections) -> Track:
    """The frames to measure corrected events from: those within ``CORRECTED_WITHIN_S`` of them, to bound the time.

    Those of the finest part where it holds all of the events. Elsewhere only the first pass read the video: then those
    of the shot with the last event, finely read ones thinned out to that pass's rate.
    """
    t_ms, part = track.t_ms, finest_part(track)
    first, last = corrections.first, corrections.last
    last_ms = min(last, float(t_ms[-1]))
    margin_ms = CORRECTED_WITHIN_S * 1000.0
    near = (t_ms >= track.clock.later(first, -margin_ms)) & (t_ms <= track.clock.later(last, margin_ms))
    fine_ms = t_ms[part]
    if fine_ms[0] <= first and last_ms <= fine_ms[-1]:
        chosen = np.flatnonzero(near[part]) + part.start
    else:
        last_shot = track.shot[int(np.argmin(np.abs(t_ms - last)))]
        coarse_steps = np.concatenate([np.diff(t_ms[: part.start + 1]), np.diff(t_ms[part.stop - 1 :])])
        least = float(np.median(coarse_steps)) - float(np.median(np.diff(fine_ms))) / 2
        chosen = _thinned(t_ms, np.flatnonzero(near & (track.shot == last_shot)), least)
        return replace(track.take(chosen), model=np.zeros(len(chosen), dtype=np.int64))
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
    """The delivery or stroke with its events where the coach has put them; ``found`` is the video's without them.

    ``handedness``: the player's, where the coach said it.

    ``None`` where ``motion`` does not hold them, or where release or impact is not among them and was not found after
    them.
    """
    # A frame is shown until the next one: what happens on the last one may be after its own time.
    frame_ms = float(motion.film_ms[-1] - motion.film_ms[0]) / (len(motion.film_ms) - 1)
    if corrections.first < motion.film_ms[0] or corrections.last > motion.film_ms[-1] + frame_ms:
        return None
    uncertainty_s = CORRECTED_FRAMES / motion.rate
    given: Instants = {
        name: Instant(index_in_film(motion, t_ms), _GIVEN, uncertainty_s) for name, t_ms in corrections.t_ms.items()
    }
    profile = corrections.profile
    key_name, rebuilding = profile.key_event_name, profile.rebuilding
    if key_name is None or rebuilding is None:
        return None
    found = _action_near(motion, corrections, found, handedness, key_given=key_name in given)
    key = given.get(key_name) or (found.key_event if found is not None else None)
    if key is None or (key_name not in given and max(i.index for i in given.values()) >= math.floor(key.index)):
        return None
    if found is not None and abs(time_at(motion, found.key_event.index) - time_at(motion, key.index)) > SAME_ACTION_S:
        found = None
    if found is None:
        # The event itself is sure, but what the body does there looks like no such action: nothing is judged.
        key = replace(key, confidence=th.GENERIC_CONFIDENCE)
    like = found or rebuilding.blank(motion, key, handedness)
    instants, no_contact = parted(_in_order(rebuilding.events(motion, like, given, key), given, profile.events))
    impossible = not profile.are_possible({name: time_at(motion, instant.index) for name, instant in instants.items()})
    if impossible or rebuilding.denies(motion, like, key):
        key = replace(key, confidence=min(key.confidence, th.GENERIC_CONFIDENCE))
    return replace(
        like,
        key_event=key,
        first=rebuilding.begins(motion, instants),
        last=key.index,
        instants=instants,
        no_contact=no_contact,
    )


def corrected_events(track: Track, video: VideoFacts, events: list[Event], corrections: Corrections) -> list[Event]:
    """``events`` with the corrected ones as the coach gave them, each on the nearest source frame."""
    end_ms = max(float(track.t_ms[0]) + video.decoded_ms, float(track.t_ms[-1]) + 1.0)
    count = max(round(video.decoded_ms / 1000.0 * video.source_fps), int(track.frame[-1]) + 1)
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
    """The action of that discipline around the corrections: the video's own, or else what is found there."""
    after = SAME_ACTION_S if key_given else CORRECTED_NEAR_S
    first_s, last_s = (time_at(motion, index_in_film(motion, t_ms)) for t_ms in (corrections.first, corrections.last))
    start = int(np.searchsorted(motion.t_s, first_s - CORRECTED_NEAR_S))
    part = slice(start, int(np.searchsorted(motion.t_s, last_s + after, side="right")))
    if found is not None and found.discipline is corrections.discipline and _lies_in(found, part):
        return found
    near = motion.cut(part)
    found = find_action(near, Given(corrections.discipline, handedness)) if len(near.t_s) >= th.MIN_SAMPLES else None
    if found is None or found.discipline is not corrections.discipline:
        return None
    return replace(
        found,
        key_event=_later(found.key_event, start),
        first=found.first + start,
        last=found.last + start,
        instants={name: _later(instant, start) for name, instant in found.instants.items()},
    )


def _lies_in(action: Action, part: slice) -> bool:
    return part.start <= action.start and action.end < part.stop


def _later(instant: Instant, samples: int) -> Instant:
    return replace(instant, index=instant.index + samples)


def _in_order(looked_for: LookedFor, given: Instants, order: tuple[EventName, ...]) -> LookedFor:
    """The given instants, and of the others those that lie between them as an action goes."""
    kept: dict[EventName, Instant | NoContact] = dict(given)
    for place, name in enumerate(order):
        if name in given or name not in looked_for:
            continue
        each = looked_for[name]
        if isinstance(each, NoContact) or _lies_between(each, place, given, order):
            kept[name] = each
        elif name in CONTACTS:
            kept[name] = NoContact.MISPLACED
    return kept


def _lies_between(instant: Instant, place: int, given: Instants, order: tuple[EventName, ...]) -> bool:
    """Frame by frame, as events are published."""
    first, last = math.floor(instant.index), math.ceil(instant.index)
    before = all(given[other].index < first for other in order[:place] if other in given)
    return before and all(given[other].index > last for other in order[place + 1 :] if other in given)
