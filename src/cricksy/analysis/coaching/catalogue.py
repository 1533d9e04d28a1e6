"""What a coach may say for each finding, by discipline and severity; the words stand in ``catalogue.json``."""

from importlib import resources
from typing import Final

import msgspec

from cricksy.analysis.disciplines.base import Audience
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.results.schema import Drill, FindingCode, Level
from cricksy.vocabulary import Discipline


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the catalogue's parts; lists are tuples, so no report can change them."""


class CatalogueDrill(Entry, frozen=True):
    id: str
    name: str
    goal: str
    steps: tuple[str, ...]
    minutes: int
    equipment: tuple[str, ...]
    people: int


class Advice(Entry, frozen=True):
    """The words for one finding. The tentative titles are for a fault or a strength that is not sure."""

    code: FindingCode
    discipline: Audience
    title: str
    tentative_title: str
    strength_title: str
    tentative_strength_title: str
    why_it_matters: str
    strength_why: str
    cues: dict[Level, tuple[str, ...]]
    drills: dict[Level, tuple[str, ...]]
    """Ids of drills."""


class Practice(Entry, frozen=True):
    """Drills of a week that belong to no finding: to keep strengths, to join it all, to recover, to film again."""

    discipline: Audience
    keep: tuple[str, ...]
    together: str
    recover: str
    film: tuple[str, ...]


class Catalogue(Entry, frozen=True):
    version: str
    drills: tuple[CatalogueDrill, ...]
    advice: tuple[Advice, ...]
    practice: tuple[Practice, ...]
    film_again: tuple[str, ...]


CATALOGUE: Final = msgspec.json.decode(
    resources.files("cricksy.analysis.coaching").joinpath("catalogue.json").read_bytes(), type=Catalogue
)
CATALOGUE_VERSION: Final = CATALOGUE.version

_DRILLS: Final = {drill.id: drill for drill in CATALOGUE.drills}
_ADVICE: Final = {(advice.code, advice.discipline): advice for advice in CATALOGUE.advice}
_PRACTICE: Final = {practice.discipline: practice for practice in CATALOGUE.practice}


def audience(discipline: Discipline | None) -> Audience:
    """The catalogue's word for a discipline."""
    return profile_of(discipline).audience


def advice_for(code: FindingCode, discipline: Discipline | None) -> Advice:
    return _ADVICE[code, audience(discipline)]


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
        minutes=entry.minutes,
        equipment=list(entry.equipment),
        people=entry.people,
    )
