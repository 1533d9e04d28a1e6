"""A week to train in: the player's first fault, what was given before, and no more bowling than the age allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import About, DrillsBefore, Who
from cricksy.analysis.coaching.catalogue import DRILLS, Practice
from cricksy.analysis.coaching.load import Limits, limits_for, plan_load
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.results.coaching import BowlingLoad, Drill, Finding, PlanDay
from cricksy.results.measures import MeasureGroup
from cricksy.vocabulary import AgeGroup

_DAY_DRILLS: Final = 2  # count; of the drills a day to work on something, beside warm-up and video
_AN_EASY_DAY: Final = "An easy day, for control"
_EARLY: Final = 5  # count; days of a plan within seven days of the clip, after which it begins on the second day
_ENOUGH_FILMED: Final = "enough was filmed in the last days"
_ONE_DAY_IS_ENOUGH: Final = "one day of it is enough this week"
_NUMBERS: Final = ("no", "one", "two", "three")


@dataclass(slots=True)
class _Day:
    """What a day is about, the drills it has in any case, those to choose from, and those that were chosen.

    ``most``: of the drills to choose. ``instead``: where a day has no room for its balls.
    """

    focus: str
    always: tuple[str, ...] = ()
    wanted: Sequence[str] = ()
    most: int = _DAY_DRILLS
    instead: Sequence[str] = ()
    last: str | None = None
    chosen: list[str] = field(default_factory=list[str])

    @property
    def ids(self) -> list[str]:
        return [*self.always, *self.chosen, *([self.last] if self.last else [])]

    @property
    def balls(self) -> int:
        return sum(DRILLS[one].balls for one in self.ids)


@dataclass(frozen=True, slots=True)
class _Room:
    """Balls and days of bowling that a plan may have, and the balls of one day.

    ``early_days``: of ``days``, within seven days of this clip.
    """

    balls: int
    balls_a_day: int
    days: int
    early_days: int

    def holds(self, week: Sequence[_Day], day: _Day, more: int) -> bool:
        """Whether ``day`` of the ``week`` may have so many ``more`` balls."""
        bowling = [place for place, other in enumerate(week) if other.balls or other is day]
        early = [place for place in bowling if place < _EARLY]
        return not more or (
            sum(other.balls for other in week) + more <= self.balls
            and day.balls + more <= self.balls_a_day
            and len(bowling) <= self.days
            and len(early) <= self.early_days
        )


@dataclass(frozen=True, slots=True)
class Plan:
    days: list[PlanDay]
    drills: list[Drill]
    load: BowlingLoad | None


def plan_week(
    faults: Sequence[Finding], who: Who, about: About, *, enough_judged: bool, clearest: MeasureGroup | None = None
) -> Plan:
    """Work on the faults; without any keep what is good; where too little was judged, film again.

    ``clearest``: what the player's clearest measure is of, which comes first where there is no fault.

    Balls are bowled on days 1, 4 and 6 at most, so that no two days of bowling meet, not even in a plan that is
    repeated. What the player's plans had least often comes first, and what they had comes a step harder.
    """
    practice, before, room = catalogue.practice_for(who), about.drills_before, _room(who, about)
    if faults:
        week = _working_week(faults, practice, who, before)
    elif enough_judged:
        week = _keeping_week(practice, who, before, clearest)
    else:
        week = _video_again_week(practice, who)
    if room.days == 1:
        _bowl_on_the_videos_day(week, who, before)
    _choose(week, room)
    stepped = before.keys() - practice.fixed
    days = [_plan_day(number, day) for number, day in enumerate(week, start=1)]
    ids = dict.fromkeys(chain.from_iterable(day.drill_ids for day in days))
    drills = [catalogue.drill(one, harder=one in stepped) for one in ids]
    return Plan(days, drills, _load(days, who, about))


def _working_week(faults: Sequence[Finding], practice: Practice, who: Who, before: DrillsBefore) -> list[_Day]:
    """The first fault, then the next one, then the whole action on video.

    Beside a fault that has had all its drills comes a skill that the player had less often.
    """
    first, second = faults[0], faults[1] if len(faults) > 1 else None
    cue = second.cues[0] if second else first.cues[-1]
    next_drills = [*second.drill_ids[:1], *first.drill_ids[1:]] if second else first.drill_ids[1:]
    skills = [one for one in practice.skills if one != first.drill_ids[0]]
    beside = catalogue.fitting([*next_drills[1:], *skills], who, before)
    return _week(
        practice,
        who,
        before,
        start=_Day(f"Start here: {_bare(first.cues[0])}", wanted=first.drill_ids, most=1),
        again=_Day(f"{'Next' if second else 'Again'}: {_bare(cue)}", wanted=[*next_drills[:1], *beside]),
        easy=[one for one in first.drill_ids[1:] if not DRILLS[one].balls],
    )


def _keeping_week(practice: Practice, who: Who, before: DrillsBefore, clearest: MeasureGroup | None) -> list[_Day]:
    of_clearest = () if clearest is None else practice.by_group.get(clearest, ())
    skills = catalogue.fitting([*of_clearest, *practice.skills], who, before)
    return _week(
        practice,
        who,
        before,
        start=_Day("Keep what is good", wanted=skills, most=1),
        again=_Day("Keep what is good, with something new", wanted=skills[1:], most=1),
    )


def _week(  # noqa: PLR0913 - a player, and what the two days of work are about
    practice: Practice, who: Who, before: DrillsBefore, *, start: _Day, again: _Day, easy: Sequence[str] = ()
) -> list[_Day]:
    calm = catalogue.fitting([*easy, *practice.easy], who, before)
    for day in (start, again):
        # The easy day has the first ones already.
        day.always, day.instead = (practice.warm_up,), [*calm[_DAY_DRILLS:], *calm[:_DAY_DRILLS]]
    together = catalogue.fitting(practice.together, who)
    return [
        start,
        _Day("Recover", (practice.recover,)),
        _Day(_AN_EASY_DAY, wanted=calm),
        again,
        _Day("Rest"),
        _Day(
            "Put it together, and film it",
            (practice.warm_up,),
            wanted=together,
            most=1,
            instead=calm,
            last=practice.film,
        ),
        _Day("Compare the new video with the old one", (practice.check,)),
    ]


def _video_again_week(practice: Practice, who: Who) -> list[_Day]:
    easy = catalogue.fitting(practice.easy, who)
    return [
        _Day("Find a good place to film", (practice.light,)),
        _Day("Film again", (practice.warm_up,), instead=easy, last=practice.film),
        _Day("Check the videos and upload the best one", (practice.check,)),
        _Day("Rest, or train as usual"),
        _Day("If the video is still not good enough, find another place", (practice.light,)),
        _Day("Film again", (practice.warm_up,), instead=easy, last=practice.film),
        _Day("Check the videos and upload the best one", (practice.check,)),
    ]


def _room(who: Who, about: About) -> _Room:
    """What the limits leave beside what was filmed, for the last and the next seven days overlap.

    The day of this clip counts for the days before the video's alone: between it and the plan is a day without bowling,
    so that no seven days hold both this day and that of the video.
    """
    load, limits = plan_load(who.age_group, who.style), limits_for(who.age_group, who.style)
    return _Room(
        balls=min(load.balls, max(0, limits.balls_a_week - _filmed_balls(about))),
        balls_a_day=load.balls_a_day,
        days=min(load.days, max(0, limits.days_a_week - _days_before(about))),
        early_days=max(0, limits.days_a_week - _filmed_days(about)),
    )


def _filmed_balls(about: About) -> int:
    """Balls of the seven days that end with this clip, its own with them."""
    return about.deliveries + (about.history.filmed.balls if about.history.filmed else 0)


def _days_before(about: About) -> int:
    """Days with such balls, without that of this clip."""
    filmed = about.history.filmed
    return filmed.days - filmed.own_day if filmed else 0


def _filmed_days(about: About) -> int:
    """Days with such balls, that of this clip with them."""
    filmed = about.history.filmed
    return _days_before(about) + (about.deliveries > 0 or (filmed is not None and filmed.own_day))


def _bowl_on_the_videos_day(week: Sequence[_Day], who: Who, before: DrillsBefore) -> None:
    """Where only the day of the video has room for balls, what the other days would bowl is bowled there."""
    video_day = next(day for day in week if day.last is not None)
    wanted = chain.from_iterable(day.wanted for day in week if day is not video_day)
    bowled = catalogue.fitting((one for one in wanted if DRILLS[one].balls), who, before)
    video_day.wanted = [*bowled, *video_day.wanted]


def _choose(week: list[_Day], room: _Room) -> None:
    """Fill each day with the first of its wanted drills, as far as balls and days of bowling allow.

    The video comes first, for without it nothing is known the week after.
    """
    films = [(day, day.last) for day in week if day.last is not None]
    for day, _ in films:
        day.last = None
    for day, film in films:
        if room.holds(week, day, DRILLS[film].balls):
            day.last = film
        else:
            is_second = any(other.balls for other in week)
            day.focus = f"No bowling: {_ONE_DAY_IS_ENOUGH if is_second else _ENOUGH_FILMED}"
            day.wanted = day.instead
    for day in sorted(week, key=lambda day: day.last is not None):
        for one in day.wanted:
            if len(day.chosen) < day.most and one not in day.ids and room.holds(week, day, DRILLS[one].balls):
                day.chosen.append(one)
        if day.wanted and not day.chosen and day.last is None:
            day.focus, day.chosen = _AN_EASY_DAY, list(day.instead[:_DAY_DRILLS])


def _plan_day(number: int, day: _Day) -> PlanDay:
    drills, balls = [DRILLS[one] for one in day.ids], day.balls
    return PlanDay(
        day=number,
        focus=f"{day.focus}. {balls} balls, in place of net balls" if balls else day.focus,
        minutes=sum(drill.minutes for drill in drills),
        drills=[drill.name for drill in drills],
        drill_ids=[drill.id for drill in drills],
        balls=balls,
    )


def _load(days: Iterable[PlanDay], who: Who, about: About) -> BowlingLoad | None:
    """One line: the plan's balls, those that were filmed, the limits, and what the count leaves out.

    ``None`` for a player who does not bowl. A bowler without a ball in the plan is told why.
    """
    if not profile_of(who.discipline).arm_bowls:
        return None
    limits = limits_for(who.age_group, who.style)
    bowling = [day.balls for day in days if day.balls]
    group = "adults" if who.age_group is AgeGroup.ADULT else f"under-{who.counts_as[1:]}"
    for_whom = f"for {group}" if who.age_group else f"no age was given, so as for {group}"
    most = f"{limits.balls_a_week} balls on {limits.days_a_week} days, matches included ({for_whom})"
    parts = [
        _planned(bowling),
        "" if bowling and about.history.filmed is None else _seen(about),
        "" if bowling else _why_none(about, limits),
        f"The most in a week is {most}. This counts what was filmed: add your other bowling.",
    ]
    text = " ".join(part for part in parts if part)
    return BowlingLoad(balls=sum(bowling), days=len(bowling), limit=limits.balls_a_week, text=text)


def _planned(bowling: Sequence[int]) -> str:
    if not bowling:
        return "The plan has no bowling."
    on = "one day" if len(bowling) == 1 else f"{_NUMBERS[len(bowling)]} days, never two in a row"
    return (
        f"The plan has {sum(bowling)} balls on {on}, in place of net balls. Begin it after a day without bowling:"
        " if you bowled today, day 1 is the day after tomorrow."
    )


def _seen(about: About) -> str:
    balls, days = _filmed_balls(about), _filmed_days(about)
    filmed = f"{balls} {'ball was' if balls == 1 else 'balls were'} filmed"
    if about.history.filmed is None:
        return f"In this video {filmed}."
    on = f" on {days} {'day' if days == 1 else 'days'}" if balls else ""
    return f"In the seven days up to this video {filmed}{on}."


def _why_none(about: About, limits: Limits) -> str:
    beyond = _filmed_balls(about) > limits.balls_a_week or _filmed_days(about) > limits.days_a_week
    how_much = "too much" if beyond else "enough"
    return f"That is already {how_much} for a week: rest from bowling this week, and follow the plan, which has none."


def _bare(cue: str) -> str:
    return cue.rstrip(".")
