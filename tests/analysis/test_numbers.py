"""Numbers beside each other: what stands out, what differs, and how far an action repeats."""

import math
from itertools import permutations
from statistics import pstdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analysis.test_report import FAST, after, before, measure, report_of
from tools.synthetic.camera import View
from tools.synthetic.faults import FLOOR
from tools.synthetic.film import film
from tools.synthetic.player import Doing, draw

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching.numbers import (
    Number,
    band_of,
    differences,
    in_words,
    most_different,
    most_telling,
    numbers_of,
    repeatability,
    standing_out,
)
from cricksy.analysis.measure import measure as film_measure
from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.registry import MEASURES
from cricksy.analysis.measures.units import scale_error, unit_of
from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.results.measures import H_OF_HEIGHT, Measure, MeasureUnit, Reference
from cricksy.vocabulary import CameraView, Discipline, Given

finite = st.floats(-1e3, 1e3)
errors = st.floats(0.0, 1e2)


def number(name: str, value: float, error: float = 1.0, *, group: str | None = None) -> Number:
    return Number(name, name.capitalize(), value, error, "deg", 0, group or name)


def test_the_number_in_which_two_clips_differ_most_for_their_error_is_named() -> None:
    one = [number("knee", 150.0, 10.0), number("lean", 10.0, 1.0), number("only_here", 0.0)]
    other = [number("knee", 170.0, 10.0), number("lean", 14.0, 1.0), number("only_there", 0.0)]
    change = most_different(one, other)
    assert change is not None
    assert (change.name, change.before, change.now, change.is_beyond_error) == ("lean", 10.0, 14.0, True)
    assert change.uncertainty == pytest.approx(math.sqrt(2.0), abs=1e-3)
    assert most_different(one[2:], other[2:]) is None


@given(st.lists(st.tuples(finite, errors, finite, errors), max_size=6))
def test_a_difference_is_the_same_from_either_side(values: list[tuple[float, float, float, float]]) -> None:
    one = [number(f"n{place}", value, error) for place, (value, error, _, _) in enumerate(values)]
    other = [number(f"n{place}", value, error) for place, (_, _, value, error) in enumerate(values)]
    there, back = differences(one, other), differences(other, one)
    assert [change.name for change in there] == [change.name for change in back]
    assert [change.is_beyond_error for change in there] == [change.is_beyond_error for change in back]
    for change in there:
        assert change.is_beyond_error == (abs(change.now - change.before) > math.hypot(*_errors(change.name, values)))


def _errors(name: str, values: list[tuple[float, float, float, float]]) -> tuple[float, float]:
    _, first, _, second = values[int(name[1:])]
    return first, second


@pytest.mark.parametrize("doing", ["bowling", "batting"])
def test_the_same_action_filmed_from_another_side_has_no_number_that_only_its_view_changes(doing: Doing) -> None:
    """Whatever means something else from there is not set beside it, in a report and in what is kept of the clip."""
    performance = draw(3000, doing)
    told: list[list[Number]] = []
    for yaw_deg, view in ((0.0, CameraView.SIDE), (90.0, CameraView.BEHIND), (270.0, CameraView.FRONT)):
        filmed = film(performance, View(yaw_deg=yaw_deg), faults=FLOOR, seed=1)
        one = film_measure(filmed.track, filmed.video, Given(Discipline(doing), camera_view=view))
        assert one.metrics["head_stability_score"].value is not None
        told.append(numbers_of(one.metrics, one.measures, view=one.camera_view))
    for one, other in permutations(told, 2):
        assert not {change.name for change in differences(one, other)} & BY_VIEW
    assert {change.name for change in differences(told[0], told[0])} >= BY_VIEW


def test_a_clip_in_which_the_action_was_not_found_is_compared_with_none() -> None:
    """Its knee is 0° when straight, that of a delivery 180°: cut off before release, it did not change by 150°."""
    whole = film(draw(3000, "bowling"), faults=FLOOR, seed=1)
    given = Given(Discipline.BOWLING, camera_view=CameraView.SIDE)
    found = film_measure(whole.track, whole.video, given)
    release = next(event.frame for event in found.events if event.name == "ball_release")
    missed = film_measure(whole.track.take(np.flatnonzero(whole.track.frame < release - 6)), whole.video, given)
    assert not missed.events
    assert missed.metrics["head_stability_score"].value is not None
    about = after(
        *(
            before(name, metric.value, metric.error, metric.unit)
            for name, metric in found.metrics.items()
            if metric.value is not None and metric.error is not None
        )
    )
    assert report_of(missed, about).changes == []
    assert {change.name for change in report_of(found, about).changes} >= BY_VIEW


def test_a_clip_beside_itself_has_not_changed() -> None:
    one = [number("knee", 150.0, 0.0), number("lean", 10.0)]
    assert not any(change.is_beyond_error for change in differences(one, one))


def test_of_metrics_the_surest_of_each_group_is_told_first() -> None:
    known = [number("a", 100.0, group="arm"), number("b", 90.0, group="arm"), number("c", 50.0), number("d", 2.0)]
    assert [one.name for one in most_telling(known, 3)] == ["a", "c", "d"]


@pytest.mark.parametrize("height_cm", [None, 180])
def test_of_measures_the_furthest_from_the_middle_of_all_players_is_told_first(height_cm: int | None) -> None:
    """Whatever it is measured in, and however large the number is beside its error."""
    metres = 1.0 if height_cm is None else height_cm / 1e4
    unit: MeasureUnit = "percent_height" if height_cm is None else "m"
    usual = 100.0 * H_OF_HEIGHT
    measures = [
        measure("stride_length", (0.8 * usual + 20.0) * metres, 4.0 * metres, unit=unit),
        measure("release_height", (1.38 * usual + 4.0) * metres, 4.0 * metres, unit=unit, group="arm"),
        measure("trunk_lean_release", 17.0, 2.0, unit="deg", group="trunk_head"),
    ]
    known = numbers_of({}, measures, height_cm=height_cm)
    assert [one.name for one in most_telling(known, 3)] == ["stride_length", "trunk_lean_release", "release_height"]
    assert [one.unusual for one in known] == pytest.approx([5.0, 1.0, 4.0])


@pytest.mark.parametrize(
    ("lean", "first"), [(15.6, "stride_length"), (14.4, "stride_length"), (11.0, "trunk_lean_release")]
)
def test_what_is_told_first_does_not_change_by_less_than_an_error(lean: float, first: str) -> None:
    """The same action filmed otherwise: the lean lies 4.7, 5.3 and 7 errors from the middle, the stride 5."""
    measures = [
        measure("stride_length", 0.8 * 100.0 * H_OF_HEIGHT + 20.0, 4.0, unit="percent_height"),
        measure("trunk_lean_release", lean, 2.0, unit="deg", group="trunk_head"),
    ]
    assert [one.name for one in most_telling(numbers_of({}, measures), 1)] == [first]


@pytest.mark.parametrize("spec", [spec for spec in MEASURES if spec.signed], ids=lambda spec: spec.name)
def test_a_sentence_names_which_way_and_says_no_minus(spec: MeasureSpec) -> None:
    """A way only where it is sure: the same action filmed otherwise may lie on the other side of 0."""
    for value, place in ((12.0, 0), (4.0, 0), (-12.0, 1)):
        (one,) = numbers_of({}, [measure(spec.name, value, 3.0, title=spec.title, unit="deg")])
        assert spec.signed is not None
        assert one.named.lower() == f"{spec.signed[place].lower()} {abs(value):.0f} ± 3°"
    for value, said in ((-0.2, "0"), (-2.0, "-2"), (2.0, "2")):
        (unsure,) = numbers_of({}, [measure(spec.name, value, 3.0, title=spec.title, unit="deg")])
        assert unsure.named.lower() == f"{spec.title.lower()} {said} ± 3°"


def test_an_action_in_words_has_a_sentence_for_each_part() -> None:
    measures = [
        measure("run_up_speed", 2.0, 0.1, group="run_up", unit="H/s", digits=1),
        measure("stride_length", 63.0, 5.0),
        measure("front_contact_to_release", 125.0, 33.0, unit="ms"),
    ]
    assert in_words([*numbers_of({}, measures), number("a_metric", 1.0)]) == (
        "Run up speed 2.0 ± 0.1 body sizes a second."
        " Stride length 63 ± 5 % of height, front contact to release 125 ± 33 ms."
    )
    assert not in_words([])


@pytest.mark.parametrize(
    ("low", "high", "value", "said"),
    [
        (75.0, 85.0, 52.0, "stride length 52 ± 4 % of height (them: 75–85 %)"),
        (None, 40.0, 52.0, "stride length 52 ± 4 % of height (them: up to 40 %)"),
        (60.0, None, 52.0, "stride length 52 ± 4 % of height (them: 60 % or more)"),
        (None, None, 52.0, None),
        (50.0, 60.0, 48.0, None),
    ],
)
def test_what_lies_outside_of_its_reference_by_more_than_its_error_stands_out(
    low: float | None, high: float | None, value: float, said: str | None
) -> None:
    reference = Reference(low=low, high=high, text="them", source="one")
    found = standing_out(numbers_of({}, [measure("stride_length", value, reference=reference)]))
    assert [one.referred for one in found] == ([] if said is None else [said])


def test_the_furthest_outside_comes_first() -> None:
    known = numbers_of({}, [measure("near", 65.0, reference=FAST), measure("far", 30.0, reference=FAST)])
    assert [one.name for one in standing_out(known)] == ["far", "near"]


def test_a_number_without_value_or_of_another_action_is_none() -> None:
    measures = [measure("a", None), measure("b", 1.0, action=1), measure("c", 2.0)]
    assert [one.name for one in numbers_of({}, measures)] == ["c"]


def of_actions(values: list[float], uncertainty: float) -> list[Measure]:
    return [measure("stride_length", value, uncertainty, action=place) for place, value in enumerate(values)]


def test_the_spread_is_the_players_own() -> None:
    """Of many actions that spread by 3 and are measured with a standard error of 4, it finds the 3."""
    rng = np.random.default_rng(1)
    values = (60.0 + rng.normal(0.0, 3.0, 4000) + rng.normal(0.0, 4.0, 4000)).tolist()
    (one,) = repeatability(of_actions(values, 4.0 * th.Z90))
    assert (one.name, one.actions) == ("stride_length", 4000)
    assert one.spread == pytest.approx(3.0, abs=0.3)
    assert one.mean == pytest.approx(60.0, abs=0.3)


@pytest.mark.parametrize("spec", MEASURES, ids=lambda spec: spec.name)
@pytest.mark.parametrize("height_cm", [None, 180])
def test_the_body_scale_that_all_actions_share_hides_no_spread(spec: MeasureSpec, height_cm: int | None) -> None:
    """A scale that is off makes each action's value as much too large, and no two of them more alike."""
    rng, unit = np.random.default_rng(2), unit_of(spec.kind, height_cm)
    usual, spread = unit.factor * 10.0 * spec.spread, unit.factor * spec.spread
    own = spread / 2.0
    values = usual + rng.normal(0.0, spread, 4000) + rng.normal(0.0, own / th.Z90, 4000)
    measures = [
        measure(spec.name, value, math.hypot(own, scale_error(unit.name, value)), action=place, unit=unit.name)
        for place, value in enumerate(values.tolist())
    ]
    (one,) = repeatability(measures)
    assert one.spread == pytest.approx(spread, rel=0.05)


@given(st.lists(st.floats(0.0, 200.0), min_size=3, max_size=8), st.floats(0.0, 50.0))
def test_no_spread_is_negative_or_more_than_was_seen(values: list[float], uncertainty: float) -> None:
    (one,) = repeatability(of_actions(values, uncertainty))
    assert 0.0 <= one.spread <= pstdev(values) * math.sqrt(len(values) / (len(values) - 1)) + 1e-3


def test_fewer_than_three_actions_have_no_spread() -> None:
    assert repeatability([*of_actions([60.0, 62.0], 1.0), measure("stride_length", None, action=2)]) == []


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(None, None, ""), (75.0, 85.0, "75–85 %"), (None, 85.0, "up to 85 %"), (75.0, None, "75 % or more")],
)
def test_a_reference_without_a_range_has_no_number_nor_unit(low: float | None, high: float | None, said: str) -> None:
    reference = Reference(low=low, high=high, text="usual", source="a study")
    assert band_of(reference, "percent_height", 0) == said
