from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise, product

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import at_most
from tests.support.scored import BASE, NAMES, all_at, with_score

from cricksy.analysis import thresholds as th
from cricksy.analysis.clock import slowed
from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import NOTHING_MORE, About
from cricksy.analysis.coaching.capture_quality import quality
from cricksy.analysis.coaching.findings import find, overall_level, pooled
from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.measure import Measurement
from cricksy.analysis.metrics.knee import KneeAction, KneeClass
from cricksy.analysis.slow_motion.judge import Judgement
from cricksy.analysis.track import VideoFacts
from cricksy.results.coaching import Finding, Findings, Level
from cricksy.results.measurements import MetricName, SlowMotion
from cricksy.results.player import EarlierClip, History, PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle, CameraView, Discipline

LEVELS: tuple[Level, ...] = ("low", "medium", "high")
ADULT_PACE = About(player=PlayerFacts(age_group=AgeGroup.ADULT, bowling_style=BowlingStyle.PACE))
BRACED = KneeAction(contact=170.0, least=166.0, release=168.0, kind="brace", most_bent=40)


def of_video(video: VideoFacts) -> Findings:
    return find(replace(BASE, video=video))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_good_scores_are_strengths() -> None:
    found = find(replace(all_at(0.95), knee=BRACED), ADULT_PACE)
    assert found.overall_level == "high"
    assert found.findings == []
    assert {strength.metric for strength in found.strengths} == set(NAMES) - {"balance_drift_score"}
    assert all(strength.cues and strength.why_it_matters for strength in found.strengths)


@pytest.mark.parametrize("discipline", [None, *Discipline])
@pytest.mark.parametrize("score", [0.1, 0.95])
def test_a_fault_a_strength_and_a_fault_of_the_video_say_what_their_words_rest_on(
    score: float, discipline: Discipline | None
) -> None:
    """Those of the catalogue, to the letter."""
    measured = replace(all_at(score), discipline=Judged(discipline, 0.9, "inferred"), knee=BRACED)
    measured = replace(measured, video=replace(measured.video, truncated=True))
    found = find(measured, ADULT_PACE)
    said = [*found.findings, *found.strengths]
    assert any(finding.metric is None for finding in said)
    assert any(finding.metric is not None for finding in said)
    for finding in said:
        advice = catalogue.advice_for(finding.code, ADULT_PACE.who(measured))
        assert advice is not None
        assert finding.source == advice.source


@pytest.mark.parametrize(("score", "severity"), [(0.45, "low"), (0.3, "medium"), (0.1, "high")])
def test_the_score_sets_the_severity(score: float, severity: Level) -> None:
    finding = find(with_score(all_at(0.95), "elbow_drop_score", score)).findings[0]
    assert (finding.code, finding.severity, finding.metric) == ("ELBOW_DROP", severity, "elbow_drop_score")
    assert finding.evidence.value is not None
    assert finding.evidence.threshold is not None
    assert finding.cues
    assert finding.drills


def test_an_error_changes_the_words_and_not_the_severity() -> None:
    for distance, expected in ((3.0, True), (30.0, False)):
        found = find(with_score(BASE, "elbow_drop_score", 0.1, distance=distance)).findings
        fault = next(finding for finding in found if finding.code == "ELBOW_DROP")
        assert fault.severity == "high"
        assert (" may " in fault.title) == expected


@pytest.mark.parametrize("kind", [None, "brace"])
def test_a_front_leg_is_only_said_to_hold_where_its_class_is_known(kind: KneeClass | None) -> None:
    strengths = find(replace(all_at(0.95), knee=replace(BRACED, kind=kind)), ADULT_PACE).strengths
    assert ("KNEE_COLLAPSE" in codes(strengths)) == (kind is not None)


def test_a_knee_whose_class_is_not_known_is_told_by_its_angles() -> None:
    knee = KneeAction(contact=172.0, least=150.0, release=155.0, kind=None, most_bent=40)
    measurement = replace(with_score(all_at(0.6), "front_knee_brace_score", 0.1), knee=knee)
    (told,) = find(measurement, ADULT_PACE).findings
    assert told.why_it_matters.endswith("155° at release, each ± 5°; 180° is straight.")


def test_low_confidence_says_may_and_lower_confidence_says_nothing() -> None:
    for confidence, expected in ((0.9, False), (0.5, True)):
        found = find(with_score(all_at(0.95), "head_stability_score", 0.1, confidence))
        assert (" may " in found.findings[0].title) == expected
        assert found.findings[0].confidence == confidence
    assert find(with_score(all_at(0.95), "head_stability_score", 0.1, 0.2)).findings == []


def test_what_is_just_sure_enough_is_said() -> None:
    least = th.FINDING_CONFIDENCE
    assert codes(find(with_score(all_at(0.95), "head_stability_score", 0.1, least)).findings) == ["HEAD_MOVEMENT"]
    assert find(with_score(all_at(0.95), "head_stability_score", 0.1, least - 0.001)).findings == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "balance_drift_score"])
def test_a_strength_that_is_not_sure_only_seems_or_looks(name: MetricName) -> None:
    for confidence, expected in ((0.9, False), (0.5, True)):
        strengths = find(replace(with_score(BASE, name, 0.95, confidence), knee=BRACED), ADULT_PACE).strengths
        title = next(strength.title for strength in strengths if strength.metric == name)
        assert (" seem" in title or " looks " in title) == expected


@pytest.mark.parametrize("score", [0.95, 0.1])
def test_the_front_knees_phases_and_class_are_told(score: float) -> None:
    knee = KneeAction(contact=172.0, least=150.0, release=155.0, kind="flexor", most_bent=40)
    found = find(replace(with_score(all_at(0.6), "front_knee_brace_score", score), knee=knee), ADULT_PACE)
    (told,) = [finding for finding in [*found.findings, *found.strengths] if finding.code == "KNEE_COLLAPSE"]
    assert "172° at landing, 150° at its most bent and 155° at release" in told.why_it_matters
    assert "It bent by 10° or more after landing." in told.why_it_matters


def test_missing_scores_are_no_faults() -> None:
    found = find(with_score(all_at(0.95), "head_stability_score", None))
    assert found.findings == []
    assert found.overall_level == "high"


@pytest.mark.parametrize("score", [0.95, 0.1])
def test_a_number_says_what_it_is(score: float) -> None:
    found = find(all_at(score))
    assert all(finding.evidence.what for finding in [*found.findings, *found.strengths] if finding.metric)


def test_the_number_of_the_other_rule_has_its_own_name() -> None:
    """What decides a knee may be how far it bends after landing, and not its angle at release."""
    base = with_score(all_at(0.95), "front_knee_brace_score", 0.1)
    own = msgspec.structs.replace(
        base.evidence["front_knee_brace_score"], value=base.metrics["front_knee_brace_score"].value
    )
    names = {
        next(
            iter(
                find(replace(base, evidence=base.evidence | {"front_knee_brace_score": evidence}), ADULT_PACE).findings
            )
        ).evidence.what
        for evidence in (own, msgspec.structs.replace(own, value=40.0))
    }
    assert names == {
        "angle of the front knee at release, 180° is straight",
        "how far the front knee bends after landing",
    }


def test_one_judged_metric_is_too_few_to_call_the_level_high() -> None:
    alone = all_at(0.95)
    for name in NAMES[1:]:
        alone = with_score(alone, name, 0.95, confidence=th.FINDING_CONFIDENCE - 0.001)
    assert [one.spec.name for one in pooled(alone)] == [NAMES[0]]
    assert find(alone).overall_level == "medium"
    two = with_score(alone, NAMES[1], 0.95)
    assert find(two).overall_level == "high"
    slight = with_score(alone, NAMES[1], 0.45)
    assert find(slight).overall_level == "medium"
    assert find(with_score(slight, NAMES[3], 0.95)).overall_level == "high"


def test_a_bowlers_front_knee_is_never_the_first_thing_to_work_on_beside_another() -> None:
    """A bent knee may cost pace; nobody was shown to be hurt by it, and a junior is not to be pushed to lock it."""
    both = with_score(with_score(all_at(0.95), "front_knee_brace_score", 0.05), "elbow_drop_score", 0.45)
    found = find(both, ADULT_PACE)
    assert codes(found.findings) == ["ELBOW_DROP", "KNEE_COLLAPSE"]


def test_words_about_the_head_fit_the_view() -> None:
    base = with_score(all_at(0.95), "head_stability_score", 0.1)
    titles = {
        view: find(replace(base, camera_view=Judged(view, 0.9, "inferred"))).findings[0].title for view in CameraView
    }
    assert "line" not in titles[CameraView.SIDE]
    assert "line" in titles[CameraView.FRONT]
    assert titles[CameraView.FRONT] == titles[CameraView.BEHIND]


def test_the_worst_fault_comes_first() -> None:
    found = find(with_score(with_score(all_at(0.95), "head_stability_score", 0.45), "elbow_drop_score", 0.05))
    assert codes(found.findings) == ["ELBOW_DROP", "HEAD_MOVEMENT"]


@given(st.lists(st.sampled_from(LEVELS), max_size=8), st.sampled_from(LEVELS), st.booleans())
def test_one_more_fault_never_improves_the_level(faults: list[Level], more: Level, sound: bool) -> None:  # noqa: FBT001 - hypothesis passes by name
    before = LEVELS.index(overall_level(faults, sound=sound))
    assert LEVELS.index(overall_level([*faults, more], sound=sound)) <= before


def level_of(scores: Sequence[float | None], about: About) -> int:
    measurement = BASE
    for name, score in zip(NAMES, scores, strict=True):
        measurement = with_score(measurement, name, score)
    return LEVELS.index(find(measurement, about).overall_level)


some_scores = st.lists(st.one_of(st.none(), st.floats(0.0, 1.0)), min_size=4, max_size=4)
whom = st.sampled_from([NOTHING_MORE, ADULT_PACE])


@at_most(100)
@given(some_scores, st.integers(0, 3), st.floats(0.0, th.FAULT_SCORE, exclude_max=True), whom)
def test_a_fault_where_there_was_none_never_raises_the_level(
    scores: list[float | None], which: int, fault: float, about: About
) -> None:
    """Whether the metric was good before, or was not judged."""
    was = scores[which]
    without = [*scores[:which], None if was is None or was < th.FAULT_SCORE else was, *scores[which + 1 :]]
    with_fault = [*scores[:which], fault, *scores[which + 1 :]]
    assert level_of(with_fault, about) <= level_of(without, about)


def test_every_choice_of_good_slight_and_unjudged_metrics_keeps_the_order_of_levels() -> None:
    """All of them: which metric is first judged, and in how many, decides nothing."""
    kinds = (None, 0.95, 0.45, 0.25, 0.05)
    levels = {scores: level_of(scores, ADULT_PACE) for scores in product(kinds, repeat=4)}
    for scores, level in levels.items():
        for place, score in enumerate(scores):
            swapped = {kind: levels[*scores[:place], kind, *scores[place + 1 :]] for kind in kinds}
            if score in {None, 0.95}:
                assert all(swapped[fault] <= level for fault in (0.45, 0.25, 0.05)), scores
            assert swapped[0.05] <= swapped[0.25] <= swapped[0.45] <= swapped[0.95], scores
            assert swapped[0.95] >= swapped[None], scores


@at_most(100)
@given(some_scores, st.integers(0, 3), st.floats(0.0, 1.0), whom)
def test_an_improvement_of_one_metric_never_lowers_the_level(
    scores: list[float | None], which: int, by: float, about: About
) -> None:
    score = scores[which]
    better = [*scores[:which], 1.0 if score is None else min(1.0, score + by), *scores[which + 1 :]]
    assert level_of(better, about) >= level_of(scores, about)


@at_most(60)
@given(
    st.lists(
        st.tuples(st.floats(0.0, th.FAULT_SCORE, exclude_max=True), st.floats(th.FINDING_CONFIDENCE, 1.0)),
        min_size=4,
        max_size=4,
    ),
    st.permutations([0.4, 0.6, 0.8, 1.0]),
)
def test_the_order_of_faults_is_of_their_scores_whatever_the_confidence(
    scored: list[tuple[float, float]], others: list[float]
) -> None:
    """So a mirrored film, of which each number is as high but not as sure, has the same order."""
    one, other = BASE, BASE
    for name, (score, confidence), another in zip(NAMES, scored, others, strict=True):
        one, other = with_score(one, name, score, confidence), with_score(other, name, score, another)
    found = find(one).findings
    assert codes(found) == codes(find(other).findings)
    places = dict(zip(NAMES, ((score, place) for place, (score, _) in enumerate(scored)), strict=True))
    ranks = [places[fault.metric] for fault in found if fault.metric is not None]
    assert ranks == sorted(ranks)


@at_most(60)
@given(some_scores, st.integers(0, 3))
def test_a_worse_score_never_improves_the_level(scores: list[float | None], which: int) -> None:
    base = BASE
    for name, score in zip(NAMES, scores, strict=True):
        base = with_score(base, name, score)
    worse = [with_score(base, NAMES[which], score) for score in np.linspace(scores[which] or 0.0, 0.0, 5)]
    for about in (NOTHING_MORE, ADULT_PACE):
        levels = [LEVELS.index(find(m, about).overall_level) for m in worse]
        assert all(later <= earlier for earlier, later in pairwise(levels))


@at_most(60)
@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=5), st.integers(0, 4), st.floats(0.0, 1.0))
def test_an_improvement_in_one_of_several_actions_never_lowers_the_level(
    scores: list[float], which: int, by: float
) -> None:
    which %= len(scores)
    better = [min(1.0, score + by) if place == which else score for place, score in enumerate(scores)]
    before, after = (LEVELS.index(find(*of_actions(some)).overall_level) for some in (scores, better))
    assert after >= before


@at_most(60)
@given(st.lists(st.floats(0.0, 0.49), min_size=4, max_size=4), st.floats(0.0, 60.0), st.floats(0.36, 1.0))
def test_the_severity_is_independent_of_the_error(scores: list[float], error: float, confidence: float) -> None:
    base, unsure = BASE, BASE
    for name, score in zip(NAMES, scores, strict=True):
        base = with_score(base, name, score)
        unsure = with_score(unsure, name, score, confidence)
        evidence = msgspec.structs.replace(unsure.evidence[name], error=error)
        metric = msgspec.structs.replace(unsure.metrics[name], error=error)
        metrics, known = unsure.metrics | {name: metric}, unsure.evidence | {name: evidence}
        unsure = replace(unsure, metrics=metrics, evidence=known)
    found = [{one.code: one.severity for one in find(each, ADULT_PACE).findings} for each in (base, unsure)]
    assert found[0] == found[1]


def of_actions(scores: list[float], name: MetricName = "head_stability_score") -> tuple[Measurement, About]:
    """A film of several actions: the first is its own, and each has another score."""
    first, *others = [with_score(all_at(0.95), name, score, distance=100.0 * score) for score in scores]
    return first, About(others=tuple(others))


@pytest.mark.parametrize(
    ("scores", "severity", "seen"),
    [
        ([0.1], "high", (1, 1)),
        ([0.1, 0.1, 0.9], "high", (2, 3)),
        ([0.9, 0.3, 0.3], "medium", (2, 3)),
        ([0.1, 0.9, 0.9], None, None),
        ([0.9, 0.9, 0.1], None, None),
    ],
)
def test_a_finding_is_pooled_over_the_films_actions(
    scores: list[float], severity: Level | None, seen: tuple[int, int] | None
) -> None:
    """The middle of the actions decides; what is shown is an action that shows it, the film's own if it does."""
    found = find(*of_actions(scores))
    faults = [one for one in found.findings if one.code == "HEAD_MOVEMENT"]
    assert [(one.severity, (one.seen_in, one.seen_of)) for one in faults] == (
        [] if seen is None else [(severity, seen)]
    )
    shown = [one.evidence.value for one in [*found.findings, *found.strengths] if one.code == "HEAD_MOVEMENT"]
    first = next(score for score in scores if (score < th.FAULT_SCORE) == (seen is not None))
    assert shown == [100.0 + 100.0 * first]


def test_an_action_in_which_it_could_not_be_judged_does_not_count() -> None:
    measurement, about = of_actions([0.1, 0.1])
    unsure = with_score(all_at(0.95), "head_stability_score", 0.9, confidence=0.1)
    fault = find(measurement, replace(about, others=(*about.others, unsure))).findings[0]
    assert (fault.seen_in, fault.seen_of) == (2, 2)


def test_every_fault_has_a_headline_and_no_strength_has_one() -> None:
    for score in (0.1, 0.95):
        found = find(replace(all_at(score), knee=BRACED), ADULT_PACE)
        assert all(one.headline and len(one.headline) <= 45 for one in found.findings)
        assert all(one.headline is None for one in found.strengths)
        assert all(one.seen_in == one.seen_of == 1 for one in [*found.findings, *found.strengths])
    knee = next(one for one in found.strengths if one.code == "KNEE_COLLAPSE")
    assert knee.reference is not None


@pytest.mark.parametrize(
    ("age", "style"),
    [(None, None), (None, BowlingStyle.PACE), (AgeGroup.ADULT, None), (AgeGroup.U19, BowlingStyle.PACE)],
)
def test_nothing_is_said_of_a_front_knee_where_it_may_not_be_an_adult_pace_bowlers(
    age: AgeGroup | None, style: BowlingStyle | None
) -> None:
    about = About(player=PlayerFacts(age_group=age, bowling_style=style))
    for score in (0.05, 0.95):
        found = find(replace(with_score(BASE, "front_knee_brace_score", score), knee=BRACED), about)
        assert "KNEE_COLLAPSE" not in codes([*found.findings, *found.strengths])


def test_a_drill_of_the_last_plan_comes_after_the_others_and_a_step_harder() -> None:
    measurement = with_score(all_at(0.95), "head_stability_score", 0.1)
    first = find(measurement).findings[0]
    earlier = EarlierClip(
        job_id="1",
        filmed_at=datetime(2026, 1, 1, tzinfo=UTC),
        discipline=Discipline.BOWLING,
        numbers=[],
        drill_ids=first.drill_ids[:1],
    )
    again = find(measurement, About(history=History(earlier=earlier))).findings[0]
    assert again.drill_ids == [*first.drill_ids[1:], first.drill_ids[0]]
    assert [drill.harder is None for drill in again.drills] == [drill.id in earlier.drill_ids for drill in again.drills]


def test_a_video_cut_short_is_poor() -> None:
    found = of_video(replace(BASE.video, truncated=True))
    assert "POOR_CAPTURE" in codes(found.findings)
    assert found.capture_quality.level == "medium"
    assert "Upload the original again" in found.capture_quality.notes[0]


def test_a_slow_video_is_poor_and_a_usual_one_gets_a_wish() -> None:
    assert "POOR_CAPTURE" in codes(of_video(replace(BASE.video, source_fps=15.0)).findings)
    usual = of_video(replace(BASE.video, source_fps=30.0))
    assert "POOR_CAPTURE" not in codes(usual.findings)
    assert "60" in usual.capture_quality.notes[0]


def test_a_small_figure_a_cut_body_and_a_crowd_are_noted() -> None:
    assert "POOR_CAPTURE" in codes(find(replace(BASE, scale_px=60.0)).findings)
    assert "POOR_CAPTURE" in codes(find(replace(BASE, whole_body_share=0.5)).findings)
    crowd = of_video(replace(BASE.video, people_seen=2))
    assert "POOR_CAPTURE" not in codes(crowd.findings)
    assert "more than one person" in crowd.capture_quality.notes[0]


def test_the_videos_faults_leave_the_level_alone() -> None:
    poor = find(replace(all_at(0.95), scale_px=60.0))
    assert poor.overall_level == "high"


def test_two_results_share_no_list() -> None:
    one, other = find(all_at(0.2)), find(all_at(0.2))
    one.findings[0].cues.append("changed")
    one.findings[0].drills[0].steps.append("changed")
    assert find(all_at(0.2)) == other


def test_a_film_that_repeats_its_images_is_told_its_true_rate() -> None:
    doubled = of_video(replace(BASE.video, source_fps=240.0, image_fps=30.0)).capture_quality.notes
    assert any("only 30 different ones in its 240" in note for note in doubled)
    slow = of_video(replace(BASE.video, source_fps=60.0, image_fps=15.0))
    assert "POOR_CAPTURE" in codes(slow.findings)


def test_who_filmed_fast_is_not_told_to_film_faster() -> None:
    said = SlowMotion(factor=4.0, source="tag", confidence=0.95)
    slow = replace(BASE, video=replace(BASE.video, source_fps=30.0, image_fps=30.0), speed=Judgement(slowed(4.0), said))
    assert not any("60 frames" in note for note in quality(slow).notes)


def test_a_gap_is_no_low_rate() -> None:
    seconds = BASE.video.decoded_ms + 20_000
    gone = replace(
        BASE, video=replace(BASE.video, decoded_ms=seconds, gap_ms=20_000.0), events=[], evidence={}, scores={}
    )
    notes = quality(gone).notes
    assert not any("frames a second were read" in note for note in notes)


def test_a_clock_that_jumps_is_said() -> None:
    found = of_video(replace(BASE.video, frames_left_out=60))
    assert any("no time of their own" in note for note in found.capture_quality.notes)
    assert "POOR_CAPTURE" in codes(found.findings)
    assert "POOR_CAPTURE" not in codes(of_video(replace(BASE.video, frames_left_out=1)).findings)


@pytest.mark.parametrize(("rejected", "is_said"), [(None, False), (0, False), (5, False), (40, True)])
def test_images_read_as_impossible_poses_are_said_where_they_are_many(rejected: int | None, *, is_said: bool) -> None:
    measurement = replace(BASE, frames_sampled=90, video=replace(BASE.video, frames_rejected=rejected))
    notes = [note for note in quality(measurement).notes if "no body can take" in note]
    note = (
        "Film in good light against a plain background, because 40 images were read as poses that no body can take, and"
        " were left out."
    )
    assert notes == ([note] if is_said else [])
