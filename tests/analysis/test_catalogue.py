from typing import get_args

import msgspec
import pytest

from cricksy.analysis.coaching import catalogue
from cricksy.results.schema import FindingCode, Level
from cricksy.vocabulary import Discipline

# The timing of the turn is never measured, so there are no words for it.
CODES = [code for code in get_args(FindingCode) if code != "ROTATION_TIMING"]
LEVELS: tuple[Level, ...] = get_args(Level)


@pytest.mark.parametrize("discipline", [None, *Discipline])
@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_words_cues_and_drills_for_every_discipline(
    code: FindingCode, discipline: Discipline | None
) -> None:
    advice = catalogue.advice_for(code, discipline)
    assert advice.title
    assert " may " in advice.tentative_title or advice.tentative_title == advice.title
    assert advice.strength_title
    assert advice.tentative_strength_title
    assert advice.why_it_matters
    assert advice.strength_why
    for level in LEVELS:
        assert len(advice.cues[level]) >= 2
        assert advice.drills[level]
        assert len(set(advice.drills[level])) == len(advice.drills[level])
        assert [catalogue.drill(drill_id).id for drill_id in advice.drills[level]] == list(advice.drills[level])


def test_drills_are_complete_and_their_ids_and_names_are_unique() -> None:
    drills = catalogue.CATALOGUE.drills
    assert len({drill.id for drill in drills}) == len({drill.name for drill in drills}) == len(drills)
    for drill in drills:
        assert len(drill.steps) >= 3
        assert 5 <= drill.minutes <= 30
        assert drill.people in (1, 2)
        assert ("helper" in " ".join(drill.steps).lower()) == (drill.people == 2)


def test_every_fault_of_play_can_be_worked_on_alone() -> None:
    for advice in catalogue.CATALOGUE.advice:
        for level in LEVELS:
            assert any(catalogue.drill(drill_id).people == 1 for drill_id in advice.drills[level]) or level == "low"


def test_every_drill_is_used() -> None:
    used = {drill_id for advice in catalogue.CATALOGUE.advice for ids in advice.drills.values() for drill_id in ids}
    for practice in catalogue.CATALOGUE.practice:
        used |= {*practice.keep, practice.together, practice.recover, *practice.film}
    used |= set(catalogue.CATALOGUE.film_again)
    assert used == {drill.id for drill in catalogue.CATALOGUE.drills}


def test_bracing_advice_warns_juniors_and_sore_backs() -> None:
    words = catalogue.advice_for("KNEE_COLLAPSE", Discipline.BOWLING).why_it_matters
    assert "juniors" in words
    assert "back" in words


def test_nothing_says_an_elbow_is_illegal() -> None:
    words = catalogue.advice_for("ELBOW_DROP", Discipline.BOWLING).why_it_matters
    assert "nothing about the legality" in words


def test_two_copies_of_a_drill_share_nothing() -> None:
    one, other = catalogue.drill("bowl-gate"), catalogue.drill("bowl-gate")
    assert one == other
    one.steps.append("changed")
    assert one != other


def test_the_version_is_the_files() -> None:
    assert msgspec.to_builtins(catalogue.CATALOGUE)["version"] == catalogue.CATALOGUE_VERSION
