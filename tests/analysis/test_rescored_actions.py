"""Corrections of one action of a film: the others keep theirs, and the primary one stays the primary one."""

import msgspec
import pytest
from tests.support.overs import stored_over
from tests.support.stored import read, stored

from cricksy.analysis.rescore import Changes, CorrectionInvalid, NoSuchAction, rescore
from cricksy.results.measurements import Event
from cricksy.results.schema import Results
from cricksy.results.stored import given_times

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
