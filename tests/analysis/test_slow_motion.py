"""Slowed films: two clocks, what says how far a film is slowed, and what the body shows where nothing does."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

import msgspec
import numpy as np
import pytest
from bench.accuracy.slow_motion import NOISE, read
from bench.accuracy.slowed import STORED_FPS, Slowing, slow_down
from hypothesis import given as drawn
from hypothesis.strategies import floats, lists
from tests.support.examples import at_most
from tools.synthetic.camera import View
from tools.synthetic.film import Filmed, container, film
from tools.synthetic.player import draw, standard

from cricksy.analysis.assemble import Provenance, assemble, published_frames
from cricksy.analysis.clock import REAL, Clock, slowed
from cricksy.analysis.coaching.capture_quality import quality
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.rescore import rescore
from cricksy.analysis.slow_motion.judge import Judgement, judge, of_stored, stated_rate
from cricksy.analysis.track import Track, VideoFacts, pack
from cricksy.results.player import History
from cricksy.results.schema import Results
from cricksy.vocabulary import Discipline, Given

SIDE_ON: Final = View(orthographic=True)
EVENTS: Final = ("back_foot_contact", "front_foot_contact", "ball_release")


def shot(seed: int, fps: float) -> Filmed:
    return film(draw(seed, "bowling"), SIDE_ON, fps=fps, faults=NOISE, seed=seed)


def stored(filmed: Filmed, slowing: Slowing) -> tuple[Track, VideoFacts, dict[str, float]]:
    """The film as it is stored, and the frame of the file of each event."""
    track, kept = slow_down(filmed.track, slowing)
    frames = {
        name: float(np.interp(when * slowing.capture_fps, kept, np.arange(len(kept))))
        for name, when in filmed.truth.events.items()
    }
    return track, container(track, STORED_FPS), frames


def measured(track: Track, video: VideoFacts, given: Given) -> Measurement:
    return measure(read(track, video, given)[1], video, given)


def of_part(filmed: Filmed, capture_fps: float) -> Slowing:
    events = filmed.truth.events
    return Slowing(capture_fps, (events["back_foot_contact"] - 0.4, events["ball_release"] + 0.25))


@at_most(50)
@drawn(lists(floats(-1e5, 1e6), min_size=1, max_size=20))
def test_a_time_goes_to_the_other_clock_and_back(times: list[float]) -> None:
    film_ms = np.sort(np.array(times))
    for clock in (REAL, slowed(4.004), Clock((1.0, 8.0, 1.0), (1200.0, 7000.0)), Clock((8.0, 1.0), (500.0,))):
        world_ms = clock.world_ms(film_ms)
        assert np.all(np.diff(world_ms) >= 0)
        assert clock.film_ms(world_ms) == pytest.approx(film_ms, abs=1e-5)


def test_the_clocks_agree_at_zero_and_run_at_the_factor_of_each_part() -> None:
    clock = Clock((1.0, 4.0, 1.0), (1000.0, 5000.0))
    assert clock.world_ms(np.array([0.0, 1000.0, 3000.0, 5000.0, 6000.0])).tolist() == [0, 1000, 1500, 2000, 3000]
    assert [clock.factor_at(ms) for ms in (999.0, 1000.0, 4999.0, 5000.0)] == [1.0, 4.0, 4.0, 1.0]
    assert clock.later(1000.0, 250.0) == pytest.approx(2000.0)


def test_a_film_at_its_true_speed_keeps_its_times_to_the_bit() -> None:
    times = np.array([0.1, 33.366, 1e5 / 3])
    assert REAL.world_ms(times) is times


FACTS: Final = container(film(standard(), fps=30.0).track, 30.0)


@pytest.mark.parametrize(
    ("source", "images", "tag", "said", "factor", "by"),
    [
        (30.0, 30.0, 120.0, None, 4.0, "tag"),
        (29.97, 29.97, 240.0, None, 8.008, "tag"),
        (30.0, 30.0, 120.0, 240.0, 8.0, "given"),
        (30.0, 30.0, None, 120.0, 4.0, "given"),
        # What is shown at its own rate, and a phone that dropped images in the dark, are not slowed.
        (240.0, 240.0, 240.0, None, 1.0, "tag"),
        (240.0, 240.0, None, 240.0, 1.0, "given"),
        (15.0, 15.0, 30.0, None, 1.0, "tag"),
        (119.3, 119.3, 120.0, None, 1.0, "tag"),
        # Every image twice: what counts is how long each is shown.
        (60.0, 30.0, 120.0, None, 4.0, "tag"),
        (240.0, 30.0, None, 240.0, 1.0, "given"),
        # Fewer images than the file shows were never taken: the tag counts, then the body.
        (30.0, 30.0, 120.0, 12.0, 4.0, "tag"),
        (30.0, 30.0, None, 12.0, 1.0, "inferred"),
        (30.0, 30.0, 24.0, None, 1.0, "inferred"),
    ],
)
def test_what_is_said_of_the_camera(  # noqa: PLR0913, PLR0917 - a row of the table
    source: float, images: float, tag: float | None, said: float | None, factor: float, by: str
) -> None:
    video = replace(FACTS, source_fps=source, image_fps=images, capture_fps=tag)
    # Who only stands denies no tag.
    filmed = film(standard("bowling" if by == "inferred" else "standing"), fps=30.0)
    slow = judge(filmed.track, video, Given(capture_fps=said)).slow_motion
    assert (slow.factor, slow.given_fps) == (pytest.approx(factor, abs=0.01), said)
    assert slow.source == by


def test_a_rate_below_the_films_own_is_not_believed() -> None:
    assert stated_rate(replace(FACTS, capture_fps=None), Given(capture_fps=10.0)) is None
    told = measured(film(standard(), fps=30.0).track, FACTS, Given(capture_fps=10.0))
    assert any("You said that it was shot at 10" in note for note in quality(told).notes)


@pytest.mark.parametrize("capture_fps", [120.0, 240.0])
@pytest.mark.parametrize("seed", [7001, 7002])
@pytest.mark.parametrize("told", [True, False])
def test_a_slowed_delivery_is_measured_in_the_worlds_time(seed: int, capture_fps: float, *, told: bool) -> None:
    filmed = shot(seed, capture_fps)
    track, video, frames = stored(filmed, Slowing(capture_fps))
    found = measured(track, video, Given(capture_fps=capture_fps if told else None))
    slow = found.speed.slow_motion
    assert slow.factor == pytest.approx(capture_fps / STORED_FPS)
    assert slow.source == ("given" if told else "inferred")
    events = {event.name: event for event in found.events}
    assert set(events) == set(EVENTS)
    release = events["ball_release"]
    assert release.frame == pytest.approx(frames["ball_release"], abs=2)
    assert release.t_ms == pytest.approx(release.frame * 1000 / STORED_FPS, abs=0.001)
    world_s = found.speed.clock.world_ms(np.array([events[name].t_ms for name in EVENTS])) / 1000
    truth = [filmed.truth.events[name] for name in EVENTS]
    assert world_s == pytest.approx(truth, abs=0.05)
    assert found.rate is not None
    assert found.rate > 80
    assert quality(found).notes == []


@pytest.mark.parametrize("seed", range(7010, 7016))
@pytest.mark.parametrize("fps", [30.0, 60.0])
def test_a_film_at_its_true_speed_is_never_called_slowed(seed: int, fps: float) -> None:
    filmed = shot(seed, fps)
    slow = judge(filmed.track, container(filmed.track, fps), Given()).slow_motion
    assert (slow.factor, slow.source, slow.seems) == (1.0, "inferred", None)


@pytest.mark.parametrize("doing", ["walking", "standing"])
def test_who_does_not_bowl_shows_nothing_and_is_not_asked(doing: str) -> None:
    filmed = film(standard("walking" if doing == "walking" else "standing"), fps=30.0)
    slow = judge(filmed.track, filmed.video, Given()).slow_motion
    assert (slow.factor, slow.source, slow.confidence, slow.seems) == (1.0, "none", 0.0, None)


@pytest.mark.parametrize("seed", [7020, 7021, 7022])
@pytest.mark.parametrize("easing", [0.0, 0.2])
def test_a_film_that_is_slowed_in_the_middle_has_a_clock_of_parts(seed: int, easing: float) -> None:
    filmed = shot(seed, 240.0)
    slowing = replace(of_part(filmed, 240.0), easing=easing)
    track, video, frames = stored(filmed, slowing)
    judged, _ = read(track, video, Given(capture_fps=240.0))
    ends = np.array([frames["back_foot_contact"], frames["ball_release"]]) * 1000 / STORED_FPS
    took_s = float(np.diff(judged.clock.world_ms(ends))[0]) / 1000
    truth = filmed.truth.events["ball_release"] - filmed.truth.events["back_foot_contact"]
    assert took_s == pytest.approx(truth, rel=0.05)
    unsaid = read(track, video, Given())[0]
    right = unsaid.clock.factor_at(float(ends[1])) == pytest.approx(8.0)
    assert right or unsaid.slow_motion.source == "none"


def test_where_every_image_is_kept_their_spacing_is_the_clock() -> None:
    filmed = shot(7030, 120.0)
    first_s, last_s = of_part(filmed, 120.0).part or (0.0, 0.0)
    inside = (filmed.truth.t_s >= first_s) & (filmed.truth.t_s < last_s)
    shown = np.concatenate([[0.0], np.cumsum(np.where(inside, 1000 / 30, 1000 / 120))[:-1]])
    track = replace(filmed.track, t_ms=shown)
    judged = judge(track, replace(container(track, 48.0), image_fps=48.0), Given(capture_fps=120.0))
    world_ms = judged.clock.world_ms(shown)
    assert [part.factor for part in judged.slow_motion.parts] == [1.0, 4.0, 1.0]
    assert np.diff(world_ms) == pytest.approx(1000 / 120, abs=0.01)


@pytest.mark.parametrize("fps", [60.0, 120.0])
@pytest.mark.parametrize("dark_from", [0.9, 1.5, 1.7, 1.8])
@pytest.mark.parametrize("how", ["untold", "tag", "given"])
def test_a_phone_that_halves_its_rate_in_the_dark_slows_nothing(fps: float, dark_from: float, how: str) -> None:
    """Whether the run-up, the stride or the arm is the first that it is too dark for."""
    filmed = film(draw(5, "bowling"), fps=fps)
    seconds = filmed.track.t_ms / 1000
    kept = np.flatnonzero((seconds < dark_from) | (np.arange(len(seconds)) % 2 == 0))
    track = replace(filmed.track.take(kept), frame=np.arange(len(kept)))
    images = 1000 * (len(kept) - 1) / float(track.t_ms[-1])
    video = replace(container(track, images), image_fps=images, capture_fps=fps if how == "tag" else None)
    found = measured(track, video, Given(capture_fps=fps if how == "given" else None))
    assert (found.speed.slow_motion.factor, found.speed.slow_motion.parts) == (1.0, [])
    assert found.speed.slow_motion.source == ("inferred" if how == "untold" else how)
    times = {event.name: event.t_ms / 1000 for event in found.events}
    assert times == {name: pytest.approx(filmed.truth.events[name], abs=2 / fps) for name in EVENTS}


def whole_results(track: Track, video: VideoFacts, given: Given) -> Results:
    measurement = measured(track, video, given)
    findings = find(measurement)
    report = write_report(findings, measurement)
    return assemble(
        measurement, findings, report, published_frames(track), Provenance(None, {}), given=Given(), history=History()
    )


def test_a_correction_in_a_slowed_film_is_of_the_films_time() -> None:
    filmed = shot(7001, 120.0)
    track, video, frames = stored(filmed, Slowing(120.0))
    results = whole_results(track, video, Given(capture_fps=120.0))
    release_ms = round(frames["ball_release"]) * 1000 / STORED_FPS
    again = msgspec.json.decode(
        rescore(msgspec.json.encode(results), pack(track), {"ball_release": release_ms}), type=Results
    )
    before, after = results.pose.pose_summary, again.pose.pose_summary
    assert after.slow_motion == before.slow_motion
    events = {event.name: event for event in after.events}
    assert events["ball_release"].t_ms == pytest.approx(release_ms, abs=0.001)
    assert events["ball_release"].frame == round(frames["ball_release"])
    for name in ("back_foot_contact", "front_foot_contact"):
        was = next(event for event in before.events if event.name == name)
        assert events[name].t_ms == pytest.approx(was.t_ms, abs=70)
    series = again.metrics["front_knee_brace_score"].series
    assert series is not None
    assert series.t_ms[0] <= events["ball_release"].t_ms <= series.t_ms[-1] + 34


def test_stored_results_give_their_clock_back() -> None:
    clocks = {of_stored(judged.slow_motion).clock: judged.clock for judged in judgements()}
    assert all(kept == clock for kept, clock in clocks.items())
    assert {len(clock.factors) for clock in clocks} == {1, 3}


def judgements() -> Iterator[Judgement]:
    for seed in range(7020, 7024):
        filmed = shot(seed, 120.0)
        for slowing in (Slowing(120.0), of_part(filmed, 120.0)):
            track, video, _ = stored(filmed, slowing)
            yield judge(track.take(np.arange(0, len(track.frame), 2)), video, Given(capture_fps=120.0))


def test_who_films_slowly_is_asked_and_not_told_to_upload_it_as_it_was_shot() -> None:
    filmed = film(standard("batting"), fps=240.0)
    track, video, _ = stored(filmed, Slowing(240.0))
    untold = quality(measured(track, video, Given())).notes
    assert any("capture_fps" in note for note in untold)
    told = quality(measured(track, video, Given(capture_fps=240.0))).notes
    assert not any("capture_fps" in note or "60 frames" in note for note in told)
    assert not any("as it was shot" in note for note in [*untold, *told])


def questions(measurement: Measurement) -> list[str]:
    return [note for note in quality(measurement).notes if "capture_fps" in note]


@pytest.mark.parametrize("how", ["told", "tagged", "untold"])
@pytest.mark.parametrize("times", [1, 2, 4, 8])
@pytest.mark.parametrize("seed", [7100, 7103, 7107])
def test_of_a_stroke_the_rate_is_asked_for_once_where_nobody_says_it(seed: int, times: int, how: str) -> None:
    """No stroke shows how far it is slowed: neither one that is measured as if it were as shot nor one not found."""
    capture_fps = times * STORED_FPS
    filmed = film(draw(seed, "batting"), SIDE_ON, fps=capture_fps, faults=NOISE, seed=seed)
    track, video, _ = stored(filmed, Slowing(capture_fps))
    video = replace(video, capture_fps=capture_fps if how == "tagged" else None)
    found = measured(track, video, Given(capture_fps=capture_fps if how == "told" else None))
    slow, notes = found.speed.slow_motion, quality(found).notes
    assert (slow.factor, slow.source) == {
        "told": (times, "given"),
        "tagged": (times, "tag"),
        "untold": (1.0, "none"),
    }[how]
    assert len(questions(found)) == (how == "untold")
    assert any("this video has 30" in note for note in notes) == (how != "untold" and times == 1)
    if how == "untold":
        timed = [one.name for one in found.measures if one.value is not None and one.unit in {"ms", "H/s", "m/s"}]
        assert timed == [], "a time of a clock that is not known"


@pytest.mark.parametrize("before_s", [0.15, 0.3, None])
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("seed", [7200, 7207, 7212, 7215])
def test_of_a_bowler_the_rate_is_asked_for_once_where_his_body_leaves_it_open(
    seed: int, times: int, before_s: float | None
) -> None:
    """A film that begins shortly before the front foot lands shows no bound and no run-up."""
    capture_fps = times * STORED_FPS
    track, _, frames = stored(shot(seed, capture_fps), Slowing(capture_fps))
    if before_s is not None:
        first = int(frames["front_foot_contact"] - before_s * capture_fps)
        track = track.take(np.arange(first, len(track.frame)))
    video = container(track, STORED_FPS)
    found = measured(track, video, Given())
    assert len(questions(found)) == (found.speed.slow_motion.source == "none")
    told = measured(track, video, Given(capture_fps=capture_fps))
    assert told.events
    assert questions(told) == []
    if before_s == 0.15:
        assert found.speed.slow_motion.source == "none"


def as_rated(filmed: Filmed, fps: float, tag: float | None = None, said: float | None = None) -> Measurement:
    """A film at its true speed, of whose rate the file and the coach say something."""
    video = replace(container(filmed.track, fps), capture_fps=tag)
    return measured(filmed.track, video, Given(capture_fps=said))


@pytest.mark.parametrize("seed", [7010, 7011, 7012])
@pytest.mark.parametrize("times", [2, 4, 8])
def test_a_tag_that_the_body_denies_sets_no_clock(seed: int, times: int) -> None:
    """Editors keep the tag of a film that they show at its true speed."""
    filmed = shot(seed, 30.0)
    found, plain = as_rated(filmed, 30.0, tag=30.0 * times), as_rated(filmed, 30.0)
    slow = found.speed.slow_motion
    assert (slow.factor, slow.source, slow.seems, slow.parts) == (1.0, "none", times, [])
    assert slow.confidence < 1.0
    assert (found.events, found.metrics, found.measures) == (plain.events, plain.metrics, plain.measures)
    (note,) = [note for note in quality(found).notes if "slowed" in note]
    assert f"slowed {times}×, but the player does not move that way" in note
    assert "upload it again" in note
    assert not any("60 frames" in note for note in quality(found).notes)


@pytest.mark.parametrize("tag", [1000.5, 1e5, 1e9, 0.5])
def test_a_tag_that_no_camera_films_at_is_no_tag(tag: float) -> None:
    filmed = shot(7010, 30.0)
    assert as_rated(filmed, 30.0, tag=tag).speed == as_rated(filmed, 30.0).speed


@pytest.mark.parametrize("who", ["bowling", "batting"])
@pytest.mark.parametrize(("tag", "said"), [(None, 1000.0), (None, 240.0), (240.0, None)])
def test_a_rate_is_asked_for_where_nothing_is_found_by_it(
    who: Literal["bowling", "batting"], tag: float | None, said: float | None
) -> None:
    found = as_rated(film(standard(who), fps=30.0), 30.0, tag, said)
    slow, notes = found.speed.slow_motion, quality(found).notes
    assert slow.factor > 1.0 or found.events
    asks = [note for note in notes if f"slowed {slow.factor:.3g}×" in note and "upload it again" in note]
    assert bool(asks) == (not found.events)
    assert all(note in write_report(find(found), found).summary for note in asks)
    if slow.factor > 1.0:
        assert not any("60 frames" in note or "If the video is slowed" in note for note in notes)


def test_of_a_discipline_without_events_no_rate_is_asked_for() -> None:
    """Nothing is looked for, so that nothing is found says nothing."""
    filmed = film(standard(), fps=60.0)
    told = measured(filmed.track, filmed.video, Given(Discipline.FIELDING, capture_fps=240.0))
    assert told.speed.slow_motion.factor == pytest.approx(4.0, abs=0.1)
    assert not any("capture_fps" in note for note in quality(told).notes)
