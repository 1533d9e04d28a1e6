"""What an action is made of: instants between frames, and the sides of the body that matter."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Side
from cricksy.analysis.track import FloatArray, IntArray
from cricksy.results.measurements import Event, EventName
from cricksy.vocabulary import Discipline

CONTACTS: Final = ("back_foot_contact", "front_foot_contact")


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time as a sample index that may lie between two samples, with a confidence 0–1.

    ``uncertainty_s``: half-width in seconds of the interval that holds it nine times in ten; 0 where it is no event.
    """

    index: float
    confidence: float
    uncertainty_s: float = 0.0


class NoContact(StrEnum):
    """Why the contact of a foot was not found.

    ``HIDDEN``: the foot is hidden or outside the image as it comes down. ``STANDING``: it takes no step in what the
    video shows. ``MOVING``: it does not come to rest in time. ``MISPLACED``: it lands at a time that does not fit the
    other events.
    """

    HIDDEN = "hidden"
    STANDING = "standing"
    MOVING = "moving"
    MISPLACED = "misplaced"


LookedFor = Mapping[EventName, Instant | NoContact]
"""Events by name: when each happened, or why it was not found."""


@dataclass(frozen=True, slots=True)
class TimeEstimate:
    """One estimate of an instant, in seconds, and the half-width of its 90 % interval."""

    t_s: float
    uncertainty_s: float


@dataclass(frozen=True, slots=True)
class Action:
    """One recognised action.

    ``key_event``: release, impact, or the fastest moment of an unknown action. ``first``, ``last``: where its window
    begins and ends, as sample indices that may lie between samples. ``towards``: +1 or -1, the direction of the target
    along x; 0 unknown. ``plane_cosine``: least likely cosine of the angle between that direction and the image, as the
    sweep of a bowling arm shows it; ``None`` where none was seen whole. ``front``: the leg nearer to the target.
    ``arm``: bowling arm, or a batter's front arm. ``instants``: the events that were found, by name.
    ``no_contact``: why those contacts were not found that were looked for.
    """

    discipline: Discipline | None
    discipline_confidence: float
    key_event: Instant
    first: float
    last: float
    towards: int = 0
    plane_cosine: float | None = None
    front: Side | None = None
    arm: Side | None = None
    instants: dict[EventName, Instant] = field(default_factory=dict[EventName, Instant])
    no_contact: Mapping[EventName, NoContact] = field(default_factory=dict[EventName, NoContact])

    @property
    def start(self) -> int:
        """First sample of the window."""
        return int(np.floor(self.first))

    @property
    def end(self) -> int:
        """Last sample of the window."""
        return int(np.ceil(self.last))

    @property
    def window(self) -> slice:
        return slice(self.start, self.end + 1)


def parted(looked_for: LookedFor) -> tuple[dict[EventName, Instant], dict[EventName, NoContact]]:
    """The events that were found, and why the other ones were not."""
    found: dict[EventName, Instant] = {name: each for name, each in looked_for.items() if isinstance(each, Instant)}
    return found, {name: each for name, each in looked_for.items() if isinstance(each, NoContact)}


def less_sure(action: Action, most: float) -> Action:
    """``action`` of which nothing is surer than ``most``, 0–1."""

    def capped(instant: Instant) -> Instant:
        return replace(instant, confidence=min(instant.confidence, most))

    return replace(
        action,
        discipline_confidence=min(action.discipline_confidence, most),
        key_event=capped(action.key_event),
        instants={name: capped(instant) for name, instant in action.instants.items()},
    )


def certainty(uncertainty_s: float) -> float:
    """How sure an event is that may be ``uncertainty_s`` off: one half where that is ``th.EVENT_HALF_SURE_S``."""
    return 1.0 / (1.0 + (uncertainty_s / th.EVENT_HALF_SURE_S) ** 2)


def together(first: TimeEstimate, second: TimeEstimate) -> TimeEstimate:
    """The mean of two estimates, weighted by precision; its uncertainty grows as they disagree (Birge 1932)."""
    weights = first.uncertainty_s**-2, second.uncertainty_s**-2
    mean = (first.t_s * weights[0] + second.t_s * weights[1]) / sum(weights)
    disagreement = abs(first.t_s - second.t_s) / math.hypot(first.uncertainty_s, second.uncertainty_s)
    return TimeEstimate(mean, max(1.0, disagreement) / math.sqrt(sum(weights)))


def value_at(values: FloatArray, index: float) -> float:
    """``values`` (n,) at a fractional index, linear between samples; NaN where either neighbour is missing."""
    low = int(np.floor(index))
    high = min(low + 1, len(values) - 1)
    share = index - low
    if share == 0.0:
        return float(values[low])
    return float((1 - share) * values[low] + share * values[high])


def time_at(motion: Motion, index: float) -> float:
    """Seconds at a fractional index."""
    return value_at(motion.t_s, index)


def index_at(motion: Motion, t_s: float) -> int:
    """The sample nearest to a time in seconds."""
    return int(np.argmin(np.abs(motion.t_s - t_s)))


def samples_between(motion: Motion, start_s: float, end_s: float) -> IntArray:
    """The samples from one time to another, in seconds, and at least the one nearest to the middle."""
    inside = (motion.t_s >= start_s) & (motion.t_s <= end_s)
    inside[index_at(motion, (start_s + end_s) / 2)] = True
    return np.flatnonzero(inside)


def samples_near(motion: Motion, t_s: float) -> IntArray:
    """The samples within ``th.EVENT_NEAR_S`` of a time in seconds, and at least the nearest one."""
    return samples_between(motion, t_s - th.EVENT_NEAR_S, t_s + th.EVENT_NEAR_S)


def first_sample(motion: Motion, index: int, seconds: float) -> int:
    """The first sample no more than ``seconds`` before that at ``index``."""
    return int(np.argmax(motion.t_s >= motion.t_s[index] - seconds))


def fractional_index(motion: Motion, t_s: float) -> float:
    """The index, between samples, of a time in seconds; the first or last sample beyond the track's ends."""
    return float(np.interp(t_s, motion.t_s, np.arange(len(motion.t_s))))


def index_in_film(motion: Motion, t_ms: float) -> float:
    """The index, between samples, of a time in milliseconds on the film's clock; see :func:`fractional_index`."""
    return float(np.interp(t_ms, motion.film_ms, np.arange(len(motion.film_ms))))


def published(motion: Motion, action: Action) -> list[Event]:
    """The instants as events in the order of time: a contact on the first frame that shows it, else the nearest."""
    return sorted((_event(motion, *named) for named in action.instants.items()), key=lambda event: event.t_ms)


def sample_of(name: EventName, instant: Instant) -> int:
    """The sample of an event's frame: a contact's is the first that shows it, any other's the nearest."""
    return int(np.ceil(instant.index)) if name in CONTACTS else round(instant.index)


def _event(motion: Motion, name: EventName, instant: Instant) -> Event:
    sample = sample_of(name, instant)
    return Event(
        name=name,
        frame=int(motion.frame[sample]),
        t_ms=round(float(motion.film_ms[sample]), 3),
        confidence=round(instant.confidence, 3),
        source="inferred",
    )
