"""Finding every action in a film of several: where on the coarse first pass somebody bowls, bats, or may have.

The film is looked through part by part, each with the finders that look for the one action of a short clip. What was
found is cut out with the time around it, so that no action is found twice, and the rest is looked through again.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.action import find_known
from cricksy.analysis.disciplines.movement import wrist_speed
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.events import value_at
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.replays import Performance, is_replay
from cricksy.analysis.track import IntArray, Track
from cricksy.vocabulary import Discipline, Given

# s; looked through at once: one body scale for a player who walks back to his mark, and a bounded time
LONGEST_PART: Final = 12.0
PART_OVERLAP: Final = 3.0  # s; of successive parts: a run-up's end, a delivery and its follow-through lie whole in one
# s; from one key event to the next: nobody bowls or bats twice in that time
SAME_ACTION: Final = 1.0
# ratio; of the fastest wrist of an action in the film: so fast a moment may be one that the coarse pass did not show.
# Ten real deliveries, read at 15 images a second from either frame, had 5.6 to 8.2 H/s, and five of 40 were not shown.
FAST_SHARE: Final = 0.5

Span = tuple[float, float]
"""Start and end in milliseconds."""


class Sighting(NamedTuple):
    """An action, or what may be one, on the coarse pass.

    ``certainty``: 0–1; 0 where only the ``speed`` of a wrist, in H/s, suggests it. ``span``: the part to be read again.
    """

    certainty: float
    speed: float
    key_ms: float
    span: Span
    discipline: Discipline | None

    def rank(self) -> tuple[float, float]:
        """By how sure it is, then by the speed."""
        return self.certainty, self.speed


class Search:
    """Looks for actions in one film, and knows those that it has confirmed."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._confirmed: list[Performance] = []

    def sightings(self, track: Track, edges: Span, seconds: float) -> list[Sighting]:
        """Every action of the person of ``track``, which is of one shot, by time.

        ``seconds``: how long a part inside ``edges`` is read again for each. Parts do not overlap: they are cut.
        """
        found: list[Sighting] = []
        for span in _stretches(track):
            found += self._known(track, span, edges, seconds)
        return apart(found)

    def fast_moments(self, track: Track, edges: Span, seconds: float, found: Sequence[Sighting]) -> list[Sighting]:
        """Where a wrist is fast beside what was ``found``: an action that the coarse pass did not show may be there."""
        disciplines = [one.discipline for one in found if one.discipline is not None]
        before = profile_of(disciplines[0] if disciplines else self._given.discipline).before_key
        least = max(th.COARSE_ACTION_SPEED, FAST_SHARE * max((one.speed for one in found), default=0.0))
        moments: list[Sighting] = []
        for span in _stretches(track):
            motion = _motion(track, span)
            if motion is None:
                continue
            speed, t_ms = np.nan_to_num(wrist_speed(motion)), motion.film_ms
            for one in found:
                speed[(t_ms >= one.span[0]) & (t_ms <= one.span[1])] = 0.0
                start, end = _near(track, one.key_ms, SAME_ACTION)
                speed[(t_ms > start) & (t_ms < end)] = 0.0
            while speed.max(initial=0.0) >= least:
                at = int(np.argmax(speed))
                key_ms = float(t_ms[at])
                part = _span(track, key_ms, before, edges, seconds)
                moments.append(Sighting(0.0, float(speed[at]), key_ms, part, None))
                start, end = _near(track, key_ms, seconds)
                speed[(t_ms >= start) & (t_ms <= end)] = 0.0
        return apart(moments)

    def confirms(self, track: Track) -> bool:
        """Whether the finest part of ``track`` shows an action, and not one that an earlier part showed."""
        motion = cleaning.clean(track)
        action = None if motion is None else find_known(motion, self._given)
        if motion is None or action is None:
            return False
        performance = Performance(motion, action)
        if any(is_replay(performance, other) for other in self._confirmed):
            return False
        self._confirmed.append(performance)
        return True

    def _known(self, track: Track, span: Span, edges: Span, seconds: float) -> list[Sighting]:
        """The actions whose whole is seen in ``span``."""
        motion = _motion(track, span)
        action = None if motion is None else find_known(motion, self._given, first_pass=True)
        if motion is None or action is None:
            return []
        key_ms = value_at(motion.film_ms, action.key_event.index)
        part = _span(track, key_ms, profile_of(action.discipline).before_key, edges, seconds)
        speed = wrist_speed(motion)
        fastest = float(np.nanmax(speed)) if np.isfinite(speed).any() else 0.0
        here = Sighting(action.discipline_confidence, fastest, key_ms, part, action.discipline)
        near = _near(track, key_ms, SAME_ACTION)
        start, end = min(part[0], near[0]), max(part[1], near[1])
        before = self._known(track, (span[0], start), edges, seconds)
        return [*before, here, *self._known(track, (end, span[1]), edges, seconds)]


def apart(found: Sequence[Sighting]) -> list[Sighting]:
    """Of sightings of one time the best; the others by time, their spans cut where they would overlap."""
    kept: list[Sighting] = []
    for one in sorted(found, key=Sighting.rank, reverse=True):
        span = free(one, kept)
        if span is not None:
            kept.append(one._replace(span=span))
    return sorted(kept, key=lambda one: one.key_ms)


def free(one: Sighting, others: Sequence[Sighting]) -> Span | None:
    """What the spans of ``others`` leave of one's; ``None`` where it is of the same time as one of them."""
    start, end = one.span
    for other in others:
        if other.span[0] <= one.key_ms <= other.span[1]:
            return None
        if other.span[1] < one.key_ms:
            start = max(start, other.span[1])
        else:
            end = min(end, other.span[0])
    return start, end


def _stretches(track: Track) -> list[Span]:
    """The track's time in overlapping parts."""
    if not len(track.t_ms):
        return []
    start_ms, end_ms = float(track.t_ms[0]), float(track.t_ms[-1])
    parts: list[Span] = []
    while not parts or start_ms < track.clock.later(end_ms, -PART_OVERLAP * 1000.0):
        parts.append((start_ms, min(track.clock.later(start_ms, LONGEST_PART * 1000.0), end_ms)))
        start_ms = track.clock.later(start_ms, (LONGEST_PART - PART_OVERLAP) * 1000.0)
    return parts


def _near(track: Track, key_ms: float, seconds: float) -> Span:
    """So long, in the world, before and after a moment."""
    return track.clock.later(key_ms, -seconds * 1000.0), track.clock.later(key_ms, seconds * 1000.0)


def _motion(track: Track, span: Span) -> Motion | None:
    inside: IntArray = np.flatnonzero((track.t_ms >= span[0]) & (track.t_ms <= span[1]))
    return cleaning.clean(track.take(inside)) if len(inside) >= th.MIN_SAMPLES else None


def _span(track: Track, key_ms: float, before: float, edges: Span, seconds: float) -> Span:
    """The part around a key event, inside ``edges``, as of :func:`.action.action_window`."""
    later, whole_ms = track.clock.later, seconds * 1000.0
    start = max(edges[0], min(later(key_ms, -before * whole_ms), later(edges[1], -whole_ms)))
    return round(start, 3), round(min(later(start, whole_ms), edges[1]), 3)
