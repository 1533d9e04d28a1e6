from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import at_most
from tests.support.scored import BASE, NAMES, all_at, with_score

from cricksy.analysis.coaching.findings import FINDING_CONFIDENCE, find, overall_level
from cricksy.analysis.metrics.knee import KneeAction
from cricksy.analysis.track import Film
from cricksy.results.schema import Finding, Findings, Level, MetricName

LEVELS: tuple[Level, ...] = ("low", "medium", "high")


def of_film(film: Film) -> Findings:
    return find(replace(BASE, film=film))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_good_scores_are_strengths() -> None:
    found = find(all_at(0.95))
    assert found.overall_level == "high"
    assert found.findings == []
    assert len(found.strengths) == len(NAMES)
    assert all(strength.cues and strength.why_it_matters for strength in found.strengths)


@pytest.mark.parametrize(("score", "severity"), [(0.45, "low"), (0.3, "medium"), (0.1, "high")])
def test_the_score_sets_the_severity(score: float, severity: Level) -> None:
    finding = find(with_score(all_at(0.95), "elbow_drop_score", score)).findings[0]
    assert (finding.code, finding.severity, finding.metric) == ("ELBOW_DROP", severity, "elbow_drop_score")
    assert finding.evidence.value is not None
    assert finding.evidence.threshold is not None
    assert finding.cues
    assert finding.drills


def test_a_value_within_its_error_of_the_threshold_is_a_slight_and_tentative_fault() -> None:
    finding = find(with_score(BASE, "elbow_drop_score", 0.1, distance=3.0)).findings
    fault = next(f for f in finding if f.code == "ELBOW_DROP")
    assert fault.severity == "low"
    assert " may " in fault.title


def test_low_confidence_says_may_and_lower_confidence_says_nothing() -> None:
    for confidence, expected in ((0.9, False), (0.5, True)):
        found = find(with_score(all_at(0.95), "head_stability_score", 0.1, confidence))
        assert (" may " in found.findings[0].title) == expected
        assert found.findings[0].confidence == confidence
    assert find(with_score(all_at(0.95), "head_stability_score", 0.1, 0.2)).findings == []


def test_what_is_just_sure_enough_is_said() -> None:
    least = FINDING_CONFIDENCE
    assert codes(find(with_score(all_at(0.95), "head_stability_score", 0.1, least)).findings) == ["HEAD_MOVEMENT"]
    assert find(with_score(all_at(0.95), "head_stability_score", 0.1, least - 0.001)).findings == []


@pytest.mark.parametrize("name", NAMES)
def test_a_strength_that_is_not_sure_only_seems_or_looks(name: MetricName) -> None:
    for confidence, expected in ((0.9, False), (0.5, True)):
        strengths = find(with_score(BASE, name, 0.95, confidence)).strengths
        title = next(strength.title for strength in strengths if strength.metric == name)
        assert (" seem" in title or " looks " in title) == expected


@pytest.mark.parametrize("score", [0.95, 0.1])
def test_the_front_knees_phases_and_class_are_told(score: float) -> None:
    knee = KneeAction(contact=172.0, least=150.0, release=155.0, kind="flexor", most_bent=40)
    found = find(replace(with_score(all_at(0.6), "front_knee_brace_score", score), knee=knee))
    (told,) = [*found.findings, *found.strengths]
    assert "172° at landing, 150° at its most bent and 155° at release: it gave way" in told.why_it_matters


def test_missing_scores_are_no_faults() -> None:
    found = find(with_score(all_at(0.95), "head_stability_score", None))
    assert found.findings == []
    assert found.overall_level == "high"


def test_the_worst_fault_comes_first() -> None:
    found = find(with_score(with_score(all_at(0.95), "head_stability_score", 0.45), "elbow_drop_score", 0.05))
    assert codes(found.findings) == ["ELBOW_DROP", "HEAD_MOVEMENT"]


@given(st.lists(st.sampled_from(LEVELS), max_size=8), st.sampled_from(LEVELS), st.booleans())
def test_one_more_fault_never_improves_the_level(faults: list[Level], more: Level, sound: bool) -> None:  # noqa: FBT001 - hypothesis passes by name
    before = LEVELS.index(overall_level(faults, sound=sound))
    assert LEVELS.index(overall_level([*faults, more], sound=sound)) <= before


@at_most(60)
@given(st.lists(st.one_of(st.none(), st.floats(0.0, 1.0)), min_size=4, max_size=4), st.integers(0, 3))
def test_a_worse_score_never_improves_the_level(scores: list[float | None], which: int) -> None:
    base = BASE
    for name, score in zip(NAMES, scores, strict=True):
        base = with_score(base, name, score)
    worse = [with_score(base, NAMES[which], score) for score in np.linspace(scores[which] or 0.0, 0.0, 5)]
    levels = [LEVELS.index(find(m).overall_level) for m in worse]
    assert all(later <= earlier for earlier, later in pairwise(levels))


def test_a_film_cut_short_is_poor() -> None:
    found = of_film(replace(BASE.film, truncated=True))
    assert "POOR_CAPTURE" in codes(found.findings)
    assert found.capture_quality.level == "medium"
    assert "upload" in found.capture_quality.notes[0]


def test_a_slow_film_is_poor_and_a_usual_one_gets_a_wish() -> None:
    assert "POOR_CAPTURE" in codes(of_film(replace(BASE.film, source_fps=15.0)).findings)
    usual = of_film(replace(BASE.film, source_fps=30.0))
    assert "POOR_CAPTURE" not in codes(usual.findings)
    assert "60" in usual.capture_quality.notes[0]


def test_a_small_figure_a_cut_body_and_a_crowd_are_noted() -> None:
    assert "POOR_CAPTURE" in codes(find(replace(BASE, scale_px=60.0)).findings)
    assert "POOR_CAPTURE" in codes(find(replace(BASE, whole_body_share=0.5)).findings)
    crowd = of_film(replace(BASE.film, people_seen=2))
    assert "POOR_CAPTURE" not in codes(crowd.findings)
    assert "More than one person" in crowd.capture_quality.notes[0]


def test_the_films_faults_leave_the_level_alone() -> None:
    poor = find(replace(all_at(0.95), scale_px=60.0))
    assert poor.overall_level == "high"


def test_two_results_share_no_list() -> None:
    one, other = find(all_at(0.2)), find(all_at(0.2))
    one.findings[0].cues.append("changed")
    one.findings[0].drills[0].steps.append("changed")
    assert find(all_at(0.2)) == other
