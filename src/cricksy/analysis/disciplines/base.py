"""What a discipline is to the analysis: how its action is found, what its events are, how it is measured and named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from cricksy.analysis import thresholds as th
from cricksy.analysis.events import Action, Instant, LookedFor
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Side
from cricksy.results.measurements import EventName, Source
from cricksy.vocabulary import Discipline, Given, Handedness

T = TypeVar("T")
P = TypeVar("P", bound="MetricParams")

Audience = Literal["batting", "bowling", "wicketkeeping", "fielding", "any"]
"""Whom an entry of the catalogue is for: ``any`` serves the unknown discipline, and others that have none of theirs."""

Instants = dict[EventName, Instant]

Interval = tuple[EventName, EventName, tuple[float, float]]
"""An earlier event, a later one, and the least and the most seconds from one to the other, in slow motion too."""


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """Something about the video, how sure it is (0–1), and whether the coach said it; all ``None`` where unknown.

    ``shown``: what the video surely shows instead of what the coach said; ``None`` where it denies nothing.
    """

    value: T | None
    confidence: float
    source: Source | None
    shown: T | None = None


@dataclass(frozen=True, slots=True)
class MetricParams:
    """How one metric reads and scores the action of one discipline; each metric has a class of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """One way to find an action in a motion; ``find`` gives ``None`` where there is none.

    ``first_pass``: it also works on the coarse frames of the first pass, from which the part to read again is chosen.
    ``singles_out``: of several people, the one in whose motion it finds an action is the athlete.
    """

    find: Callable[[Motion, Given], Action | None]
    first_pass: bool = True
    singles_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilding:
    """How an action is rebuilt around events that a coach corrected.

    ``blank``: the action where none was found, from its key event and the player's hand, if given. ``events``: all
    events looked for of an action like the one given, with the given instants and the key event. ``begins``: where the
    window of an action with these events begins, as an index between samples. ``denies``: whether the body shows that
    the key event cannot be there.
    """

    blank: Callable[[Motion, Instant, Handedness | None], Action]
    events: Callable[[Motion, Action, Instants, Instant], LookedFor]
    begins: Callable[[Motion, Mapping[EventName, Instant]], float]
    denies: Callable[[Motion, Action, Instant], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisciplineProfile:
    """One discipline, or with ``None`` an action that was not recognised.

    ``audience``: of the catalogue's words. ``action_word``: what a coach calls one action; ``None`` where nothing is
    looked for. ``events``: in the order of time, the last one being the key event. ``intervals_s``: how far apart they
    can be. ``finders``: in the order in which they are tried. ``before_key``: share of the part read again that lies
    before the key event. ``hand``: the player's bowling or batting hand and how sure it is. ``arm_bowls``: whether an
    action's arm is the one that bowls. ``across``: how far the action goes across the image, 1 being the least that
    counts as side-on. ``begins_sideways``: whether the player stands sideways to the way of the action at first, so
    that the chest is then broad from the side. ``plane_cosine``: least likely cosine of the angle between the image and
    the way to the target, 0–1. ``most_sure``: no measurement is surer. ``metrics``: parameters by their class; a metric
    without is not measured. ``rebuilding``: ``None`` where no event can be corrected. ``blurred``: whether the first
    pass shows the action so badly that a short film is better read whole. ``before_action``: from when on a coach
    should film.
    """

    discipline: Discipline | None
    audience: Audience
    before_key: float
    across: Callable[[Motion, Action], float]
    plane_cosine: Callable[[Motion, Action], float]
    action_word: str | None = None
    events: tuple[EventName, ...] = ()
    intervals_s: tuple[Interval, ...] = ()
    finders: tuple[Finder, ...] = ()
    hand: Callable[[Action], tuple[Side, float] | None] = lambda _: None
    arm_bowls: bool = False
    most_sure: float = th.CERTAIN
    metrics: tuple[MetricParams, ...] = ()
    rebuilding: Rebuilding | None = None
    blurred: bool = False
    before_action: str = "a second before it"
    begins_sideways: bool = False

    @property
    def key_event_name(self) -> EventName | None:
        """The event at which most is measured; ``None`` where the discipline has no events."""
        return self.events[-1] if self.events else None

    @property
    def unmeasured(self) -> str:
        """Why a metric that has no parameters here is not measured."""
        return f"This is not measured in {self.discipline or 'an action that was not recognised'} yet."

    def params(self, kind: type[P]) -> P | None:
        """The parameters of the metric whose class they have; ``None`` where it has none here."""
        return next((params for params in self.metrics if isinstance(params, kind)), None)

    def are_possible(self, t_s: Mapping[EventName, float]) -> bool:
        """Whether events at these times in seconds, by name, are as far apart as a player's, in slow motion too."""
        return all(
            least_s <= t_s[later] - t_s[earlier] <= longest_s
            for earlier, later, (least_s, longest_s) in self.intervals_s
            if earlier in t_s and later in t_s
        )
