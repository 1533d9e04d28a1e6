"""A week to train in: the player's first fault, what was given last time, and no more bowling than the age allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import About, Who
from cricksy.analysis.coaching.catalogue import DRILLS, Practice
from cricksy.analysis.coaching.load import limits_for, plan_load
from cricksy.results.coaching import BowlingLoad, Drill, Finding, PlanDay
from cricksy.results.measures import MeasureGroup
from cricksy.vocabulary import AgeGroup

_DAY_DRILLS: Final = 2  # count; of the drills a day to work on something, beside warm-up and video
_AN_EASY_DAY: Final = "An easy day, for control"
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
    repeated. A drill of the last plan is not given again as it was: another comes first, and it comes a step harder.
    """
    practice, before = catalogue.practice_for(who), about.drills_before
    if faults:
        week = _working_week(faults, practice, who, before)
    elif enough_judged:
        week = _keeping_week(practice, who, before, clearest)
    else:
        week = _video_again_week(practice)
    _choose(week, who, _filmed(about))
    stepped = before - practice.fixed
    days = [_plan_day(number, day) for number, day in enumerate(week, start=1)]
    ids = dict.fromkeys(chain.from_iterable(day.drill_ids for day in days))
    drills = [catalogue.drill(one, harder=one in stepped) for one in ids]
    return Plan(days, drills, _load(days, who, about))


def _working_week(faults: Sequence[Finding], practice: Practice, who: Who, before: frozenset[str]) -> list[_Day]:
    """The first fault, then the next one, then the whole action on video."""
    first, second = faults[0], faults[1] if len(faults) > 1 else None
    cue = second.cues[0] if second else first.cues[-1]
    next_drills = [*second.drill_ids[:1], *first.drill_ids[1:]] if second else first.drill_ids[1:]
    return _week(
        practice,
        who,
        before,
        start=_Day(f"Start here: {_bare(first.cues[0])}", wanted=first.drill_ids, most=1),
        again=_Day(f"{'Next' if second else 'Again'}: {_bare(cue)}", wanted=next_drills),
        easy=[one for one in first.drill_ids[1:] if not DRILLS[one].balls],
    )


def _keeping_week(practice: Practice, who: Who, before: frozenset[str], clearest: MeasureGroup | None) -> list[_Day]:
    of_clearest = () if clearest is None else practice.by_group.get(clearest, ())
    skills = catalogue.fitting(dict.fromkeys([*of_clearest, *practice.skills]), who, before)
    return _week(
        practice,
        who,
        before,
        start=_Day("Keep what is good", wanted=skills, most=1),
        again=_Day("Keep what is good, with something new", wanted=skills[1:], most=1),
    )


def _week(  # noqa: PLR0913 - a player, and what the two days of work are about
    practice: Practice, who: Who, before: frozenset[str], *, start: _Day, again: _Day, easy: Sequence[str] = ()
) -> list[_Day]:
    calm = list(dict.fromkeys([*easy, *catalogue.fitting(practice.easy, who, before)]))
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


def _video_again_week(practice: Practice) -> list[_Day]:
    return [
        _Day("Find a good place to film", (practice.light,)),
        _Day("Film again", (practice.warm_up,), last=practice.film),
        _Day("Check the videos and upload the best one", (practice.check,)),
        _Day("Rest, or train as usual"),
        _Day("If the video is still not good enough, find another place", (practice.light,)),
        _Day("Film again", (practice.warm_up,), last=practice.film),
        _Day("Check the videos and upload the best one", (practice.check,)),
    ]


def _filmed(about: About) -> int:
    """Balls of the seven days that end with this clip, its own with them."""
    return about.deliveries + (about.history.filmed.balls if about.history.filmed else 0)


def _choose(week: list[_Day], who: Who, filmed: int) -> None:
    """Fill each day with the first of its wanted drills, as far as balls and days of bowling allow.

    The video comes first, for without it nothing is known the week after. Balls that were filmed in the seven days
    before count: the last and the next seven days overlap.
    """
    load, limits = plan_load(who.age_group, who.style), limits_for(who.age_group, who.style)
    left = min(load.balls, max(0, limits.balls_a_week - filmed))

    def fits(day: _Day, more: int) -> bool:
        bowling = [other for other in week if other.balls]
        return not more or (
            sum(other.balls for other in bowling) + more <= left
            and day.balls + more <= load.balls_a_day
            and len(bowling) + (day not in bowling) <= load.days
        )

    for day in reversed(week):
        film, day.last = day.last, None
        if film is not None and fits(day, DRILLS[film].balls):
            day.last = film
        elif film is not None:
            day.focus = "No bowling: enough was filmed in the last days"
            day.wanted = day.instead
    for day in sorted(week, key=lambda day: day.last is not None):
        for one in day.wanted:
            if len(day.chosen) < day.most and one not in day.ids and fits(day, DRILLS[one].balls):
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
    """One line: the plan's balls, those that were filmed, the limits, and what the count leaves out."""
    bowling = [day for day in days if day.balls]
    if not bowling:
        return None
    limits = limits_for(who.age_group, who.style)
    balls = sum(day.balls for day in bowling)
    only = "one day" if len(bowling) == 1 else f"{_NUMBERS[len(bowling)]} days, never two in a row"
    group = "adults" if who.age_group is AgeGroup.ADULT else f"under-{who.counts_as[1:]}"
    for_whom = f"for {group}" if who.age_group else f"no age was given, so as for {group}"
    parts = [f"The plan has {balls} balls on {only}, in place of net balls. Begin it a day after your last bowling."]
    if about.history.filmed is not None:
        seen = _filmed(about)
        parts.append(f"In the seven days up to this video {seen} {'ball was' if seen == 1 else 'balls were'} filmed.")
    parts.append(
        f"The most in a week is {limits.balls_a_week} balls on {limits.days_a_week} days, matches included"
        f" ({for_whom}). This counts what was filmed: add your other bowling."
    )
    return BowlingLoad(balls=balls, days=len(bowling), limit=limits.balls_a_week, text=" ".join(parts))


def _bare(cue: str) -> str:
    return cue.rstrip(".")
