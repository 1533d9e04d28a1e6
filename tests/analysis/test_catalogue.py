"""The catalogue: complete, safe for those who do as it says, and plain enough to read aloud."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, product
from typing import Any, get_args

import msgspec
import pytest
from tools.check_catalogue import OF_A_BOWLER, PACE, UNSAFE, advice_words, entries, problems

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import Who
from cricksy.analysis.coaching.catalogue import DRILLS, CatalogueDrill
from cricksy.analysis.coaching.load import limits_for, plan_load, without_age
from cricksy.results.coaching import FindingCode, Level
from cricksy.vocabulary import AgeGroup, BowlingStyle, CameraView, Discipline, Handedness
from tools import check_catalogue

# The timing of the turn is never measured, so there are no words for it.
CODES = [code for code in get_args(FindingCode) if code != "ROTATION_TIMING"]
PLAY = [code for code in CODES if code not in ("INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE")]
LEVELS: tuple[Level, ...] = get_args(Level)
AGES = [None, *AgeGroup]
STYLES = [None, *BowlingStyle]
ADULT_PACE = Who(Discipline.BOWLING, BowlingStyle.PACE, AgeGroup.ADULT)
BOWLER, BATTER = Who(Discipline.BOWLING), Who(Discipline.BATTING)

ENTRIES = dict(entries(catalogue.CATALOGUE))
every_drill = pytest.mark.parametrize("drill", DRILLS.values(), ids=lambda drill: drill.id)


def players() -> list[Who]:
    """Everybody whom the words may be for."""
    others = [one for one in (None, *Discipline) if one is not Discipline.BOWLING]
    return [
        *(Who(one, None, age, hand) for one, age, hand in product(others, AGES, (None, *Handedness))),
        *(Who(Discipline.BOWLING, *rest) for rest in product(STYLES, AGES, (None, *Handedness))),
    ]


# Complete


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("code", CODES)
def test_every_finding_is_rendered_for_every_player_and_view(code: FindingCode, level: Level) -> None:
    """Every code × discipline × style × age × severity × view: words and drills, or silence where none may be said."""
    for who, view in product(players(), (None, *CameraView)):
        advice = catalogue.advice_for(code, who, view)
        silent = code == "KNEE_COLLAPSE" and who.discipline is Discipline.BOWLING
        if silent and (who.style, who.age_group) != (BowlingStyle.PACE, AgeGroup.ADULT):
            assert advice is None, who
            continue
        assert advice is not None, who
        assert advice.code == code
        assert advice.discipline in {who.discipline, "any"}
        assert all(advice_words(advice))
        assert " may " in advice.tentative_title or advice.tentative_title == advice.title
        assert re.match(r"[A-Z][a-z]+ ", advice.headline)
        assert (advice.number is not None) == (code in PLAY)
        ids = catalogue.fitting(advice.drills[level], who)
        assert ids
        assert [catalogue.drill(one).id for one in ids] == ids
        assert all(who.is_meant_by(DRILLS[one]) for one in ids)
        if code in PLAY:
            assert len(ids) >= 2, (advice.discipline, who)


def test_everybody_has_drills_for_a_week() -> None:
    for who in players():
        practice = catalogue.practice_for(who)
        assert len(catalogue.fitting(practice.skills, who)) >= 2, who
        assert len(catalogue.fitting(practice.easy, who)) >= 2, who
        assert catalogue.fitting(practice.together, who), who
        assert not any(DRILLS[one].balls for one in practice.easy)


@every_drill
def test_a_drill_is_complete(drill: CatalogueDrill) -> None:
    copy = catalogue.drill(drill.id)
    assert all((copy.level, copy.sets, copy.success, copy.easier, copy.harder, copy.source))
    assert copy.people == 1
    assert drill.stop or drill.id in {"film-check", "film-light"}
    assert all(rule.startswith(("Stop", "Under 18", "Leave this drill out")) for rule in drill.stop)
    assert not any("helper" in step.lower() for step in drill.steps)
    if drill.helper is not None:
        assert copy.steps[-1] == f"Not alone? {drill.helper}"


@every_drill
def test_a_drill_says_which_ball_it_takes(drill: CatalogueDrill) -> None:
    words = " ".join([*drill.steps, drill.name]).lower()
    if re.search(r"\b(?:throw|bowl|drive|catch|take it|sweep|hit)\b", words) and "shadow" not in words:
        kit = " ".join(drill.kit)
        assert "ball" in kit or "phone" in kit or drill.id in {"bat-power-base", "any-warm-up"} or "no ball" in words, (
            kit
        )


def test_a_step_on_says_what_is_harder_and_leaves_nothing_harder() -> None:
    first, again = catalogue.drill("bowl-one-beat"), catalogue.drill("bowl-one-beat", harder=True)
    assert first.harder is not None
    assert again.steps == [*first.steps, f"You have had this drill before, so take it a step further: {first.harder}"]
    assert again.harder is None


def test_every_drill_is_used() -> None:
    used = {drill_id for advice in catalogue.CATALOGUE.advice for ids in advice.drills.values() for drill_id in ids}
    for practice in catalogue.CATALOGUE.practice:
        used |= {*practice.skills, *practice.easy, *practice.together, *practice.fixed}
        used |= set(chain.from_iterable(practice.by_group.values()))
    assert used == set(DRILLS)


@pytest.mark.parametrize(
    "word",
    [
        *("run-up", "yorker", "short ball", "spin", "defence", "pull", "cut", "sweep", "power", "forward or back"),
        *("first move|early and still", "left-hand", "left-arm", "gloves", "long barrier", "overarm", "16 yards"),
    ],
)
def test_no_part_of_the_game_is_missing(word: str) -> None:
    said = " ".join(chain.from_iterable(check_catalogue.drill_words(drill) for drill in DRILLS.values()))
    assert re.search(word, said, re.IGNORECASE)


def test_left_handers_are_only_those_that_the_coach_says_are() -> None:
    left = [drill.id for drill in DRILLS.values() if drill.hand is not None]
    assert left
    assert not catalogue.fitting(left, Who(Discipline.BOWLING, None, AgeGroup.ADULT))
    assert catalogue.fitting(left, Who(Discipline.BOWLING, None, AgeGroup.ADULT, Handedness.LEFT)) == left


def test_the_week_ends_with_a_drill_for_the_style_before_one_for_the_hand() -> None:
    """The first that fits is given, so each of them comes first for somebody."""
    given: set[str] = set()
    for who in players():
        first, *others = catalogue.fitting(catalogue.practice_for(who).together, who)
        given.add(first)
        assert DRILLS[first].style is who.style or not any(DRILLS[one].style for one in others), who
    assert given == set(chain.from_iterable(practice.together for practice in catalogue.CATALOGUE.practice))


def test_two_copies_of_a_drill_share_nothing() -> None:
    one, other = catalogue.drill("bowl-line-walk"), catalogue.drill("bowl-line-walk")
    assert one == other
    one.steps.append("changed")
    one.stop_rules.append("changed")
    assert one != other
    assert catalogue.drill("bowl-line-walk") == other


# Checked as it is loaded


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "Bad Id"), ("minutes", 90), ("balls", -1), ("goal", ""), ("steps", ["One only."]), ("colour", "red")],
)
def test_the_schema_refuses_a_drill_that_is_not_one(field: str, value: Any) -> None:
    good = msgspec.to_builtins(DRILLS["bowl-one-beat"])
    assert msgspec.convert(good, CatalogueDrill) == DRILLS["bowl-one-beat"]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(good | {field: value}, CatalogueDrill)


BROKEN: dict[str, Callable[[catalogue.Catalogue], dict[str, Any]]] = {
    "two drills have one id": lambda of: {"drills": (*of.drills, of.drills[0])},
    "no stop rule": lambda of: {"drills": (msgspec.structs.replace(of.drills[0], stop=()), *of.drills[1:])},
    "no such drills: bowl-one-beat": lambda of: {"drills": of.drills[1:]},
    "lacks a severity": lambda of: {"advice": (msgspec.structs.replace(of.advice[0], cues={}), *of.advice[1:])},
    "has no drill for u11": lambda of: {
        "advice": (msgspec.structs.replace(of.advice[0], drills=dict.fromkeys(LEVELS, ("bowl-step-tall",))),)
    },
}


@pytest.mark.parametrize("problem", BROKEN)
def test_what_no_type_holds_is_checked_too(problem: str) -> None:
    first = sorted(catalogue.CATALOGUE.drills, key=lambda drill: drill.id != "bowl-one-beat")
    of = msgspec.structs.replace(catalogue.CATALOGUE, drills=tuple(first))
    catalogue.check(of)
    with pytest.raises(ValueError, match=problem):
        catalogue.check(msgspec.structs.replace(of, **BROKEN[problem](of)))


# Plain and safe


def test_the_linter_finds_nothing() -> None:
    assert list(problems(catalogue.CATALOGUE)) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"steps": ("Internalise considerable biomechanical reorganisation.",) * 5}, "grade"),
        ({"goal": "Go " + "on and " * 30 + "on."}, "more than 24 words"),
        ({"goal": "Chase the ball out."}, "protected area"),
        ({"goal": "Land like a cat."}, "laugh"),
        ({"balls": 11}, "11 balls, but 2 sets of 6"),
        ({"balls": 36, "sets": "6 sets of 6"}, "the youngest may bowl 24 a day"),
        ({"stop": ("Stop if it rains.",)}, "no rule to stop for the back"),
        *(
            ({field: f"Ask {somebody}."}, "needs somebody else")
            for field in ("success", "easier", "harder")
            for somebody in ("a helper", "your coach", "a friend to feed", "the feeder")
        ),
        ({"kit": ("bat", "soft balls")}, "a ball comes to the bat"),
        ({"kit": ("bat", "tee", "soft ball"), "helper": "A helper feeds balls."}, "a ball comes to the bat"),
        ({"kit": ("light bat", "tee"), "easier": "Throw the ball up yourself."}, "a ball comes to the bat"),
    ],
)
def test_the_linter_finds_what_it_looks_for(change: dict[str, Any], problem: str) -> None:
    bad = msgspec.structs.replace(DRILLS["bowl-one-beat"], **change)
    of = msgspec.structs.replace(catalogue.CATALOGUE, drills=(bad,), advice=(), practice=(), notes=())
    assert any(problem in found for found in problems(of))


def test_the_linter_fails_where_it_finds_something(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_catalogue.main() == 0
    bad = msgspec.structs.replace(DRILLS["bowl-one-beat"], goal="Chase the ball out.")
    monkeypatch.setattr(catalogue, "CATALOGUE", msgspec.structs.replace(catalogue.CATALOGUE, drills=(bad,)))
    assert check_catalogue.main() == 1
    assert "bowl-one-beat: the protected area" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "Bowl off four walking steps and run out through the gate.",
        "Run on through the gate after the ball.",
        "Chase the ball out through the gate.",
        "Finish three steps nearer to the target.",
        "Build strength first.",
        "Step, press, then swing.",
        "Step on the marker, settle, then swing.",
        "Set two cones a bat's width apart, two metres in front of you.",
        "The helper taps your shoulder gently; you should not need a step to stay up.",
        "Your helper stands well to the side and holds a bat or a stick at arm's length.",
        "From your stance, step on the marker and let the head follow over the knee.",
        "An elbow that sinks below the shoulder in a throw costs accuracy and strains the arm.",
    ],
)
def test_what_was_once_said_and_is_unsafe_would_be_found(text: str) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for pattern in UNSAFE)


def test_a_bowler_leaves_the_pitch_after_release() -> None:
    """Law 41.13: nobody runs down the middle, not in practice either."""
    out = " ".join(DRILLS["bowl-off-the-strip"].steps)
    assert "1.5 metres in front of the popping crease: the protected area" in out
    assert "beside the pitch" in out
    assert "to the side" in " ".join(DRILLS["bowl-line-walk"].steps)
    advice = catalogue.advice_for("BALANCE_DRIFT", BOWLER)
    assert advice is not None
    for cue in chain.from_iterable(advice.cues.values()):
        assert not re.search(r"past the|come through|run", cue) or re.search(r"turn off|to the side", cue), cue


@every_drill
def test_balls_are_counted_where_a_bowler_bowls(drill: CatalogueDrill) -> None:
    bowls = any(re.search(r"\bbowls?\b", step, re.IGNORECASE) for step in drill.steps)
    bowling = drill in _of_bowling() and "no ball" not in " ".join(drill.steps)
    assert (drill.balls > 0) == ((bowling and bowls) or drill.id in {"film-bowling", "bowl-land-and-hold"})


def _of_bowling() -> list[CatalogueDrill]:
    return [drill for drill in DRILLS.values() if drill.id.startswith(("bowl-", "spin-"))]


@pytest.mark.parametrize("age", [None, *AgeGroup])
def test_every_drill_fits_into_a_day_of_every_age(age: AgeGroup | None) -> None:
    assert all(drill.balls <= plan_load(age).balls_a_day for drill in DRILLS.values())


@every_drill
def test_who_feeds_stands_behind_a_screen_with_a_soft_ball_and_a_helmeted_junior(drill: CatalogueDrill) -> None:
    if drill.helper is not None and "feeds" in drill.helper and drill.id.startswith(("bat-", "keep-")):
        assert "behind a screen" in drill.helper
        assert "soft balls" in drill.helper
        assert any("Under 18, wear a helmet" in rule for rule in drill.stop)


@every_drill
def test_a_helper_stands_at_a_distance(drill: CatalogueDrill) -> None:
    if drill.helper is not None:
        assert re.search(r"metres|at the umpire's place|at the phone|behind a screen", drill.helper)


def test_what_an_arm_could_hit_is_three_metres_off_and_no_person() -> None:
    for drill_id in ("bowl-over-the-rope", "bowl-over-the-pole"):
        steps = " ".join(DRILLS[drill_id].steps)
        assert "three metres in front" in steps
        assert "Nobody" in steps
        assert DRILLS[drill_id].helper is None


def test_a_gate_for_a_batter_is_a_bats_length_wide() -> None:
    assert "a bat's length apart" in " ".join(DRILLS["bat-gate-drive"].steps)


def test_the_head_leads_and_the_bat_starts_before_the_foot_lands() -> None:
    """Taliep 2007; Stretch 1998: 0.36 s and 0.06 s before impact."""
    steps = " ".join(DRILLS["bat-step-to-the-marker"].steps)
    assert "lead with the head" in steps
    assert "bat start down before the foot lands" in steps


def test_a_front_knee_is_an_adult_pace_bowlers_alone_and_comes_last() -> None:
    advice = catalogue.advice_for("KNEE_COLLAPSE", ADULT_PACE)
    assert advice is not None
    assert advice.last
    assert advice.reference is not None
    assert "Never push anyone with a sore back or knee to lock the knee" in advice.why_it_matters
    assert "does not build strength" in DRILLS["bowl-step-tall"].goal


@pytest.mark.parametrize("discipline", [None, *Discipline])
def test_a_spinner_a_junior_and_a_batter_are_never_told_what_a_pace_bowler_is(discipline: Discipline | None) -> None:
    """Nothing that can reach them, whatever is found."""
    adult_pace = (BowlingStyle.PACE, AgeGroup.ADULT)
    for who in players():
        if who.discipline is discipline and (who.style, who.age_group) != adult_pace:
            told = all_that_may_be_said(who)
            pattern = OF_A_BOWLER if discipline is Discipline.BOWLING else PACE
            assert not [text for text in told if re.search(pattern, text, re.IGNORECASE)], who
    told = all_that_may_be_said(ADULT_PACE)
    assert any(re.search(PACE, text, re.IGNORECASE) for text in told)
    assert any(re.search(OF_A_BOWLER, text, re.IGNORECASE) for text in told)


def all_that_may_be_said(who: Who) -> list[str]:
    """Every word of findings, strengths, drills and notes that can reach a player."""
    said: list[str] = [note.text for note in catalogue.notes_for(who)]
    drills: set[str] = set()
    for code, view in product(PLAY, (None, *CameraView)):
        advice = catalogue.advice_for(code, who, view)
        if advice is None:
            continue
        said += [advice.source, *advice_words(advice)]
        drills |= {one for ids in advice.drills.values() for one in catalogue.fitting(ids, who)}
    practice = catalogue.practice_for(who)
    of_groups = chain.from_iterable(practice.by_group.values())
    drills |= {*catalogue.fitting([*practice.skills, *practice.easy, *practice.together, *of_groups], who)}
    for drill in (DRILLS[one] for one in drills):
        said += [*check_catalogue.drill_words(drill), drill.source]
        assert drill.style is None or drill.style is who.style
    return said


def test_nothing_says_an_elbow_is_illegal_and_every_bowler_is_told_that_it_was_not_judged() -> None:
    for who in (BOWLER, ADULT_PACE, replace(BOWLER, style=BowlingStyle.SPIN)):
        advice = catalogue.advice_for("ELBOW_DROP", who)
        assert advice is not None
        assert "nothing about the legality" in advice.why_it_matters
        (note,) = [note for note in catalogue.notes_for(who) if note.code == "ELBOW_NOT_JUDGED"]
        assert "elbow was not judged" in note.title.lower()
        assert "before training pace" in note.text
    assert not any(note.code == "ELBOW_NOT_JUDGED" for note in catalogue.notes_for(BATTER))


@pytest.mark.parametrize("age", AGES)
def test_the_young_and_those_of_unknown_age_are_told_of_backs_and_growth(age: AgeGroup | None) -> None:
    codes = [note.code for note in catalogue.notes_for(replace(BOWLER, age_group=age))]
    young = age is not AgeGroup.ADULT
    assert ("BACK_PAIN" in codes, "GROWTH" in codes) == (young, young)
    assert ("SHORT_PITCH" in codes) == (age is AgeGroup.U11)
    assert "MATCH_DAYS" in codes
    assert "SAY_WHO" in codes


def test_every_note_says_what_it_rests_on() -> None:
    said = {(note.code, note.source) for who in players() for note in catalogue.notes_for(who)}
    assert said == {(note.code, note.source) for note in catalogue.CATALOGUE.notes}


def test_who_is_known_is_not_asked_for() -> None:
    assert "SAY_WHO" not in [note.code for note in catalogue.notes_for(ADULT_PACE)]


def test_who_is_asked_for_names_the_limits_that_hold_for_an_unknown_age_alone() -> None:
    """A known adult of unknown style has an adult's limits."""
    (note,) = [note for note in catalogue.notes_for(BOWLER) if note.code == "SAY_WHO"]
    assert f"Without an age the under-{without_age()[1:]} limits apply" in note.text
    assert limits_for(None).balls_a_week == limits_for(without_age()).balls_a_week
    assert limits_for(AgeGroup.ADULT, None).balls_a_week == limits_for(AgeGroup.ADULT, BowlingStyle.PACE).balls_a_week


def test_what_is_known_from_baseball_is_said_to_be() -> None:
    advice = catalogue.advice_for("ELBOW_DROP", Who(Discipline.FIELDING))
    assert advice is not None
    assert "known from baseball, not from cricket" in advice.why_it_matters


# True to what a view shows


@pytest.mark.parametrize("view", [None, CameraView.SIDE])
def test_side_on_nothing_is_said_of_a_heads_line(view: CameraView | None) -> None:
    advice = catalogue.advice_for("HEAD_MOVEMENT", BOWLER, view)
    assert advice is not None
    assert advice.strength is not None
    said = [advice.title, advice.tentative_title, advice.headline, *chain.from_iterable(advice.cues.values())]
    said += [advice.strength.title, advice.strength.tentative_title, advice.strength.why]
    assert not any(re.search(r"\bline\b|quiet|sideways", text) for text in said)
    assert "steady drop" in advice.strength.why
    assert "steady drop is not counted" in advice.why_it_matters


@pytest.mark.parametrize("view", [CameraView.FRONT, CameraView.BEHIND])
def test_along_the_pitch_the_heads_line_is_named(view: CameraView) -> None:
    advice = catalogue.advice_for("HEAD_MOVEMENT", replace(BOWLER, style=BowlingStyle.SPIN), view)
    assert advice is not None
    assert "line" in advice.title


@pytest.mark.parametrize("discipline", [None, *Discipline])
def test_nobody_is_praised_for_a_balance_that_everybody_has(discipline: Discipline | None) -> None:
    advice = catalogue.advice_for("BALANCE_DRIFT", Who(discipline))
    assert advice is not None
    assert advice.strength is None
