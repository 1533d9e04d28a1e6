"""What the passes over a film make of it, with a detector that finds no person but the film's bright corner."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.videos import HEAD_TO_TOE, MakeVideo, VideoSpec, evenly
from tools.display_matrix import MATRICES, with_matrix

from cricksy.analysis.actions import measure_actions
from cricksy.analysis.disciplines.action import ActionScore
from cricksy.analysis.disciplines.several import Sighting, Span
from cricksy.analysis.skeleton import BLAZEPOSE33, Skeleton
from cricksy.analysis.track import FloatArray, Track
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given
from cricksy_worker.vision.extract import Extraction, PoseRequest, extract
from cricksy_worker.vision.extract_params import EXTRACT, ExtractParams
from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.parts import ActionSearch
from cricksy_worker.vision.video import VideoLimits, VideoRejected
from tools import odd_films

SURE = ActionScore(0.9, 5.0, 5.0)
UNSURE = ActionScore(0.0, 5.0, 5.0)


class CornerDetector:
    """A body in the white corner, a third of the image in either direction, that leans to the right."""

    skeleton: Skeleton = BLAZEPOSE33

    def __init__(self, model: Path, *, tracks: bool) -> None:
        del model, tracks

    def detect(self, image: NDArray[np.uint8], t_ms: float) -> FloatArray | None:
        del t_ms
        rows, columns = np.nonzero(image[..., 0] > 240)
        if not len(rows):
            return None
        height, width = image.shape[:2]
        landmarks = np.zeros((33, 4))
        landmarks[:, 0] = (columns.max() + 1 - (columns.max() + 1 - columns.min()) * HEAD_TO_TOE) / width
        landmarks[:, 1] = (rows.min() + (rows.max() + 1 - rows.min()) * HEAD_TO_TOE) / height
        landmarks[:, 3] = 0.9
        return landmarks

    def close(self) -> None:
        """Nothing to free."""


class ShowsFrom:
    """Of one film, an action that only the second pass shows, and only if it reads from a moment on; or none."""

    def __init__(self, action_ms: float) -> None:
        self._action_ms = action_ms

    def sightings(self, track: Track, edges: Span, seconds: float) -> list[Sighting]:
        del track, edges, seconds
        return []

    def fast_moments(self, track: Track, edges: Span, seconds: float, found: Sequence[Sighting]) -> list[Sighting]:
        del track, edges, seconds, found
        return []

    def confirms(self, track: Track) -> bool:
        return bool(track.t_ms[track.model == 1].min() >= self._action_ms)


def passes(  # noqa: PLR0913 - a film, and what the analysis says of it
    film: Path,
    sample_fps: float,
    window: Span | None,
    score: ActionScore = SURE,
    *,
    finer: Span | None = None,
    search: ActionSearch | None = None,
    params: ExtractParams = EXTRACT,
) -> tuple[Extraction, list[Track]]:
    """What is read, and the tracks of the first pass in which an action was looked for.

    ``window``: where the first pass places the action. ``finer``: where the last one does, if elsewhere.
    """
    seen: list[Track] = []

    def scored(track: Track) -> ActionScore:
        seen.append(track)
        return score

    request = PoseRequest(
        sample_fps,
        1.0,
        score=scored,
        find_window=lambda track, _seconds: finer if finer is not None and (track.model == 1).any() else window,
        params=replace(params, open_detector=CornerDetector),
        search=search,
    )
    models = PoseModels.of(analysis_settings({}))
    return extract(film, models, VideoLimits(10**9, 60), request, lambda _done: None), seen


def doubled(make_video: MakeVideo, times: int, before: int, seconds: float = 2.0) -> tuple[Path, NDArray[np.int64]]:
    shows = [image for image in range(round(seconds * 30)) for _ in range(times)][before:]
    spec = VideoSpec(t_ms=evenly(len(shows) / (30 * times), 30 * times), shows=shows, quality=18)
    return make_video("a.mp4", spec), np.array(shows)


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("sample_fps", [15, 24, 30, 45, 60])
def test_a_film_of_doubled_frames_is_the_same_from_either_frame_at_any_rate(
    make_video: MakeVideo, *, before: int, sample_fps: float
) -> None:
    film, shows = doubled(make_video, 2, before)
    read, coarse = passes(film, sample_fps, (500.0, 1500.0))
    for track in (*coarse, read.track):
        assert track.repeated.tolist() == [False, *(np.diff(shows[track.frame]) == 0).tolist()]
    fine = read.track.frame[read.track.model == 1]
    assert len(fine) == 61
    assert read.video.image_fps == pytest.approx(30, abs=0.01)


@pytest.mark.parametrize("times", [4, 8])
def test_of_many_repeats_the_last_pass_reads_each_image_once(make_video: MakeVideo, times: int) -> None:
    film, shows = doubled(make_video, times, 0)
    read, _ = passes(film, 15, (250.0, 1750.0))
    fine = read.track.take(np.flatnonzero(read.track.model == 1))
    assert not fine.repeated.any()
    assert np.unique(np.diff(shows[fine.frame])).tolist() == [1]
    assert len(fine.frame) == pytest.approx(45, abs=1)


def corner_of(track: Track) -> FloatArray:
    """Left, top, right and bottom of what was found on each frame."""
    ends = track.landmarks[:, [0, -1], :2]
    return np.concatenate([ends.min(axis=1), ends.max(axis=1)], axis=1)


@pytest.mark.parametrize("sizes", [((160, 96), (320, 192)), ((320, 192), (160, 96))])
def test_both_passes_place_what_they_find_in_one_system_of_coordinates(
    make_video: MakeVideo, sizes: Sequence[tuple[int, int]]
) -> None:
    parts = [
        make_video(f"{width}.webm", VideoSpec(t_ms=evenly(1, 30), width=width, height=height, codec="libvpx"))
        for width, height in sizes
    ]
    film = odd_films.one_after_another(parts, parts[0].with_name("a.webm"), 1000 / 30)
    read, _ = passes(film, 15, (1100.0, 1900.0))
    assert (read.video.width, read.video.height) == (320, 192) == (read.track.width, read.track.height)
    assert set(read.track.model.tolist()) == {0, 1}
    assert np.abs(corner_of(read.track) - (0, 0, 320 / 3, 192 / 3)).max() < 6


@pytest.mark.parametrize(("rotation", "mirrored"), MATRICES)
def test_coordinates_are_those_of_the_shown_picture(make_video: MakeVideo, rotation: int, *, mirrored: bool) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(0.5, 30), width=192, height=96))
    read, _ = passes(with_matrix(film, MATRICES[rotation, mirrored]), 15, None)
    width, height = (192, 96) if rotation in {0, 180} else (96, 192)
    is_right, is_low = rotation in {90, 180}, rotation in {180, 270}
    is_right ^= mirrored
    left, top = (2 * width / 3 if is_right else 0), (2 * height / 3 if is_low else 0)
    assert np.abs(corner_of(read.track) - (left, top, left + width / 3, top + height / 3)).max() < 4


@pytest.mark.parametrize("sample_fps", [2, 5, 8])
def test_a_film_of_which_too_little_was_read_is_looked_at_again(make_video: MakeVideo, sample_fps: float) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(3, 30)))
    read, looks = passes(film, sample_fps, None, UNSURE)
    assert len(looks[0].frame) == pytest.approx(3 * sample_fps, abs=1)
    assert np.unique(np.diff(read.track.frame)).tolist() == [2]
    sure, _ = passes(film, sample_fps, None, SURE)
    assert len(sure.track.frame) == len(looks[0].frame)


def test_a_part_that_hardly_begins_after_the_film_begins_with_it(make_video: MakeVideo) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(3, 30)))
    starts = [passes(film, 15, (start, start + 1000.0))[0].fine_window_ms for start in (0.0, 40.0, 99.0, 140.0)]
    assert starts == [(0.0, 1000.0)] * 3 + [(140.0, 1140.0)]


@pytest.mark.parametrize(
    ("action_ms", "finer", "read"),
    [
        (1000.0, (1000.0, 2000.0), (1000.0, 2000.0)),
        (500.0, (1000.0, 2000.0), (500.0, 1500.0)),
        (9000.0, (1000.0, 2000.0), (1000.0, 2000.0)),
        (9000.0, (600.0, 1600.0), (500.0, 1500.0)),
    ],
    ids=["it is there", "it was shown before", "it is nowhere", "hardly elsewhere"],
)
def test_a_part_that_shows_no_action_is_read_once_more_where_its_frames_place_one(
    make_video: MakeVideo, action_ms: float, finer: Span, read: Span
) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(2.5, 20)))
    extraction, _ = passes(film, 20, (500.0, 1500.0), UNSURE, finer=finer, search=ShowsFrom(action_ms))
    track = extraction.track
    assert extraction.fine_window_ms == read
    assert track.frame.tolist() == list(range(50))
    assert ((track.model == 1) == ((track.t_ms >= read[0]) & (track.t_ms <= read[1]))).all()


def test_a_film_that_is_its_own_window_is_read_whole_and_finely(make_video: MakeVideo) -> None:
    """Four times as long as the second pass of a longer film."""
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(4, 30)))
    read, _ = passes(film, 15, (0.0, 119 * 1000 / 30))
    assert read.track.frame.tolist() == list(range(120))
    assert set(read.track.model.tolist()) == {1}
    assert len(read.parts) == 1


@pytest.mark.parametrize(("sample_fps", "frames"), [(5, 20), (10, 30), (60, 30)])
def test_the_first_pass_reads_no_more_frames_of_a_long_video_than_it_may(
    make_video: MakeVideo, sample_fps: int, frames: int
) -> None:
    """Evenly: the action may be at its end."""
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(4, 30)))
    read, _ = passes(film, sample_fps, None, params=replace(EXTRACT, first_frames=30))
    assert len(read.track.frame) == pytest.approx(frames, abs=1)
    assert np.diff(read.track.frame).max() <= 120 // frames + 1


@pytest.mark.parametrize("stated_ms", [None, 0.0, -40.0])
def test_a_length_that_the_container_does_not_state_bounds_no_frames(
    make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch, stated_ms: float | None
) -> None:
    monkeypatch.setattr(FrameReader, "duration_ms", property(lambda _: stated_ms))
    read, _ = passes(make_video("a.mp4", VideoSpec(t_ms=evenly(2, 30))), 30, None)
    assert len(read.track.frame) == 60


def test_a_gap_leaves_the_rate_of_the_part_that_is_measured(make_video: MakeVideo) -> None:
    times_ms = [t_ms + (20_000 if index > 5 else 0) for index, t_ms in enumerate(evenly(2, 30))]
    read, _ = passes(make_video("a.mp4", VideoSpec(t_ms=times_ms)), 15, (20_300.0, 21_300.0))
    assert read.video.source_fps == pytest.approx(30, abs=0.01)
    assert read.video.gap_ms == pytest.approx(20_033, abs=1)


@pytest.mark.parametrize("jump", [(1000, 900), (2000, 1900)])
def test_a_film_whose_clock_jumps_back_is_read_to_its_end(make_video: MakeVideo, jump: tuple[int, int]) -> None:
    spec = VideoSpec(t_ms=evenly(4, 30), codec="libvpx", muxer=(("cluster_time_limit", "500"),))
    film = make_video("f.webm", spec)
    read, _ = passes(odd_films.clock_back(film, film.with_name("a.webm"), *jump), 15, (600.0, 1400.0), UNSURE)
    assert (np.diff(read.track.t_ms) > 0).all()
    assert (np.diff(read.track.frame) > 0).all()
    assert read.video.frames_left_out > 0


BADLY_WRITTEN: dict[str, Callable[[int], int]] = {
    "doubled": lambda n: n // 2 * 2,
    "jumbled": lambda n: n + n * 7 % 5,
    "back": lambda n: n - 20 if n > 30 else n,
    "gap": lambda n: n + 300 if n > 30 else n,
    "one": lambda _: 0,
    "reversed": lambda n: 200 - n,
    "saw": lambda n: n % 12,
    "each second earlier": lambda n: n - 3 * (n % 2),
    "all but the last": lambda n: n // 80 * 90,
}


@pytest.mark.parametrize("kind", BADLY_WRITTEN)
@pytest.mark.parametrize(
    ("suffix", "codec"), [("mkv", "libx264"), ("mp4", "libx264"), ("mov", "libx264"), ("webm", "libvpx")]
)
def test_badly_written_timestamps_end_in_a_track_and_its_measurement(
    make_video: MakeVideo, suffix: str, codec: str, kind: str
) -> None:
    film = make_video("f.mkv", VideoSpec(t_ms=evenly(3, 30), codec=codec))
    path = odd_films.rewritten(film, film.with_name(f"a.{suffix}"), BADLY_WRITTEN[kind])
    if kind == "reversed" and suffix in {"mp4", "mov"}:
        with pytest.raises(VideoRejected, match=r"^no frame of it can be decoded$"):
            passes(path, 15, (0.0, 1000.0), UNSURE)
        return
    read, _ = passes(path, 15, (0.0, 1000.0), UNSURE)
    assert len(read.track.frame) > 0
    assert (np.diff(read.track.frame) > 0).all()
    assert (np.diff(read.track.t_ms) > 0).all()
    measured = measure_actions(read.track, read.video, read.parts, Given())
    assert measured.main.frames_sampled == len(read.track.frame)
    assert not measured.main.events


def test_timestamps_that_run_backwards_are_counted(make_video: MakeVideo) -> None:
    film = make_video("f.mp4", VideoSpec(t_ms=evenly(3, 30)))
    path = odd_films.rewritten(film, film.with_name("a.mkv"), lambda n: 200 - n)
    assert passes(path, 15, None, UNSURE)[0].video.frames_left_out == 89
