"""A model reads an image and its mirror image differently; a film and its mirror image give the same landmarks."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.videos import HEAD_TO_TOE, MakeVideo, VideoSpec, evenly
from tools.display_matrix import MATRICES, with_matrix

from cricksy.analysis.disciplines.action import ActionScore
from cricksy.analysis.skeleton import BLAZEPOSE33, Skeleton
from cricksy.analysis.track import FloatArray, Track
from cricksy.settings import analysis_settings
from cricksy_worker.vision.detector import MirroredDetector
from cricksy_worker.vision.extract import PoseRequest, extract
from cricksy_worker.vision.extract_params import EXTRACT
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.video import VideoLimits

FINE = 1
STRAYS = 0.02
"""Of the image, to the right: how far its landmarks lie from where they are."""
LEFT_SEEN, RIGHT_SEEN = 0.9, 0.7


class LopsidedDetector:
    """A body in the image's white corner, which looks to the lighter side; it errs in one direction alone."""

    skeleton: Skeleton = BLAZEPOSE33

    def __init__(self, model: Path, *, tracks: bool) -> None:
        del model, tracks

    def detect(self, image: NDArray[np.uint8], t_ms: float) -> FloatArray | None:
        del t_ms
        height, width = image.shape[:2]
        rows, columns = np.nonzero(image[..., 0] > 240)
        left, right = columns.min() / width, (columns.max() + 1) / width
        third = width // 3
        lower = image[height // 2 :]
        ahead = np.sign(float(np.median(lower[:, -third:])) - float(np.median(lower[:, :third])))
        landmarks = np.zeros((33, 4))
        landmarks[:, 0] = (left + right) / 2 + ahead * (right - left) * (0.5 - HEAD_TO_TOE) + STRAYS
        landmarks[:, 1] = (rows.min() + (rows.max() + 1 - rows.min()) * HEAD_TO_TOE) / height
        landmarks[:, 3] = LEFT_SEEN
        landmarks[[right for _, right in BLAZEPOSE33.pairs], 3] = RIGHT_SEEN
        return landmarks

    def close(self) -> None:
        """Nothing to free."""


SURE = ActionScore(0.9, 5.0, 5.0)
UNSURE = ActionScore(0.0, 5.0, 5.0)


def landmarks(
    film: Path,
    score: Callable[[Track], ActionScore] = lambda _track: SURE,
    mirrored_frames: int = EXTRACT.mirrored_frames,
) -> Track:
    request = PoseRequest(
        sample_fps=15,
        fine_window_seconds=0.5,
        score=score,
        find_window=lambda _track, _seconds: (500.0, 1000.0),
        params=replace(EXTRACT, open_detector=LopsidedDetector, mirrored_frames=mirrored_frames),
    )
    return extract(film, PoseModels.of(analysis_settings({})), VideoLimits(10**9, 60), request, lambda _: None).track


def mirror(found: FloatArray, width: float) -> FloatArray:
    other = found[..., BLAZEPOSE33.mirror_order, :].copy()
    other[..., 0] = width - other[..., 0]
    return other


def test_a_film_and_its_mirror_image_are_read_as_one(make_video: MakeVideo) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(1.5, 30)))
    shown = landmarks(film)
    mirrored = landmarks(with_matrix(film, MATRICES[0, True]))
    assert (shown.frame == mirrored.frame).all()
    assert np.allclose(shown.landmarks, mirror(mirrored.landmarks, shown.width), atol=0.5)


@pytest.mark.parametrize("is_fine", [True, False], ids=["read finely", "read coarsely"])
def test_a_long_film_and_its_mirror_image_are_read_finely_as_one(make_video: MakeVideo, *, is_fine: bool) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(1.5, 30)))
    shown = landmarks(film, mirrored_frames=4)
    mirrored = landmarks(with_matrix(film, MATRICES[0, True]), mirrored_frames=4)
    assert (shown.frame == mirrored.frame).all()
    chosen = (shown.model == FINE) == is_fine
    assert chosen.sum() > 4
    one, other = shown.landmarks[chosen], mirror(mirrored.landmarks[chosen], shown.width)
    # The first pass does not know yet where anybody looks.
    assert np.allclose(one, other, atol=0.5) == is_fine
    nose = np.abs(one[:, 0, 0] - other[:, 0, 0]).max()
    assert nose == pytest.approx(0.0 if is_fine else 2 * STRAYS * shown.width, abs=0.5)


@pytest.mark.parametrize("mirrored_frames", [4, 150], ids=["a long film", "a short film"])
def test_of_two_looks_that_counts_which_finds_an_action(make_video: MakeVideo, mirrored_frames: int) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(1.5, 30)))
    shown = landmarks(film)
    to_the_left = with_matrix(film, MATRICES[0, True])

    def is_second(track: Track) -> bool:
        return bool(track.landmarks[0, 0, 0] < mirror(shown.landmarks, track.width)[0, 0, 0] + 0.5)

    def looked(first: ActionScore, second: ActionScore) -> Track:
        return landmarks(to_the_left, lambda track: second if is_second(track) else first, mirrored_frames)

    for second in (SURE, UNSURE):
        assert np.allclose(shown.landmarks, mirror(looked(UNSURE, second).landmarks, shown.width), atol=0.5)
    assert not is_second(looked(SURE, UNSURE))


def test_who_looks_to_the_right_is_read_as_he_is_shown(make_video: MakeVideo) -> None:
    track = landmarks(make_video("a.mp4", VideoSpec(t_ms=evenly(1.5, 30))))
    fine = track.landmarks[track.model == FINE]
    assert fine[..., 0].mean(axis=1) == pytest.approx(
        ((1 / 6) + (0.5 - HEAD_TO_TOE.mean()) / 3 + STRAYS) * track.width, abs=1.0
    )
    assert (fine[:, 11, 3] == LEFT_SEEN).all()


def test_a_mirrored_detector_gives_the_landmarks_of_the_image_it_is_shown() -> None:
    image = np.random.default_rng(1).integers(0, 255, (40, 60, 3), np.uint8)
    image[:20, 40:] = 255
    detector = LopsidedDetector(Path("a"), tracks=True)
    with closing(MirroredDetector(detector)) as mirrored:
        found = mirrored.detect(image, 0.0)
    seen = detector.detect(image[:, ::-1], 0.0)
    assert found is not None
    assert seen is not None
    assert found == pytest.approx(mirror(seen, 1.0))
    assert mirrored.skeleton is BLAZEPOSE33
