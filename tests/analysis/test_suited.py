"""Who is judged by which target."""

import pytest
from tests.support.stored import store
from tools.synthetic.film import film
from tools.synthetic.player import Doing, standard

from cricksy.analysis.suited import NO_TARGET, UNKNOWN_WHOSE
from cricksy.results.schema import Results
from cricksy.vocabulary import AgeGroup, BowlingStyle, Given

KNEE = "front_knee_brace_score"


def results(given: Given, doing: Doing = "bowling") -> Results:
    return store(film(standard(doing)), given, include_frames=False).read


@pytest.mark.parametrize(
    ("age", "style", "reason"),
    [
        (None, None, UNKNOWN_WHOSE),
        (AgeGroup.ADULT, None, UNKNOWN_WHOSE),
        (None, BowlingStyle.PACE, UNKNOWN_WHOSE),
        (AgeGroup.ADULT, BowlingStyle.SPIN, NO_TARGET),
        (AgeGroup.U19, BowlingStyle.PACE, NO_TARGET),
        (AgeGroup.U11, None, NO_TARGET),
        (AgeGroup.ADULT, BowlingStyle.PACE, None),
    ],
)
def test_a_bowlers_front_knee_is_judged_of_adult_pace_bowlers_alone(
    age: AgeGroup | None, style: BowlingStyle | None, reason: str | None
) -> None:
    """Its value and error stay, in the list of actions too."""
    found = results(Given(age_group=age, bowling_style=style))
    knee, listed = found.metrics[KNEE], found.actions[0].metrics[KNEE]
    assert (knee.value, knee.error) == (listed.value, listed.error)
    assert knee.value is not None
    assert knee.reason == listed.reason == reason
    for nothing in (knee.score, listed.score, knee.target):
        assert (nothing is None) == (reason is not None)
    assert ("Not judged: front knee" in found.report.summary) == (reason == UNKNOWN_WHOSE)


def test_a_batters_front_knee_has_its_own_target() -> None:
    young, unknown = results(Given(age_group=AgeGroup.U13), "batting"), results(Given(), "batting")
    assert young.metrics[KNEE] == unknown.metrics[KNEE]
    assert young.metrics[KNEE].reason not in {NO_TARGET, UNKNOWN_WHOSE}
