import hashlib
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.composites import frames_of

from cricksy.analysis.skeleton import Joint
from cricksy.analysis.thresholds import MIN_VISIBILITY
from cricksy.settings import analysis_settings
from cricksy_worker.vision.detector_registry import open_detector
from cricksy_worker.vision.mediapipe_pose import NEWEST_SHARE, VISIBILITY, MediaPipeDetector, newest
from cricksy_worker.vision.models import INSTALLED, ModelUnavailable, PoseModels

SHOULDERS, KNEES, ANKLES = ([joint, joint + 1] for joint in (Joint.SHOULDER, Joint.KNEE, Joint.ANKLE))
FULL = INSTALLED / "pose_landmarker_full.task"
BUILD = Path(__file__).parents[2] / "tools" / "build_pose_models.py"


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, BUILD, "--source", source, "--target", target], capture_output=True, text=True, check=False
    )


def test_the_models_of_set_up_are_the_default() -> None:
    models = PoseModels.of(analysis_settings({}))
    assert models == PoseModels(INSTALLED / "pose_landmarker_full.task", INSTALLED / "pose_landmarker_heavy.task")
    assert models.sha256() == {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in (models.coarse, models.fine)
    }


def test_the_settings_choose_other_models() -> None:
    settings = analysis_settings({"CRICKSY_POSE_MODEL": "/m/a.task", "CRICKSY_POSE_MODEL_FINE": "/m/b.task"})
    assert PoseModels.of(settings) == PoseModels(Path("/m/a.task"), Path("/m/b.task"))


def test_a_missing_model_says_so(tmp_path: Path) -> None:
    absent = tmp_path / "none.task"
    with pytest.raises(ModelUnavailable, match=r"^MediaPipe model not initialized$") as missing:
        PoseModels(absent, absent).sha256()
    assert missing.value.path == absent
    with pytest.raises(ModelUnavailable):
        open_detector(absent, tracks=True)


@pytest.mark.parametrize("content", [b"", b"not a model" * 100])
def test_a_file_that_is_no_model_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.task"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailable):
        open_detector(path, tracks=True)


def test_nobody_is_seen_in_an_empty_image() -> None:
    image = np.full((200, 300, 3), 128, np.uint8)
    with closing(MediaPipeDetector(FULL)) as detector:
        assert [detector.detect(image, t_ms) for t_ms in (0.0, 0.2, 0.4, 33.3)] == [None] * 4


def test_somebody_who_is_elsewhere_at_once_is_found_there_without_a_frame_between(sample: Path) -> None:
    image = frames_of(sample, 1280)[100]
    height = image.shape[0]
    player = image[:, (image.shape[1] - height) // 2 :][:, :height]
    nobody = np.full_like(player, 128)
    left, right = np.hstack([player, nobody]), np.hstack([nobody, player])
    with closing(MediaPipeDetector(FULL)) as detector:
        before, after = detector.detect(left, 0.0), detector.detect(right, 16.7)
    assert before is not None
    assert after is not None
    assert before[:, 0].mean() < 0.5 < after[:, 0].mean()


def test_legs_that_are_hidden_for_a_frame_are_not_seen_in_that_very_frame(sample: Path) -> None:
    image = frames_of(sample, 1280)[100]
    with closing(MediaPipeDetector(FULL)) as detector:
        found = detector.detect(image, 0.0)
        assert found is not None
        hidden = image.copy()
        hidden[round(found[KNEES, 1].min() * image.shape[0]) :] = 128
        videos = [image, image, hidden, image]
        ankles = [ankles_seen(detector.detect(image, 20.0 * k)) for k, image in enumerate(videos, start=1)]
    assert [seen > MIN_VISIBILITY for seen in ankles] == [True, True, False, True], ankles


def test_who_is_hardly_visible_is_given_up_for_one_who_is_seen_whole(sample: Path) -> None:
    image = frames_of(sample, 1280)[100]
    height = image.shape[0]
    player = image[:, (image.shape[1] - height) // 2 :][:, :height]
    nobody = np.full_like(player, 128)
    with closing(MediaPipeDetector(FULL)) as detector:
        whole = detector.detect(np.hstack([player, nobody]), 0.0)
        assert whole is not None
        head = player.copy()
        head[round(whole[SHOULDERS, 1].min() * height) :] = 128
        followed = [detector.detect(np.hstack([head, player]), 30.0 * k) for k in range(1, 5)]
    places = [float(found[:, 0].mean()) for found in followed if found is not None]
    assert [place < 0.5 for place in places] == [True, True, False, False], places


def test_who_is_hardly_visible_is_followed_on_where_nobody_is_seen_better(sample: Path) -> None:
    """As of a bowler who fills the image: once lost, half a body may not be found again."""
    image = frames_of(sample, 1280)[100]
    with closing(MediaPipeDetector(FULL)) as detector:
        whole = detector.detect(image, 0.0)
        assert whole is not None
        head = image.copy()
        head[round(whole[SHOULDERS, 1].max() * image.shape[0]) :] = 128
        followed = [detector.detect(head, 30.0 * k) for k in range(1, 12)]
    assert all(found is not None for found in followed)


def ankles_seen(found: NDArray[np.float64] | None) -> float:
    """The better visibility of both."""
    assert found is not None
    return float(found[ANKLES, VISIBILITY].max())


def test_the_newest_of_averaged_visibilities_is_found_again() -> None:
    true = np.random.default_rng(1).uniform(size=(50, 33))
    means = [true[0]]
    for now in true[1:]:
        means.append((1 - NEWEST_SHARE) * means[-1] + NEWEST_SHARE * now)
    again = [newest(before, now) for before, now in pairwise(means)]
    np.testing.assert_allclose(again, true[1:], atol=1e-9)


def test_right_models_are_left_alone() -> None:
    before = {path: path.stat().st_mtime_ns for path in INSTALLED.glob("*.task")}
    run = build(Path("/nonexistent"), INSTALLED)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert {path: path.stat().st_mtime_ns for path in INSTALLED.glob("*.task")} == before


def test_other_inputs_are_refused_in_one_line(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    missing = build(source, target)
    (source / "pose_solution_packed_assets.data").write_bytes(b"other")
    other = build(source, target)
    for run, reason in ((missing, "is missing"), (other, "is not the pinned file")):
        assert run.returncode == 1
        assert run.stderr.startswith("Pose models not built: ")
        assert reason in run.stderr
        assert run.stderr.count("\n") == 1
    assert list(target.iterdir()) == []
