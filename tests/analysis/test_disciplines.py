"""A discipline is its profile: what is found, corrected, measured, said and advised follows from it alone."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from tests.support.stored import read, store
from tools.synthetic import stick
from tools.synthetic.film import container, film
from tools.synthetic.player import standard

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import Who
from cricksy.analysis.coaching.capture_quality import find_problems
from cricksy.analysis.disciplines import registry
from cricksy.analysis.disciplines.action import action_window
from cricksy.analysis.disciplines.base import DisciplineProfile, Finder, Instants, Rebuilding
from cricksy.analysis.disciplines.bowling_profile import BOWLING
from cricksy.analysis.disciplines.movement import goes_across
from cricksy.analysis.disciplines.unrecognised import FIELDING, UNRECOGNISED, WICKETKEEPING, find_fastest_moment
from cricksy.analysis.events import Action, Instant, fractional_index, time_at
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics import registry as metrics
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.head import METRIC as HEAD
from cricksy.analysis.metrics.head import HeadParams
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.rescore import Changes, CorrectionInvalid, rescore
from cricksy.analysis.skeleton import Side
from cricksy.analysis.track import Track
from cricksy.api.bodies import CorrectEvents
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline, Given, Handedness

ANALYSIS = Path(metrics.__file__).parents[1]
EVENTS: tuple[EventName, ...] = ("backlift_top", "impact")
WOUND_UP_S = 0.2


def _find_throw(motion: Motion, _given: Given) -> Action | None:
    fastest = find_fastest_moment(motion)
    return None if fastest is None else _throw(motion, replace(fastest.key_event, confidence=0.8))


def _throw(motion: Motion, let_go: Instant) -> Action:
    wound_up = fractional_index(motion, time_at(motion, let_go.index) - WOUND_UP_S)
    return Action(
        discipline=Discipline.FIELDING,
        discipline_confidence=0.7,
        key_event=let_go,
        first=wound_up,
        last=let_go.index,
        arm=Side.LEFT,
        instants={"backlift_top": Instant(wound_up, 0.6), "impact": let_go},
    )


def _blank(motion: Motion, let_go: Instant, _hand: Handedness | None) -> Action:
    return _throw(motion, let_go)


def _events(_motion: Motion, like: Action, _given: Instants, let_go: Instant) -> Instants:
    return {**like.instants, "impact": let_go}


def _begins(_motion: Motion, instants: Mapping[EventName, Instant]) -> float:
    return min(instant.index for instant in instants.values())


def _never(_motion: Motion, _action: Action, _let_go: Instant) -> bool:
    return False


THROWING = DisciplineProfile(
    discipline=Discipline.FIELDING,
    audience="bowling",
    action_word="throw",
    events=EVENTS,
    intervals_s=(("backlift_top", "impact", (0.05, 0.5)),),
    finders=(Finder(find=_find_throw),),
    before_key=0.25,
    hand=lambda action: (action.arm or Side.LEFT, 0.9),
    across=goes_across,
    plane_cosine=lambda _motion, _action: 0.5,
    rebuilding=Rebuilding(blank=_blank, events=_events, begins=_begins, denies=_never),
)
"""Fielding, if throws were looked for and nothing of them could be measured yet."""


@pytest.fixture
def throwing(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [profile for profile in registry.PROFILES if profile.discipline is not Discipline.FIELDING]
    monkeypatch.setattr(registry, "PROFILES", (*others, THROWING))


def thrown() -> Track:
    t = stick.times(60, 1.5)
    return stick.video_of(stick.throw(stick.Thrower(), t), t, stick.Camera())


def measured(track: Track, given: Given) -> Measurement:
    return measure(track, container(track, 60.0), given)


@pytest.mark.usefixtures("throwing")
@pytest.mark.parametrize("given", [Given(), Given(Discipline.FIELDING)])
def test_the_profile_finds_the_action_its_events_and_the_hand(given: Given) -> None:
    found = measured(thrown(), given)
    assert found.discipline.value is Discipline.FIELDING
    assert tuple(event.name for event in found.events) == EVENTS
    assert (found.handedness.value, found.handedness.confidence) == (Handedness.LEFT, 0.9)


@pytest.mark.usefixtures("throwing")
def test_the_profile_places_the_part_that_is_read_again() -> None:
    track = thrown()
    (key,) = (event.t_ms for event in measured(track, Given()).events if event.name == "impact")
    window = action_window(track, Given(), 0.6)
    assert window is not None
    assert (key - window[0]) / (window[1] - window[0]) == pytest.approx(0.25, abs=0.05)


@pytest.mark.usefixtures("throwing")
def test_a_metric_without_parameters_is_null_with_the_reason() -> None:
    found = measured(thrown(), Given(Discipline.FIELDING))
    assert set(found.metrics) == {metric.name for metric in metrics.METRICS}
    for metric in found.metrics.values():
        assert (metric.value, metric.score) == (None, None)
        assert metric.reason
    assert sum("fielding" in (metric.reason or "") for metric in found.metrics.values()) == len(metrics.METRICS) - 1
    assert found.evidence == {}


@pytest.mark.usefixtures("throwing")
def test_the_profile_says_what_is_corrected_and_in_which_order() -> None:
    walker = store(film(standard("walking")), Given(Discipline.FIELDING))

    def refused(changes: Changes) -> dict[EventName, str]:
        with pytest.raises(CorrectionInvalid) as caught:
            rescore(walker.results, walker.landmarks, changes)
        return dict(caught.value.errors)

    assert "backlift_top, impact" in refused({"ball_release": 1000.0})["ball_release"]
    assert set(refused({"backlift_top": 1000.0, "impact": 900.0})) == {"backlift_top", "impact"}
    corrected = read(rescore(walker.results, walker.landmarks, {"impact": 1000.0})).pose.pose_summary
    assert [(event.name, event.source) for event in corrected.events] == [
        ("backlift_top", "inferred"),
        ("impact", "given"),
    ]


@pytest.mark.usefixtures("throwing")
def test_the_words_follow_the_profile() -> None:
    t = stick.times(60, 1.5)
    still = measured(stick.video_of(stick.stand(t), t, stick.Camera()), Given(Discipline.FIELDING))
    assert "No throw was found" in find_problems(still)[0].note
    fielder, bowler = Who(Discipline.FIELDING), Who(Discipline.BOWLING)
    assert catalogue.audience(fielder) == "bowling"
    assert catalogue.practice_for(fielder) == catalogue.practice_for(bowler)


def test_every_discipline_has_one_profile() -> None:
    assert {profile.discipline for profile in registry.PROFILES} == set(Discipline)
    assert len(registry.PROFILES) == len(Discipline)
    assert registry.profile_of(None) is UNRECOGNISED


@pytest.mark.parametrize("profile", [WICKETKEEPING, FIELDING])
def test_a_discipline_without_events_borrows_nobodys_rules(profile: DisciplineProfile) -> None:
    """Were an action ever said to be one of theirs, no target of a batter or bowler would be held against it."""
    motion = cleaning.clean(thrown())
    assert motion is not None
    action = replace(_throw(motion, Instant(60.0, 0.9)), discipline=profile.discipline)
    scene = Scene(motion, action, measured(thrown(), Given()).camera_view, profile)
    assert [metric.of(scene).metric.value for metric in metrics.METRICS] == [None] * len(metrics.METRICS)
    assert profile.hand(action) is None
    assert profile.rebuilding is None


def code_of(module: Path) -> str:
    """Without docstrings, comments and texts."""
    return re.sub(r'"""(?:.|\n)*?"""|#.*|"[^"\n]*"', "", module.read_text())


def test_no_metric_asks_which_discipline_it_is() -> None:
    asked = re.compile(r"\bDiscipline\b|\.(discipline|bowling|batting|generic)\b")
    modules = list((ANALYSIS / "metrics").glob("*.py"))
    assert modules
    assert [module.name for module in modules if asked.search(code_of(module))] == []


def test_no_discipline_is_named_outside_its_own_modules() -> None:
    named = re.compile(r"\bDiscipline\.[A-Z]")
    modules = [module for module in ANALYSIS.parent.rglob("*.py") if module.parent.name != "disciplines"]
    # An example of a session is of one discipline.
    modules.remove(ANALYSIS.parent / "api" / "examples.py")
    # Balls are counted of the discipline that bowls, from stored results, which know no profile.
    modules.remove(ANALYSIS.parent / "results" / "clip.py")
    assert modules
    assert [module.name for module in modules if named.search(code_of(module))] == []


def test_intervals_and_corrections_name_the_profiles_own_events() -> None:
    fields = CorrectEvents.__struct_fields__
    for profile in registry.PROFILES:
        assert [name for name in fields if name in profile.events] == list(profile.events)
        for earlier, later, (least_s, longest_s) in profile.intervals_s:
            assert profile.events.index(earlier) < profile.events.index(later)
            assert 0.0 < least_s < longest_s
        assert (profile.rebuilding is None) == (not profile.events)
    assert set(fields) == {name for profile in registry.PROFILES for name in profile.events}


def test_a_key_event_is_the_last_one() -> None:
    assert BOWLING.key_event_name == "ball_release"
    assert cast("object", FIELDING.key_event_name) is None


def test_the_document_says_of_the_head_what_every_discipline_measures() -> None:
    """A bowler's against a straight line, everybody else's over the feet."""
    read = {profile: profile.params(HeadParams) for profile in (*registry.PROFILES, UNRECOGNISED)}
    over_feet = {profile.discipline: params.over_feet for profile, params in read.items() if params is not None}
    assert over_feet == {Discipline.BOWLING: False, Discipline.BATTING: True, None: True}
    assert "a straight line at a constant speed for a bowler" in HEAD.description
    assert "a place over the feet for anybody else" in HEAD.description
