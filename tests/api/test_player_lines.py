"""What is made of a player's numbers and deliveries, without a service."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cricksy.api.player_lines import lines_of
from cricksy.api.player_load import load_of
from cricksy.data.player_clips import Bowled, PlayersBowling, Told
from cricksy.vocabulary import AgeGroup, Discipline, NumberKind

ID = UUID(int=7)


def told(value: float, uncertainty: float, unit: str, day: int, **fields: Any) -> Told:
    at = datetime(2026, 11, day, tzinfo=UTC)
    fixed: dict[str, Any] = {"name": "x", "discipline": Discipline.BOWLING, "kind": NumberKind.MEASURE, "action": 0}
    more: dict[str, Any] = {"confidence": 0.9, "height_cm": None, "title": "X", "digits": 1, "reference": None}
    numbers: dict[str, Any] = {"value": value, "uncertainty": uncertainty, "unit": unit, "at": at}
    return Told(job_id=ID, session_id=ID, **(fixed | more | numbers | fields))


def test_speeds_by_the_height_and_without_it_are_one_line() -> None:
    (line,) = lines_of([told(3.0, 0.2, "H/s", 9), told(4.674, 0.3, "m/s", 2, height_cm=200)], limit=5)
    assert (line.unit, line.digits, [point.value for point in line.points]) == ("H/s", 1, [3.0, 3.0])


def test_a_number_of_another_unit_is_left_out() -> None:
    (line,) = lines_of([told(3.0, 0.2, "deg", 9), told(4.0, 0.3, "ratio", 2)], limit=5)
    assert ([point.value for point in line.points], line.change) == ([3.0], None)


@pytest.mark.parametrize(
    ("last", "words", "is_beyond"),
    [
        (12.0, "Up by 2.0 ± 1.4°: more", True),
        (8.0, "Down by 2.0 ± 1.4°: more", True),
        (9.0, "\N{MINUS SIGN}1.0 ± 1.4°: no more", False),
        (10.0, "0.0 ± 1.4°: no more", False),
    ],
)
def test_a_change_is_told_in_words(last: float, words: str, *, is_beyond: bool) -> None:
    (line,) = lines_of([told(last, 1.0, "deg", 9), told(10.0, 1.0, "deg", 2)], limit=5)
    assert line.change is not None
    assert line.change.text.startswith(words)
    assert line.change.is_beyond_error == is_beyond


def test_days_in_a_row_go_on_over_the_end_of_a_week() -> None:
    monday = date(2026, 11, 23)
    bowled = [Bowled(day=monday + timedelta(days=day), balls=30) for day in (-2, -1, 0, 2)]
    today = PlayersBowling(today=monday + timedelta(days=5), days=bowled, age_group=AgeGroup.ADULT, bowling_style=None)
    *_, before, week = load_of("p", today).weeks
    assert (before.start, before.balls, before.days, before.in_a_row) == (monday - timedelta(days=7), 60, 2, 2)
    assert (week.start, week.balls, week.days, week.in_a_row) == (monday, 60, 2, 3)
