"""A film of several actions: each is found once, read like that of a short clip, and measured by itself."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.support.overs import FINE_S, measured, read_track
from tests.support.stored import read as results_in
from tests.support.stored import results_of
from tools.synthetic.faults import Faults
from tools.synthetic.film import film
from tools.synthetic.over import Over, joined, over
from tools.synthetic.player import draw, standard

from cricksy.analysis.actions import Measured, measure_actions
from cricksy.analysis.coaching.capture_quality import quality
from cricksy.analysis.measure import measure
from cricksy.analysis.rescore import rescore
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.suited import suited
from cricksy.analysis.track import Track, pack
from cricksy.results.actions import FilmAction
from cricksy.vocabulary import Discipline, Given
from cricksy_worker.vision.athletes import LONG_FILM
from cricksy_worker.vision.extract import Extraction
from cricksy_worker.vision.parts_reading import READINGS
from cricksy_worker.vision.stills import ACTION_IMAGES, Stills

NOISE = Faults(jitter=2.0)
LEGS = range(25, 33)


def reversed_in_time(track: Track) -> Track:
    return replace(track, landmarks=track.landmarks[::-1].copy())


def slowed(track: Track, times: int) -> Track:
    return replace(
        track, landmarks=np.repeat(track.landmarks, times, axis=0), frame=np.arange(times * len(track.frame))
    )


def cross_faded(one: Track, other: Track, frames: int) -> list[Track]:
    """The first film up to its fade, and the second one from the middle of it: a detector sees the stronger image."""
    half = frames // 2
    return [one.take(np.arange(len(one.frame) - half)), other.take(np.arange(half, len(other.frame)))]


def with_legs_misread(track: Track, until_s: float, *, frames: int = 6, by: float = 60.0) -> Track:
    landmarks = track.landmarks.copy()
    last = int(np.searchsorted(track.t_ms, until_s * 1000))
    landmarks[last - frames : last, np.asarray(LEGS), 0] += by
    return replace(track, landmarks=landmarks)


def waved(track: Track) -> Track:
    """One who stands swings one arm to and fro, three times in two seconds."""
    landmarks = track.landmarks.copy()
    arm = [Joint.ELBOW, Joint.WRIST, *range(17, 23, 2)]
    shoulder = landmarks[:, Joint.SHOULDER, None, :2]
    x, y = np.moveaxis(landmarks[:, arm, :2] - shoulder, -1, 0)
    turned = (np.sin(3 * np.pi * track.t_ms / 1000.0))[:, None]
    landmarks[:, arm, 0] = shoulder[..., 0] + np.cos(turned) * x - np.sin(turned) * y
    landmarks[:, arm, 1] = shoulder[..., 1] + np.sin(turned) * x + np.cos(turned) * y
    return replace(track, landmarks=landmarks)


def nobody(like: Track, frames: int) -> Track:
    part = like.take(np.arange(frames))
    return replace(part, landmarks=np.full_like(part.landmarks, np.nan))


def actions_of(parts: Sequence[Track], file: Path, fps: float = 60.0) -> list[FilmAction]:
    return measured(read_track(joined(parts, fps), fps, file)).actions.listed


@pytest.fixture(scope="module")
def six() -> Over:
    return over(50_001, faults=NOISE)


@pytest.fixture(scope="module")
def read(six: Over, tmp_path_factory: pytest.TempPathFactory) -> Extraction:
    return read_track(six.track, six.fps, tmp_path_factory.mktemp("over") / "a.mp4")


def test_every_ball_of_an_over_is_found_with_the_events_of_the_single_clip(six: Over, read: Extraction) -> None:
    actions = measured(read).actions.listed
    assert [(action.index, action.discipline, action.read) for action in actions] == [
        (ball, Discipline.BOWLING, "fine") for ball in range(6)
    ]
    for action, start, delivery in zip(actions, six.starts, six.deliveries, strict=True):
        single = measure(delivery.track, delivery.video, Given()).events
        assert [event.name for event in action.events] == [event.name for event in single]
        for found, alone in zip(action.events, single, strict=True):
            assert abs(found.frame - start - alone.frame) <= 1, found
    windows = [action.window for action in actions]
    assert all(one.end_ms < other.start_ms for one, other in pairwise(windows))


def test_the_film_is_summed_up_by_its_best_measured_action(read: Extraction) -> None:
    film = measured(read)
    primary = film.actions.primary
    assert primary is not None
    shown = film.actions.listed[primary]
    judged = [sum(metric.score is not None for metric in action.metrics.values()) for action in film.actions.listed]
    assert judged[primary] == max(judged) > 0
    assert film.main.events == shown.events
    assert film.fine_window_ms == (shown.window.start_ms, shown.window.end_ms)
    assert {name: metric.value for name, metric in film.main.metrics.items()} == {
        name: metric.value for name, metric in shown.metrics.items()
    }
    assert film.actions.reason is not None
    assert f"Of 6 actions it is the best measured: {judged[primary]} of 5" in film.actions.reason
    assert (film.main.frames_sampled, film.main.frames_detected) == (
        len(read.track.frame),
        int(read.track.detected.sum()),
    )


def test_beyond_the_number_that_is_read_finely_actions_are_listed_with_their_times(six: Over, tmp_path: Path) -> None:
    done: list[float] = []
    found = read_track(six.track, six.fps, tmp_path / "a.mp4", max_actions=2, progress=done.append)
    actions = measured(found).actions.listed
    assert [action.read for action in actions] == ["fine"] * 2 + ["coarse"] * 4
    for action, events in zip(actions, six.events, strict=True):
        assert action.window.start_ms < events["ball_release"] * 1000.0 < action.window.end_ms
    fine = found.track.t_ms[found.track.model == 1]
    assert len(fine) <= 2 * 120
    assert done == sorted(done)
    assert max(done) <= 1.0


def test_of_a_film_of_more_than_a_minute_every_action_is_listed(tmp_path: Path) -> None:
    balls = 10
    longer = over(50_006, balls=balls, fps=30.0, faults=NOISE)
    assert longer.seconds > LONG_FILM / 15
    actions = measured(read_track(longer.track, 30.0, tmp_path / "a.mp4")).actions.listed
    assert [action.read for action in actions] == ["fine"] * 6 + ["coarse"] * (balls - 6)
    for action, events in zip(actions, longer.events, strict=True):
        assert action.window.start_ms < events["ball_release"] * 1000.0 < action.window.end_ms


def test_however_often_somebody_waves_few_parts_are_read_finely(tmp_path: Path) -> None:
    seconds, fps, most = 120, 30, 2
    waving = waved(film(standard("standing"), fps=fps).track)
    track = joined([waving] * math.ceil(seconds * fps / len(waving.frame)), fps).take(np.arange(seconds * fps))
    seen: list[float] = []
    found = read_track(track, fps, tmp_path / "a.mp4", max_actions=most, detected=seen.append)
    assert measured(found).actions.listed == []
    finely = READINGS * most * FINE_S * fps
    assert finely <= len(seen) - seconds * 15 <= 1.5 * finely


def test_a_film_of_one_action_is_read_as_if_there_were_no_others(tmp_path: Path) -> None:
    track = film(standard("bowling"), faults=NOISE).track
    found = read_track(track, 60.0, tmp_path / "a.mp4")
    assert [part.read for part in found.parts] == ["fine"]
    alone = suited(measure(found.track, found.video, Given()), Given())
    film_of_one = measured(found)
    assert film_of_one.main == alone
    assert film_of_one.actions.primary == 0
    assert film_of_one.actions.listed[0].events == alone.events


def test_where_nobody_acts_no_action_is_listed(tmp_path: Path) -> None:
    track = film(standard("standing")).track
    film_of_none = measured(read_track(track, 60.0, tmp_path / "a.mp4"))
    assert film_of_none.actions.listed == []
    assert (film_of_none.actions.primary, film_of_none.actions.reason) == (None, None)


COPIES = ("reversed", "replayed", "legs misread for a moment", "legs misread at first", "slowed", "reversed slowly")


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_of_a_delivery_is_not_another_one(kind: str, tmp_path: Path) -> None:
    track = film(standard("bowling"), faults=Faults(jitter=1.0)).track
    release_s = film(standard("bowling")).truth.events["ball_release"]
    copies = {
        "reversed": reversed_in_time(track),
        "replayed": film(standard("bowling"), faults=Faults(jitter=1.0), seed=7).track,
        "legs misread for a moment": with_legs_misread(track, release_s),
        "legs misread at first": with_legs_misread(track, release_s - 0.42, frames=17, by=150.0),
        "slowed": slowed(track, 2),
        "reversed slowly": reversed_in_time(slowed(track, 2)),
    }
    (action,) = actions_of([track, nobody(track, 40), copies[kind]], tmp_path / "a.mp4")
    assert action.discipline is Discipline.BOWLING
    assert action.window.start_ms < release_s * 1000 < action.window.end_ms


def test_deliveries_that_are_faded_into_one_another_are_each_found_once(tmp_path: Path) -> None:
    first, second = over(50_002, balls=2, faults=NOISE).deliveries
    actions = actions_of(cross_faded(first.track, second.track, 12), tmp_path / "a.mp4")
    assert [action.discipline for action in actions] == [Discipline.BOWLING] * 2


def test_strokes_are_found_one_by_one(tmp_path: Path) -> None:
    strokes = [film(draw(seed, "batting", "right"), faults=NOISE, seed=seed) for seed in (50_004, 50_005)]
    gap = nobody(strokes[0].track, 40)
    actions = actions_of([strokes[0].track, gap, strokes[1].track], tmp_path / "a.mp4")
    assert [action.discipline for action in actions] == [Discipline.BATTING] * 2
    starts = (0.0, (len(strokes[0].track.frame) + 40) / 60.0)
    for action, stroke, start in zip(actions, strokes, starts, strict=True):
        impact = next(event for event in action.events if event.name == "impact")
        assert abs(impact.t_ms / 1000.0 - start - stroke.truth.events["impact"]) <= 2.5 / 60.0


def test_who_bowls_and_then_bats_in_one_shot_does_both(tmp_path: Path) -> None:
    delivery, stroke = (film(draw(50_004, doing, "right"), faults=NOISE) for doing in ("bowling", "batting"))
    actions = actions_of([delivery.track, nobody(delivery.track, 40), stroke.track], tmp_path / "a.mp4")
    assert [action.discipline for action in actions] == [Discipline.BOWLING, Discipline.BATTING]
    start = (len(delivery.track.frame) + 40) / 60.0
    times = {event.name: event.t_ms / 1000.0 for action in actions for event in action.events}
    assert abs(times["ball_release"] - delivery.truth.events["ball_release"]) <= 2.5 / 60.0
    assert abs(times["impact"] - start - stroke.truth.events["impact"]) <= 2.5 / 60.0


def test_several_actions_share_the_images_that_one_may_have(six: Over, tmp_path: Path) -> None:
    stills = Stills(tmp_path / "stills")
    found = read_track(six.track, six.fps, tmp_path / "a.mp4", stills=stills)
    index = stills.index()
    assert index is not None
    of_actions = [item for item in index.items if item.action is not None]
    assert len(of_actions) <= ACTION_IMAGES
    assert {(item.width, item.height) for item in of_actions} == {(index.width, index.height)}
    for action in measured(found).actions.listed:
        frames = {item.frame for item in of_actions if item.action == action.index}
        assert {event.frame for event in action.events if event.name == "ball_release"} <= frames
        window = [action.window.start_ms, action.window.end_ms]
        assert all(window[0] <= item.t_ms <= window[1] for item in of_actions if item.action == action.index)


def test_of_a_part_without_an_action_no_image_is_kept(tmp_path: Path) -> None:
    delivery = film(standard("bowling"), faults=NOISE).track
    gap = nobody(delivery, 40)
    # Backwards it is fast enough to be looked at, and no delivery.
    track = joined([reversed_in_time(delivery), gap, delivery], 60.0)
    file = tmp_path / "stills"
    stills = Stills(file)
    found = read_track(track, 60.0, tmp_path / "a.mp4", stills=stills)
    index = stills.index()
    assert index is not None
    (part,) = found.parts
    kept = [item for item in index.items if item.action is not None]
    assert {item.action for item in kept} == {0}
    assert all(part.start_ms <= item.t_ms <= part.end_ms for item in kept)
    last = max(index.items, key=lambda item: item.offset)
    assert file.stat().st_size == last.offset + last.length


TAKES, PEOPLE = "cut together", "more than one person"


def said(film: Measured, about: str) -> list[str]:
    return [note for note in quality(film.main).notes if about in note]


def in_shots(parts: Sequence[Track], file: Path, *, cut: bool = True) -> Extraction:
    """What is read of ``parts``, one after another, and each a shot of its own where they are ``cut``."""
    ends = np.cumsum([len(part.frame) for part in parts])[:-1].tolist()
    return read_track(joined(parts, 60.0), 60.0, file, cuts=ends if cut else ())


def balls(count: int) -> list[Track]:
    return [each.track for each in over(50_002, balls=count, faults=NOISE).deliveries]


def idle(seed: int) -> Track:
    return film(draw(seed, "standing"), faults=NOISE).track


ONE_OF = (
    "Upload each action by itself, because only one of the takes that this video is cut together from was measured."
)
SEVERAL = "Upload each action by itself, because this video is cut together from several takes."


def missing(without: int, takes: int) -> str:
    return (
        f"Upload each missing action as its own video, because this one is cut together from {takes} takes, and"
        f" nothing was measured in {without} of them."
    )


@pytest.mark.parametrize(
    ("count", "idlers", "cut", "note"),
    [
        (2, 0, True, None),
        (2, 0, False, None),
        (1, 0, True, None),
        (1, 1, True, ONE_OF),
        (0, 2, True, SEVERAL),
        (2, 1, True, missing(1, 3)),
        (2, 2, True, missing(2, 4)),
    ],
)
def test_of_a_cut_film_only_what_was_not_measured_is_to_be_uploaded_by_itself(
    count: int, idlers: int, note: str | None, tmp_path: Path, *, cut: bool
) -> None:
    parts = [*balls(max(count, 1))[:count], *(idle(500 + number) for number in range(idlers))]
    found = in_shots(parts, tmp_path / "a.mp4", cut=cut)
    assert len(np.unique(found.track.shot)) == (len(parts) if cut else 1)
    film = measured(found)
    assert len(film.actions.listed) == count
    assert said(film, TAKES) == ([] if note is None else [note])


def test_several_actions_of_a_shot_beside_one_without_are_not_all_to_be_uploaded_again(tmp_path: Path) -> None:
    first, second = balls(2)
    parts = [joined([first, nobody(first, 40), second], 60.0), idle(500)]
    film = measured(in_shots(parts, tmp_path / "a.mp4"))
    assert len(film.actions.listed) == 2
    assert said(film, TAKES) == [missing(1, 2)]


@pytest.mark.parametrize("count", [1, 2])
def test_among_several_people_only_one_of_one_action_is_said_to_be_measured(count: int, tmp_path: Path) -> None:
    found = in_shots(balls(count), tmp_path / "a.mp4")
    parts = [replace(part, video=replace(part.video, people_seen=3)) for part in found.parts]
    film = measure_actions(found.track, replace(found.video, people_seen=3), parts, Given())
    assert len(film.actions.listed) == count
    (note,) = said(film, PEOPLE)
    assert ("only the main player was measured" in note) == (count == 1)


def test_corrected_events_change_no_note_of_a_cut_film(tmp_path: Path) -> None:
    film = measured(found := in_shots([*balls(2), idle(500)], tmp_path / "a.mp4"))
    results = results_of(film, [], Given())
    before = results_in(results)
    release = next(event for event in before.actions[1].events if event.name == "ball_release")
    after = results_in(rescore(results, pack(found.track), {"ball_release": release.t_ms + 16.0}, 1))
    assert len(said(film, TAKES)) == 1
    assert after.findings.capture_quality == before.findings.capture_quality
