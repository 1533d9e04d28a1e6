"""Corrections of one action of a film: the others keep theirs, and the primary one stays the primary one."""

from dataclasses import replace
from itertools import product

import msgspec
import pytest
from tests.support.overs import stored_over
from tests.support.stored import read, stored
from tools.synthetic.film import film as delivery
from tools.synthetic.player import standard

from cricksy.analysis.actions import Part, best_measured, reason
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.rescore import Changes, CorrectionInvalid, NoSuchAction, rescore
from cricksy.results.actions import Read
from cricksy.results.measurements import Event
from cricksy.results.schema import Results
from cricksy.results.stored import given_times
from cricksy.vocabulary import Given

BALLS = 3


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Results and landmarks of three balls, the last one read coarsely."""
    made = stored_over(BALLS, 2, tmp_path_factory.mktemp("over") / "a.mp4")
    return made.results, made.landmarks


def release(results: Results, action: int) -> Event:
    return next(event for event in results.actions[action].events if event.name == "ball_release")


def test_of_three_balls_two_are_read_finely(film: tuple[bytes, bytes]) -> None:
    results = read(film[0])
    assert [action.read for action in results.actions] == ["fine", "fine", "coarse"]
    assert results.primary_action in {0, 1}
    assert results.pose.pose_summary.events == results.actions[results.primary_action].events


@pytest.mark.parametrize("action", range(BALLS))
def test_one_actions_events_are_corrected_and_the_others_stay(film: tuple[bytes, bytes], action: int) -> None:
    before = read(film[0])
    given_ms = round(release(before, action).t_ms + 16.667, 3)
    results = rescore(*film, {"ball_release": given_ms}, action)
    after = read(results)
    corrected = release(after, action)
    assert (corrected.t_ms, corrected.source, corrected.confidence) == (given_ms, "given", 1.0)
    assert after.primary_action == before.primary_action
    for other in set(range(BALLS)) - {action}:
        assert [event.source for event in after.actions[other].events] == ["inferred"] * len(
            before.actions[other].events
        )
        assert [event.frame for event in after.actions[other].events] == [
            event.frame for event in before.actions[other].events
        ]
    assert [one.window for one in after.actions] == [one.window for one in before.actions]
    assert after.pose.pose_summary.events == after.actions[after.primary_action or 0].events
    assert given_times(results, action) == {"ball_release": given_ms}


def test_corrections_are_kept_per_action(film: tuple[bytes, bytes]) -> None:
    before = read(film[0])
    times = [round(release(before, action).t_ms + 16.667, 3) for action in (0, 1)]
    results = film[0]
    for action, t_ms in enumerate(times):
        results = rescore(results, film[1], {"ball_release": t_ms}, action)
    after = read(results)
    assert [(release(after, action).t_ms, release(after, action).source) for action in (0, 1)] == [
        (t_ms, "given") for t_ms in times
    ]
    back = read(rescore(results, film[1], {"ball_release": None}, 1))
    assert release(back, 0).source == "given"
    assert release(back, 1) == release(before, 1)


def test_without_an_action_the_primary_one_is_corrected(film: tuple[bytes, bytes]) -> None:
    before = read(film[0])
    primary = before.primary_action
    assert primary is not None
    changes: Changes = {"ball_release": round(release(before, primary).t_ms + 16.667, 3)}
    assert rescore(*film, changes) == rescore(*film, changes, primary)


def judged(results: Results, action: int) -> int:
    return sum(metric.score is not None for metric in results.actions[action].metrics.values())


@pytest.mark.parametrize("action", range(BALLS))
@pytest.mark.parametrize("by_ms", [16.667, 600.0])
def test_the_reason_for_the_primary_one_is_true_after_any_correction(
    film: tuple[bytes, bytes], action: int, by_ms: float
) -> None:
    before = read(film[0])
    after = read(rescore(*film, {"ball_release": round(release(before, action).t_ms + by_ms, 3)}, action))
    primary, why = after.primary_action or 0, after.primary_reason or ""
    mine, finely = judged(after, primary), [one.index for one in after.actions if one.read == "fine"]
    assert f"{mine} of {len(after.metrics)} numbers" in why or mine == 0
    assert ("In none of the" in why) == (not any(judged(after, place) for place in range(BALLS)))
    best = max(judged(after, place) for place in finely)
    assert mine == best or "until events were corrected" in why
    assert action == primary or by_ms > 100 or "until events were corrected" not in why


def with_scores(measured: Measurement, count: int) -> Measurement:
    metrics = {
        name: msgspec.structs.replace(metric, score=0.5 if place < count else None)
        for place, (name, metric) in enumerate(measured.metrics.items())
    }
    return replace(measured, metrics=metrics)


def test_the_reason_is_true_however_well_each_action_is_measured() -> None:
    filmed = delivery(standard())
    measured = measure(filmed.track, filmed.video, Given())
    each_count = [with_scores(measured, count) for count in range(3)]
    reads: tuple[Read, Read] = ("fine", "coarse")
    for read_as, counts in product(product(reads, repeat=3), product(range(3), repeat=3)):
        parts = [Part(1000.0 * i, 1000.0 * i + 900.0, read, filmed.video) for i, read in enumerate(read_as)]
        each = [each_count[count] for count in counts]
        best = best_measured(each, parts)
        # A correction makes no other action the film's own, and none is read again.
        for primary in (i for i in range(3) if read_as[i] == read_as[best]):
            why, mine = reason(each, parts, primary), counts[primary]
            stays = mine < counts[best]
            assert ("stays the one" in why) == stays
            assert ("In none of the 3" in why) == (not any(counts))
            assert ("Of 3 actions it is the best measured" in why) == (not stays and mine == max(counts) > 0)
            assert ("were read at the film's own rate" in why) == (not stays and mine < max(counts))


def test_an_action_that_the_film_has_not_is_refused(film: tuple[bytes, bytes]) -> None:
    with pytest.raises(NoSuchAction, match="The film has the actions 0 to 2"):
        rescore(*film, {"ball_release": 500.0}, BALLS)


def test_an_event_of_another_action_is_refused(film: tuple[bytes, bytes]) -> None:
    other = release(read(film[0]), 1).t_ms
    with pytest.raises(CorrectionInvalid) as refused:
        rescore(*film, {"ball_release": other}, 0)
    assert set(refused.value.errors) == {"ball_release"}


def test_results_without_actions_are_corrected_and_get_them() -> None:
    old = stored()
    raw = msgspec.json.decode(old.results)
    for name in ("actions", "primary_action", "primary_reason"):
        del raw[name]
    t_ms = round(old.truth_ms("ball_release") + 16.0, 3)
    for action in (None, 0):
        after = read(rescore(msgspec.json.encode(raw), old.landmarks, {"ball_release": t_ms}, action))
        assert after.primary_action == 0
        assert [event.source for event in after.actions[0].events if event.name == "ball_release"] == ["given"]
        assert after.actions[0].events == after.pose.pose_summary.events
    with pytest.raises(NoSuchAction):
        rescore(msgspec.json.encode(raw), old.landmarks, {"ball_release": t_ms}, 1)
