"""What a coach may say for each finding, by discipline, style, age and severity.

The words are in ``words/``, a file a discipline; version and notes are in ``catalogue.json``. All of it is checked as
it is loaded, and ``tools/check_catalogue.py`` holds the words plain and safe.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from itertools import chain
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeVar

import msgspec

from cricksy.analysis.coaching.about import AGES, DrillsBefore, Who
from cricksy.analysis.disciplines.base import Audience
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.results.coaching import Drill, FindingCode, Level, Note
from cricksy.results.measures import MeasureGroup, Reference
from cricksy.vocabulary import AgeGroup, BowlingStyle, CameraView, Discipline, Handedness

Id = Annotated[str, msgspec.Meta(pattern="^[a-z]+(-[a-z]+)+$")]
Words = Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
Sentence = Annotated[str, msgspec.Meta(min_length=5, max_length=160, pattern=r"[.?]$")]
Headline = Annotated[str, msgspec.Meta(min_length=5, max_length=45)]
Cues = Annotated[tuple[Sentence, ...], msgspec.Meta(min_length=2)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)]
E = TypeVar("E", bound="Entry")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the catalogue's parts; lists are tuples, so no report can change them.

    ``youngest`` to ``oldest``, ``style``, ``hand``: whom it is for.
    """

    youngest: AgeGroup = AgeGroup.U11
    oldest: AgeGroup = AgeGroup.ADULT
    style: BowlingStyle | None = None
    hand: Handedness | None = None


class CatalogueDrill(Entry, frozen=True, kw_only=True):
    """An exercise for one; ``helper`` says what a second person may do."""

    id: Id
    name: Annotated[str, msgspec.Meta(min_length=3, max_length=40)]
    goal: Sentence
    standard: Literal["beginner", "club"]
    kit: tuple[Words, ...]
    """With the ball that it takes."""
    steps: Annotated[tuple[Sentence, ...], msgspec.Meta(min_length=2, max_length=5)]
    sets: Words
    minutes: Annotated[int, msgspec.Meta(ge=5, le=30)]
    balls: Annotated[int, msgspec.Meta(ge=0)]
    """Deliveries, with a ball or without: both may load the back."""
    success: Sentence
    easier: Sentence
    harder: Sentence
    helper: Sentence | None = None
    stop: tuple[Sentence, ...]
    source: Words
    """A study, a Law, or coaching practice."""


class Strength(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Words
    tentative_title: Words
    why: Words


class Advice(Entry, frozen=True, kw_only=True):
    """The words for one finding. The tentative titles are for a fault or a strength that is not sure.

    ``view``: ``along`` is for videos from the front or from behind, where they show something else. ``strength``:
    absent where a good score is no praise, since everybody has it. ``number`` says what the metric's own value is,
    ``second_number`` what the other one is that may decide. ``last``: never worked on before another fault.
    """

    code: FindingCode
    discipline: Audience
    title: Words
    tentative_title: Words
    headline: Headline
    why_it_matters: Words
    source: Words
    cues: dict[Level, Cues]
    drills: dict[Level, Ids]
    """Ids, the one to begin with first."""
    view: Literal["along"] | None = None
    strength: Strength | None = None
    number: Words | None = None
    second_number: Words | None = None
    reference: Reference | None = None
    last: bool = False


class Practice(Entry, frozen=True, kw_only=True):
    """Drills of a week that belong to no finding, by id.

    ``skills``: of the discipline, a different one each week. ``by_group``: those that go with a group of measures,
    where it holds the player's clearest number. ``easy``: without balls. ``together``: the first that fits the player
    takes the week's cue into play, so none for a hand alone comes before one for the player's style.
    """

    discipline: Audience
    warm_up: Id
    skills: Ids
    by_group: dict[MeasureGroup, Ids] = {}
    easy: Ids
    together: Ids
    recover: Id
    light: Id
    film: Id
    check: Id

    @property
    def fixed(self) -> frozenset[str]:
        """Drills that every week has as they are."""
        return frozenset((self.warm_up, self.recover, self.light, self.film, self.check))


class CatalogueNote(Entry, frozen=True, kw_only=True):
    """What every report of such a player says; ``if_unknown``: only until age group and style are known."""

    code: Annotated[str, msgspec.Meta(pattern="^[A-Z_]+$")]
    discipline: Audience
    if_unknown: bool = False
    title: Words
    text: Words
    source: Words


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    drills: tuple[CatalogueDrill, ...]
    advice: tuple[Advice, ...]
    practice: tuple[Practice, ...]


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+$")]
    notes: tuple[CatalogueNote, ...]


class Catalogue(msgspec.Struct, frozen=True):
    version: str
    drills: tuple[CatalogueDrill, ...]
    advice: tuple[Advice, ...]
    practice: tuple[Practice, ...]
    notes: tuple[CatalogueNote, ...]


def check(catalogue: Catalogue) -> None:
    """Hold what no type can.

    Raises:
        ValueError: A drill is there twice, is not there, has no stop rule though it has balls, or a severity has none
            for an age that its advice is for.
    """
    drills = {drill.id: drill for drill in catalogue.drills}
    if len(drills) != len(catalogue.drills):
        raise ValueError("two drills have one id")
    for drill in catalogue.drills:
        if drill.balls and not drill.stop:
            raise ValueError(f"{drill.id} has balls and no stop rule")
    if missing := sorted(set(_named(catalogue)) - set(drills)):
        raise ValueError(f"no such drills: {', '.join(missing)}")
    for advice in catalogue.advice:
        if set(advice.cues) != set(advice.drills) or len(advice.cues) != len(_LEVELS):
            raise ValueError(f"{advice.code} {advice.discipline} lacks a severity")
        for ids in advice.drills.values():
            for age in AGES[AGES.index(advice.youngest) : AGES.index(advice.oldest) + 1]:
                who = Who(None, advice.style, age)
                if not any(who.is_meant_by(drills[one]) for one in ids):
                    raise ValueError(f"{advice.code} {advice.discipline} has no drill for {age}")


def _named(catalogue: Catalogue) -> Iterator[str]:
    for advice in catalogue.advice:
        yield from chain.from_iterable(advice.drills.values())
    for practice in catalogue.practice:
        yield from chain.from_iterable(practice.by_group.values())
        yield from (*practice.fixed, *practice.skills, *practice.easy, *practice.together)


def _load() -> Catalogue:
    here = resources.files("cricksy.analysis.coaching")
    head = msgspec.json.decode(here.joinpath("catalogue.json").read_bytes(), type=_Head)
    names: tuple[str, ...] = (*Discipline, "general")
    files = [msgspec.json.decode(here.joinpath("words", f"{name}.json").read_bytes(), type=_File) for name in names]
    catalogue = Catalogue(
        head.version,
        tuple(chain.from_iterable(file.drills for file in files)),
        tuple(chain.from_iterable(file.advice for file in files)),
        tuple(chain.from_iterable(file.practice for file in files)),
        head.notes,
    )
    check(catalogue)
    return catalogue


_LEVELS: Final[tuple[Level, ...]] = ("low", "medium", "high")
CATALOGUE: Final = _load()
CATALOGUE_VERSION: Final = CATALOGUE.version
DRILLS: Final = {drill.id: drill for drill in CATALOGUE.drills}
NONE_BEFORE: Final[DrillsBefore] = MappingProxyType({})

_AGE_WORDS: Final[dict[AgeGroup, str]] = {age: f"under-{age[1:]}" for age in AGES} | {AgeGroup.ADULT: "adults"}
_STANDARDS: Final = {"beginner": "beginners and up", "club": "club players and up"}
_STYLES: Final = {BowlingStyle.PACE: "pace bowlers", BowlingStyle.SPIN: "spinners"}


def audience(who: Who) -> Audience:
    """The catalogue's word for the player's discipline."""
    return profile_of(who.discipline).audience


def advice_for(code: FindingCode, who: Who, view: CameraView | None = None) -> Advice | None:
    """The words for ``code``, those for the style and the ``view`` before the general ones.

    ``None``: nothing may be said of it to this player.
    """
    of_code = [advice for advice in CATALOGUE.advice if advice.code == code]
    own = [advice for advice in of_code if advice.discipline == audience(who)]
    known = own or [advice for advice in of_code if advice.discipline == "any"]
    along = "along" if view in (CameraView.FRONT, CameraView.BEHIND) else None
    return _best(who, [advice for advice in known if advice.view in (None, along)])


def practice_for(who: Who) -> Practice:
    """The drills of a week that belong to no finding."""
    found = _best(who, [practice for practice in CATALOGUE.practice if practice.discipline == audience(who)])
    if found is None:
        raise LookupError(f"the catalogue has no practice for {who}")
    return found


def notes_for(who: Who) -> list[Note]:
    """What every report of such a player says."""
    return [
        Note(code=note.code, title=note.title, text=note.text, source=note.source)
        for note in CATALOGUE.notes
        if note.discipline == audience(who)
        and who.is_meant_by(note)
        and not (note.if_unknown and who.age_group is not None and who.style is not None)
    ]


def fitting(ids: Iterable[str], who: Who, before: DrillsBefore = NONE_BEFORE) -> list[str]:
    """Those of ``ids`` that are for the player, each once.

    What the plans ``before`` had least often comes first, and of those what they had the longest ago.
    """
    meant = [one for one in dict.fromkeys(ids) if who.is_meant_by(DRILLS[one])]
    return sorted(meant, key=lambda one: before.get(one, (0, 0)))


def drill(drill_id: str, *, harder: bool = False) -> Drill:
    """A new copy of a drill, so that two reports share nothing; ``harder``: a step on from before.

    Raises:
        KeyError: the catalogue has no such drill.
    """
    entry = DRILLS[drill_id]
    steps = list(entry.steps)
    if entry.helper is not None:
        steps.append(f"Not alone? {entry.helper}")
    if harder:
        steps.append(f"You have had this drill before, so take it a step further: {entry.harder}")
    return Drill(
        id=entry.id,
        name=entry.name,
        goal=entry.goal,
        steps=steps,
        sets=entry.sets,
        minutes=entry.minutes,
        balls=entry.balls,
        equipment=list(entry.kit),
        people=1,
        stop_rules=list(entry.stop),
        level=_level(entry),
        success=entry.success,
        easier=entry.easier,
        harder=None if harder else entry.harder,
        source=entry.source,
    )


def _best(who: Who, entries: Sequence[E]) -> E | None:
    """Of the entries for this player, the one that names the view or the style."""
    meant = [entry for entry in entries if who.is_meant_by(entry)]
    return max(
        meant, key=lambda entry: (getattr(entry, "view", None) is not None, entry.style is not None), default=None
    )


def _level(entry: CatalogueDrill) -> str:
    """Whom a drill is for, in words."""
    if entry.youngest is entry.oldest:
        ages = _AGE_WORDS[entry.oldest]
    elif entry.youngest is not AgeGroup.U11:
        ages = f"{_AGE_WORDS[entry.youngest]} and older"
    else:
        ages = "all ages" if entry.oldest is AgeGroup.ADULT else f"up to {_AGE_WORDS[entry.oldest]}"
    only = [_STYLES[entry.style]] if entry.style else []
    only += ["left-handers"] if entry.hand is Handedness.LEFT else []
    return ", ".join([f"{ages[0].upper()}{ages[1:]}", _STANDARDS[entry.standard], *only])
