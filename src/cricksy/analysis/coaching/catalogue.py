"""What a coach may say for each finding, by discipline and severity. The words are in ``catalogue.json``."""

from importlib import resources
from typing import Final, Literal

import msgspec

from cricksy.analysis.disciplines.base import Audience
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.results.coaching import Drill, FindingCode, Level
from cricksy.vocabulary import CameraView, Discipline


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the catalogue's parts; lists are tuples, so no report can change them."""


class CatalogueDrill(Entry, frozen=True):
    id: str
    name: str
    goal: str
    steps: tuple[str, ...]
    sets: str
    minutes: int
    balls: int
    """Deliveries, with a ball or without: both may load the back."""
    equipment: tuple[str, ...]
    people: int
    stop_rules: tuple[str, ...]
    source: str
    """A study, a Law, or coaching practice."""


class Strength(Entry, frozen=True):
    title: str
    tentative_title: str
    why: str


class Advice(Entry, frozen=True):
    """The words for one finding. The tentative titles are for a fault or a strength that is not sure.

    ``view``: ``along`` is for videos from the front or from behind, where they show something else. ``strength``:
    absent where a good score is no praise, since everybody has it. ``number`` says what the metric's own value is,
    ``second_number`` what the other one is that may decide. ``last``: never worked on before another fault.
    """

    code: FindingCode
    discipline: Audience
    title: str
    tentative_title: str
    why_it_matters: str
    source: str
    cues: dict[Level, tuple[str, ...]]
    drills: dict[Level, tuple[str, ...]]
    """Ids of drills."""
    view: Literal["along"] | None = None
    strength: Strength | None = None
    number: str | None = None
    second_number: str | None = None
    last: bool = False


class Practice(Entry, frozen=True):
    """Drills of a week that belong to no finding, by id.

    ``easy`` ones hold no balls. ``note``: what every report of the discipline says.
    """

    discipline: Audience
    warm_up: str
    keep: tuple[str, ...]
    easy: tuple[str, ...]
    together: str
    recover: str
    light: str
    film: str
    check: str
    note: str | None = None


class Load(Entry, frozen=True):
    """How much bowling a plan may hold, and the limit of a week with matches and all."""

    days: int
    balls_a_day: int
    balls_a_plan: int
    balls_a_week: int
    rules: tuple[str, ...]
    source: str


class Catalogue(Entry, frozen=True):
    version: str
    load: Load
    drills: tuple[CatalogueDrill, ...]
    advice: tuple[Advice, ...]
    practice: tuple[Practice, ...]


CATALOGUE: Final = msgspec.json.decode(
    resources.files("cricksy.analysis.coaching").joinpath("catalogue.json").read_bytes(), type=Catalogue
)
CATALOGUE_VERSION: Final = CATALOGUE.version

_DRILLS: Final = {drill.id: drill for drill in CATALOGUE.drills}
_ADVICE: Final = {(advice.code, advice.discipline, advice.view): advice for advice in CATALOGUE.advice}
_PRACTICE: Final = {practice.discipline: practice for practice in CATALOGUE.practice}


def audience(discipline: Discipline | None) -> Audience:
    """The catalogue's word for a discipline."""
    return profile_of(discipline).audience


def advice_for(code: FindingCode, discipline: Discipline | None, view: CameraView | None = None) -> Advice:
    """The words for ``code``; those for the ``view`` where it shows something of its own."""
    plain = _ADVICE[code, audience(discipline), None]
    along = view in (CameraView.FRONT, CameraView.BEHIND)
    return _ADVICE.get((code, audience(discipline), "along"), plain) if along else plain


def practice_for(discipline: Discipline | None) -> Practice:
    return _PRACTICE[audience(discipline)]


def drill(drill_id: str) -> Drill:
    """A new copy of a drill, so that two reports share nothing.

    Raises:
        KeyError: the catalogue has no such drill.
    """
    entry = _DRILLS[drill_id]
    return Drill(
        id=entry.id,
        name=entry.name,
        goal=entry.goal,
        steps=list(entry.steps),
        sets=entry.sets,
        minutes=entry.minutes,
        balls=entry.balls,
        equipment=list(entry.equipment),
        people=entry.people,
        stop_rules=list(entry.stop_rules),
    )
