"""Which parts of a film are read finely: that of its one action, or one for each action that the first pass shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from cricksy.analysis.disciplines.several import Sighting, Span, free
from cricksy.analysis.track import Track
from cricksy_worker.vision.athletes import Athlete

# ratio; certainty of another discipline than the shot's. Of drawn strokes after a delivery the first pass is sure to
# 0.7; in 160 films of one discipline, real, drawn and altered, it shows none of the other
SURE_OF_ANOTHER: Final = 0.65


class ActionSearch(Protocol):
    """What the analysis calls an action, where a film may show several."""

    def sightings(self, track: Track, edges: Span, seconds: float) -> list[Sighting]:
        """The actions of the person of ``track`` on the coarse pass, by time; parts lie inside ``edges``."""
        ...

    def fast_moments(self, track: Track, edges: Span, seconds: float, found: Sequence[Sighting]) -> list[Sighting]:
        """Where the person is about as fast as in an action, beside those that were ``found``."""
        ...

    def confirms(self, track: Track) -> bool:
        """Whether the finely read part of ``track`` shows an action, and not one that an earlier part showed."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part to read finely, and whose action it is; ``is_athletes``: what is read of a film with one action."""

    person: Athlete
    sighting: Sighting
    is_athletes: bool = False

    @property
    def span(self) -> Span:
        return self.sighting.span

    @property
    def is_known(self) -> bool:
        """Whether the first pass shows which action it is."""
        return self.sighting.discipline is not None


def candidates(
    people: Sequence[Athlete], athlete: Athlete, window: Span | None, search: ActionSearch | None, seconds: float
) -> list[Candidate]:
    """What may be actions, by time. One of them spans ``window``, the part of ``athlete``'s, if he has one.

    In one shot all are of one discipline, the athlete's where he acts in it, else the surest one's; another one's are
    those that are sure by themselves.
    """
    if search is None:
        return [] if window is None else [_first(athlete, window, [])]
    seen = [(one, *_seen_in_shot(one)) for one in people if one.tracklet]
    known = [
        Candidate(one, sighting) for one, track, edges in seen for sighting in search.sightings(track, edges, seconds)
    ]
    kept = [] if window is None else [_first(athlete, window, known)]
    kept = _with(kept, _of_the_shots_discipline(known, kept))
    sighted = [one.sighting for one in kept]
    fast = [
        Candidate(one, moment)
        for one, track, edges in seen
        for moment in search.fast_moments(track, edges, seconds, sighted)
    ]
    return sorted(_with(kept, fast), key=lambda one: one.sighting.key_ms)


def shot_of(person: Athlete) -> int:
    """The shot that a person is seen in."""
    track = person.track
    return int(track.shot[np.searchsorted(track.frame, person.tracklet[0].frame)])


def in_shot(person: Athlete, track: Track) -> Track:
    """The frames of ``track`` in the shot that ``person`` is seen in; all of them for one who is not seen."""
    return track.take(np.flatnonzero(track.shot == shot_of(person))) if person.tracklet else track


def _seen_in_shot(person: Athlete) -> tuple[Track, Span]:
    """The frames from the first to the last that show the person, and the start and end of the shot."""
    track = person.track
    of_shot = np.flatnonzero(track.shot == shot_of(person))
    edges = float(track.t_ms[of_shot[0]]), float(track.t_ms[of_shot[-1]])
    first, last = np.searchsorted(track.frame, [person.tracklet[0].frame, person.tracklet[-1].frame])
    return track.take(np.arange(int(first), int(last) + 1, dtype=np.int64)), edges


def _first(athlete: Athlete, window: Span, known: Sequence[Candidate]) -> Candidate:
    """The athlete's own action."""
    mine = [one for one in known if one.person is athlete and window[0] <= one.sighting.key_ms <= window[1]]
    if mine:
        best = max(mine, key=lambda one: one.sighting.rank())
        return Candidate(athlete, best.sighting._replace(span=window), is_athletes=True)
    return Candidate(athlete, Sighting(0.0, athlete.score.wrist_speed, sum(window) / 2, window, None), is_athletes=True)


def _of_the_shots_discipline(known: Sequence[Candidate], first: Sequence[Candidate]) -> list[Candidate]:
    told = {shot_of(one.person): one.sighting.discipline for one in first if one.is_known}
    for one in sorted(known, key=lambda one: one.sighting.rank(), reverse=True):
        told.setdefault(shot_of(one.person), one.sighting.discipline)
    return [
        one
        for one in known
        if one.sighting.discipline is told[shot_of(one.person)] or one.sighting.certainty >= SURE_OF_ANOTHER
    ]


def _with(kept: Sequence[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """``kept`` and those of ``others``, the surest first, that are of another time; where they overlap they are cut."""
    chosen = list(kept)
    for one in sorted(others, key=lambda one: one.sighting.rank(), reverse=True):
        span = free(one.sighting, [other.sighting for other in chosen])
        if span is not None:
            chosen.append(Candidate(one.person, one.sighting._replace(span=span)))
    return chosen
