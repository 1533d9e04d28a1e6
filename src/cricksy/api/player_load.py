"""How much a player bowled, day by day and week by week, beside what the age group may bowl."""

from datetime import date, timedelta
from typing import Final

import msgspec

from cricksy.analysis.coaching.load import Limits, limits_for
from cricksy.api.player_bodies import BowledDay, BowledWeek, LoadLimits, PlayerLoad
from cricksy.data.player_clips import PlayersBowling
from cricksy.vocabulary import AgeGroup

WEEKS: Final = 12
"""Weeks that are shown, the running one included."""
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
DAYS: Final = 7 * (WEEKS + 1)
"""Days that have to be read: the weeks, and one before them for a run of days that goes on."""
_COUNTS: Final = (
    "Deliveries in this player's analysed clips, by the UTC day on which each clip was uploaded. "
    "Balls that nobody filmed are not counted."
)


def load_of(player_id: str, bowling: PlayersBowling) -> PlayerLoad:
    """The load as it is shown."""
    balls = {bowled.day: bowled.balls for bowled in bowling.days}
    rows = _days_in_a_row(sorted(balls))
    this_week = bowling.today - timedelta(days=bowling.today.weekday())
    starts = [this_week - number * _WEEK for number in range(WEEKS - 1, -1, -1)]
    limits = limits_for(bowling.age_group, bowling.bowling_style)
    return PlayerLoad(
        player_id=player_id,
        age_group=bowling.age_group,
        weeks=[_week(start, balls, rows) for start in starts],
        days=[BowledDay(day=day, balls=count) for day, count in sorted(balls.items()) if day >= starts[0]],
        limits=LoadLimits(**msgspec.structs.asdict(limits)),
        counts=_COUNTS,
        text=_words(bowling.age_group, _week(bowling.today - _WEEK + _DAY, balls, rows), balls, limits),
    )


def _days_in_a_row(days: list[date]) -> dict[date, int]:
    """Of each day how many days, one after another, end with it."""
    rows: dict[date, int] = {}
    for day in days:
        rows[day] = rows.get(day - _DAY, 0) + 1
    return rows


def _week(start: date, balls: dict[date, int], rows: dict[date, int]) -> BowledWeek:
    days = [day for day in balls if start <= day < start + _WEEK]
    return BowledWeek(
        start=start,
        balls=sum(balls[day] for day in days),
        days=len(days),
        in_a_row=max((rows[day] for day in days), default=0),
    )


def _words(age_group: AgeGroup | None, week: BowledWeek, balls: dict[date, int], limits: Limits) -> str:
    """One sentence of what was filmed in the last seven days, and one of what the guidelines allow."""
    who = "adults" if age_group is AgeGroup.ADULT else f"under-{age_group[1:]}s" if age_group else "juniors"
    unknown = "" if age_group else "No age group was given. "
    filmed = f"Filmed in the last seven days: {_number(week.balls, 'ball')} on {_number(week.days, 'day')}."
    together = "never two days" if limits.days_in_a_row == 1 else f"at most {limits.days_in_a_row} days"
    guideline = (
        f"The limits for {who}: {limits.balls_a_day} balls a day, {limits.balls_a_week} a week on"
        f" {_number(limits.days_a_week, 'day')}, {together} in a row, matches included."
    )
    most_a_day = max((balls[day] for day in balls if day >= week.start), default=0)
    too_much = [
        words
        for words, count, most in (
            ("balls a day", most_a_day, limits.balls_a_day),
            ("balls a week", week.balls, limits.balls_a_week),
            ("days a week", week.days, limits.days_a_week),
            ("days in a row", week.in_a_row, limits.days_in_a_row),
        )
        if count > most
    ]
    beyond = f" That is too much already: {', '.join(too_much)}. Rest before the next ball." if too_much else ""
    return f"{filmed}{beyond} {unknown}{guideline} What was not filmed comes on top."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
