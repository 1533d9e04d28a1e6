"""The catalogue: complete, safe for those who do as it says, and plain enough to read aloud."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import get_args

import msgspec
import pytest

from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.catalogue import Advice, CatalogueDrill
from cricksy.results.coaching import FindingCode, Level
from cricksy.vocabulary import CameraView, Discipline

# The timing of the turn is never measured, so there are no words for it.
CODES = [code for code in get_args(FindingCode) if code != "ROTATION_TIMING"]
PLAY = [code for code in CODES if code not in ("INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE")]
LEVELS: tuple[Level, ...] = get_args(Level)
DRILLS = {drill.id: drill for drill in catalogue.CATALOGUE.drills}


def drill_words(drill: CatalogueDrill) -> tuple[str, ...]:
    return (drill.name, drill.goal, *drill.steps, drill.sets, *drill.stop_rules)


def advice_words(advice: Advice) -> tuple[str, ...]:
    strength = advice.strength
    praise = () if strength is None else (strength.title, strength.tentative_title, strength.why)
    numbers = [words for words in (advice.number, advice.second_number) if words]
    cues = chain.from_iterable(advice.cues.values())
    return (advice.title, advice.tentative_title, advice.why_it_matters, *praise, *numbers, *cues)


def entries() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and words of everything that a coach may read."""
    for drill in catalogue.CATALOGUE.drills:
        yield drill.id, drill_words(drill)
    for advice in catalogue.CATALOGUE.advice:
        yield f"{advice.code} {advice.discipline} {advice.view}", advice_words(advice)
    yield "load", catalogue.CATALOGUE.load.rules
    yield "notes", tuple(practice.note for practice in catalogue.CATALOGUE.practice if practice.note)


ENTRIES = dict(entries())
every_entry = pytest.mark.parametrize("name", ENTRIES)
every_drill = pytest.mark.parametrize("drill", DRILLS.values(), ids=lambda drill: drill.id)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?:;](?:\s|$)", text) if part.strip()]


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith(("e", "es", "ed")) and not word.lower().endswith(("le", "ted", "ded", "ses"))
    return max(1, groups - silent)


def grade(texts: tuple[str, ...]) -> float:
    """Flesch–Kincaid school grade; a reader of 12 to 14 is in grades 6 to 8."""
    parts = [part for text in texts for part in sentences(text)]
    words = [word for part in parts for word in re.findall(r"[A-Za-z'-]+", part)]
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


# Complete


@pytest.mark.parametrize("view", [None, *CameraView])
@pytest.mark.parametrize("discipline", [None, *Discipline])
@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_words_cues_and_drills_for_every_discipline_and_view(
    code: FindingCode, discipline: Discipline | None, view: CameraView | None
) -> None:
    advice = catalogue.advice_for(code, discipline, view)
    assert (advice.code, advice.discipline) == (code, catalogue.audience(discipline))
    assert all(advice_words(advice))
    assert advice.source
    assert " may " in advice.tentative_title or advice.tentative_title == advice.title
    assert (advice.number is not None) == (code in PLAY)
    for level in LEVELS:
        assert len(advice.cues[level]) >= 2
        assert advice.drills[level]
        assert len(set(advice.drills[level])) == len(advice.drills[level])
        assert [catalogue.drill(drill_id).id for drill_id in advice.drills[level]] == list(advice.drills[level])


def test_ids_and_names_of_drills_are_unique() -> None:
    drills = catalogue.CATALOGUE.drills
    assert len({drill.id for drill in drills}) == len({drill.name for drill in drills}) == len(drills)


@every_drill
def test_a_drill_is_complete(drill: CatalogueDrill) -> None:
    assert len(drill.steps) >= 3
    assert 5 <= drill.minutes <= 30
    assert drill.people in (1, 2)
    assert drill.sets
    assert drill.source
    assert drill.stop_rules or drill.id in ("film-check", "film-light")
    assert all(rule.startswith(("Stop", "Under 18", "Leave this drill out")) for rule in drill.stop_rules)
    if drill.people == 2:
        assert "Your helper" in " ".join(drill.steps)
    else:
        assert "helper" not in " ".join(drill.steps).lower()


def test_every_fault_of_play_can_be_worked_on_alone() -> None:
    for advice in catalogue.CATALOGUE.advice:
        for level in LEVELS:
            assert DRILLS[advice.drills[level][0]].people == 1


def test_every_drill_is_used() -> None:
    used = {drill_id for advice in catalogue.CATALOGUE.advice for ids in advice.drills.values() for drill_id in ids}
    for practice in catalogue.CATALOGUE.practice:
        used |= {*practice.keep, *practice.easy, practice.together, practice.recover, practice.warm_up}
        used |= {practice.light, practice.film, practice.check}
    assert used == set(DRILLS)


def test_two_copies_of_a_drill_share_nothing() -> None:
    one, other = catalogue.drill("bowl-line-walk"), catalogue.drill("bowl-line-walk")
    assert one == other
    one.steps.append("changed")
    one.stop_rules.append("changed")
    assert one != other
    assert catalogue.drill("bowl-line-walk") == other


def test_the_version_is_the_files() -> None:
    assert msgspec.to_builtins(catalogue.CATALOGUE)["version"] == catalogue.CATALOGUE_VERSION


# Safe

UNSAFE = {
    r"bowl.*through the gate|run on\b|run out through|chase the ball|through a doorway": "the protected area",
    r"nearer to the target|straight down the pitch|gate pull you": "the protected area",
    r"build strength first|get stronger": "a promise that no study keeps",
    r"step, (?:\w+, )?then swing|settle, then swing": "the downswing starts before the foot lands",
    r"bat's width": "cones that a ball can hardly pass",
    r"tap(?:s)? your shoulder|drops a (?:soft )?ball": "a helper within reach of the bat",
    r"hold(?:s)? (?:up )?(?:a|the) (?:stick|bat|pole|rope)|helper's stick": "a person where the arm or the ball goes",
    r"let the head follow": "the head leads",
    r"holds up .* fingers": "eyes off the target",
    r"\b(?:strains?|injures?|damages?|spares?|protects?|prevents?)\b": "an injury claim without proof",
}
LAUGHABLE = (
    r"surfboard|like a (?:cat|lift)|elbow badge|shoelace|shadow over|thin ice|full cup|brush the|edge of a pool"
    r"|out of a high window"
)
NOT_NATIVE = r"\b(?:the|a|this|your|good) films?\b|\bclips?\b|\banew\b|\baslant\b|\breckon|still does not do"


@every_entry
def test_nothing_sends_a_player_or_a_helper_into_harm(name: str) -> None:
    for text in ENTRIES[name]:
        for pattern, harm in UNSAFE.items():
            assert not re.search(pattern, text, re.IGNORECASE), f"{harm}: {text}"


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


@every_entry
def test_no_word_makes_a_coach_laugh_or_read_twice(name: str) -> None:
    for text in ENTRIES[name]:
        assert not re.search(f"{LAUGHABLE}|{NOT_NATIVE}", text, re.IGNORECASE), text


def test_a_bowler_leaves_the_pitch_after_release() -> None:
    """Law 41.13: nobody runs down the middle, not in practice either."""
    out = " ".join(DRILLS["bowl-off-the-strip"].steps)
    assert "1.5 metres in front of the popping crease: the protected area" in out
    assert "beside the pitch" in out
    assert "to the side" in " ".join(DRILLS["bowl-line-walk"].steps)
    for level in LEVELS:
        for cue in catalogue.advice_for("BALANCE_DRIFT", Discipline.BOWLING).cues[level]:
            assert not re.search(r"past the|come through|run", cue) or re.search(r"turn off|to the side", cue), cue


@every_drill
def test_balls_are_counted_where_a_bowler_bowls(drill: CatalogueDrill) -> None:
    steps = " ".join(drill.steps).lower()
    with_ball = re.search(r"\bballs?\b", steps + " ".join(drill.equipment)) and "no ball" not in steps
    assert (drill.balls > 0) == bool(drill.id == "film-bowling" or (drill.id.startswith("bowl-") and with_ball))
    assert drill.balls <= catalogue.CATALOGUE.load.balls_a_day
    said = re.match(r"(\d+) sets of (\d+)|(\d+) overs|(\d+) videos", drill.sets)
    if drill.balls:
        assert said is not None
        sets, each, overs, videos = (int(group or 0) for group in said.groups())
        assert drill.balls == sets * each + overs * 6 + videos
    else:
        assert "delivery" not in steps


def test_whoever_loads_the_back_is_told_when_to_stop() -> None:
    for drill in DRILLS.values():
        if drill.balls:
            assert any("back" in rule for rule in drill.stop_rules)
    assert "back pain means no bowling until a doctor" in catalogue.CATALOGUE.load.rules[-1]


def test_junior_limits_are_said_and_kept_with_room_for_a_match() -> None:
    load = catalogue.CATALOGUE.load
    assert (load.days, load.balls_a_week) == (3, 100)
    assert load.balls_a_plan + 36 <= load.balls_a_week  # six overs of a match
    words = " ".join(load.rules)
    assert "replace net balls" in words
    assert "No age was given, so junior limits apply" in words
    assert "the day before it and on the day after" in words
    assert f"{load.balls_a_week} balls a week" in words
    assert "Cricket Victoria" in load.source


@every_drill
def test_who_feeds_stands_behind_a_screen_with_a_soft_ball_and_a_helmeted_junior(drill: CatalogueDrill) -> None:
    steps = " ".join(drill.steps)
    if drill.id.startswith("bat-") and "feeds" in steps:
        assert "behind a screen" in steps
        assert "soft ball" in steps or any("soft ball" in item for item in drill.equipment)
        assert {"screen", "helmet"} <= set(drill.equipment)
        assert any("Under 18, wear a helmet" in rule for rule in drill.stop_rules)


@every_drill
def test_a_helper_of_a_bat_or_a_bowler_stands_at_a_distance(drill: CatalogueDrill) -> None:
    if drill.people == 2:
        assert re.search(r"metres|behind you|behind a screen", " ".join(drill.steps))


def test_what_an_arm_could_hit_is_three_metres_off_and_no_person() -> None:
    for drill_id in ("bowl-over-the-rope", "bowl-over-the-pole"):
        steps = " ".join(DRILLS[drill_id].steps)
        assert "three metres in front" in steps
        assert "Nobody" in steps
        assert DRILLS[drill_id].people == 1


def test_a_gate_for_a_batter_is_a_bats_length_wide() -> None:
    assert "a bat's length apart" in " ".join(DRILLS["bat-gate-drive"].steps)


def test_the_head_leads_and_the_bat_starts_before_the_foot_lands() -> None:
    """Taliep 2007; Stretch 1998: 0.36 s and 0.06 s before impact."""
    steps = " ".join(DRILLS["bat-step-to-the-marker"].steps)
    assert "lead with the head" in steps
    assert "bat start down before the foot lands" in steps


def test_bracing_advice_warns_juniors_and_sore_backs_and_comes_last() -> None:
    advice = catalogue.advice_for("KNEE_COLLAPSE", Discipline.BOWLING)
    assert "Never push juniors, or anyone with a sore back or knee, to lock the knee" in advice.why_it_matters
    assert "spinner" in advice.why_it_matters
    assert advice.last
    assert "does not build strength" in DRILLS["bowl-step-tall"].goal


def test_nothing_says_an_elbow_is_illegal_and_every_bowler_is_told_that_it_was_not_judged() -> None:
    assert "nothing about the legality" in catalogue.advice_for("ELBOW_DROP", Discipline.BOWLING).why_it_matters
    note = catalogue.practice_for(Discipline.BOWLING).note
    assert note is not None
    assert "elbow was not judged" in note
    assert "before training pace" in note


def test_what_is_known_from_baseball_is_said_to_be() -> None:
    assert "known from baseball, not from cricket" in catalogue.advice_for("ELBOW_DROP", None).why_it_matters


# True to what a view shows


@pytest.mark.parametrize("view", [None, CameraView.SIDE])
def test_side_on_nothing_is_said_of_a_heads_line(view: CameraView | None) -> None:
    advice = catalogue.advice_for("HEAD_MOVEMENT", Discipline.BOWLING, view)
    said = [advice.title, advice.tentative_title, *chain.from_iterable(advice.cues.values())]
    assert advice.strength is not None
    said += [advice.strength.title, advice.strength.tentative_title, advice.strength.why]
    assert not any(re.search(r"\bline\b|quiet|sideways", text) for text in said)
    assert "steady drop" in advice.strength.why
    assert "steady drop is not counted" in advice.why_it_matters


@pytest.mark.parametrize("view", [CameraView.FRONT, CameraView.BEHIND])
def test_along_the_pitch_the_heads_line_is_named(view: CameraView) -> None:
    assert "line" in catalogue.advice_for("HEAD_MOVEMENT", Discipline.BOWLING, view).title


@pytest.mark.parametrize("discipline", [None, *Discipline])
def test_nobody_is_praised_for_a_balance_that_everybody_has(discipline: Discipline | None) -> None:
    assert catalogue.advice_for("BALANCE_DRIFT", discipline).strength is None


# Plain


@every_entry
def test_a_reader_of_thirteen_can_read_it(name: str) -> None:
    texts = ENTRIES[name]
    longest = max((part for text in texts for part in sentences(text)), key=lambda part: len(part.split()))
    assert len(longest.split()) <= 24, longest
    assert grade(texts) <= 7.5, f"{grade(texts):.1f}"
    assert all(len(text) <= 160 for text in DRILLS[name].steps) if name in DRILLS else True
