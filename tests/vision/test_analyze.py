import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
from PIL import Image, ImageColor, ImageDraw, ImageFont
from tests.support.stored import read
from tests.support.videos import MakeVideo, VideoSpec, evenly
from tests.support.waiting import PATIENCE_SECONDS, wait_until

from cricksy.analysis.coaching.catalogue import CATALOGUE
from cricksy.analysis.coaching.numbers import SUFFIXES
from cricksy.analysis.measures.registry import MEASURES
from cricksy.results.player import PlayerFacts
from cricksy.results.schema import Results
from cricksy.vocabulary import AgeGroup, BowlingStyle
from cricksy_worker.vision.sheet import COLUMNS, GAP, SIDES, TEXT_SIZE, TILE_HEIGHT, TILE_WIDTH, printable

COMMAND = [sys.executable, "-m", "cricksy_worker.analyze"]


def analyze(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


def test_the_report_is_printed_and_the_results_are_written(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    run = analyze(sample, "--json", out)
    assert (run.returncode, run.stderr) == (0, "")
    results = read(out.read_bytes())
    assert results.pose.frames
    for part in (results.report.summary.split(".")[0][:30], "Front knee", "Head stability", "The week"):
        assert part in run.stdout
    assert names(tmp_path) == ["out.json"]


def test_a_rejected_video_is_named_as_such(tmp_path: Path) -> None:
    video, out = tmp_path / "notes.mp4", tmp_path / "out.json"
    video.write_text("notes")
    run = analyze(video, "--json", out)
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr.startswith("Video rejected: not a video")
    assert run.stderr.count("\n") == 1
    assert not out.exists()


def test_the_limits_come_from_the_environment(make_video: MakeVideo) -> None:
    run = analyze(make_video("a.mp4", VideoSpec(t_ms=evenly(3, 10))), MAX_VIDEO_SECONDS="2")
    assert (run.returncode, run.stderr) == (3, "Video rejected: longer than 2 s (it is 3 s)\n")


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "words"),
    [
        (["none.mp4"], {}, 2, "No such file: none.mp4"),
        (["."], {}, 2, ". is a directory"),
        (["a.mp4", "--json", "none/out.json"], {}, 2, "choose another file for --json"),
        (["a.mp4", "--json", "."], {}, 2, "name a file for --json"),
        (["a.mp4", "--json", "/dev/full"], {}, 1, "cannot write /dev/full: No space left on device"),
        (["a.mp4"], {"CRICKSY_POSE_MODEL": "none.task"}, 1, "cannot load none.task; run make setup"),
        (["a.mp4"], {"MAX_VIDEO_SECONDS": "long"}, 2, "MAX_VIDEO_SECONDS is not a number"),
    ],
)
def test_what_goes_wrong_is_one_line(  # noqa: PLR0913 - the case and its place
    make_video: MakeVideo,
    monkeypatch: pytest.MonkeyPatch,
    *,
    arguments: list[str],
    environment: dict[str, str],
    status: int,
    words: str,
) -> None:
    video = make_video("a.mp4", VideoSpec(t_ms=evenly(0.3, 10)))
    monkeypatch.chdir(video.parent)
    run = analyze(*arguments, **environment)
    assert (run.returncode, run.stdout) == (status, "")
    assert words in run.stderr
    assert run.stderr.count("\n") == 1
    assert names(video.parent) == ["a.mp4"]


def test_a_device_is_written_to_and_not_replaced(make_video: MakeVideo) -> None:
    run = analyze(make_video("a.mp4", VideoSpec(t_ms=evenly(0.3, 10))), "--no-frames", "--json", "/dev/stdout")
    assert run.returncode == 0
    assert msgspec.json.decode(run.stdout.splitlines()[0], type=Results).pose.frames == []


def test_an_older_result_stays_when_the_video_is_rejected(tmp_path: Path) -> None:
    video, out = tmp_path / "notes.mp4", tmp_path / "out.json"
    video.write_text("notes")
    out.write_text("older")
    assert analyze(video, "--json", out).returncode == 3
    assert out.read_text() == "older"


def test_an_interrupt_ends_it_quietly(make_video: MakeVideo, tmp_path: Path) -> None:
    video = make_video("a.mp4", VideoSpec(t_ms=evenly(59, 30)))
    with subprocess.Popen(
        [*COMMAND, video, "--json", tmp_path / "out.json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        watched = psutil.Process(process.pid)
        wait_until(lambda: str(video) in {file.path for file in watched.open_files()})
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert names(tmp_path) == ["a.mp4"]


_INTERRUPTER = """
import os, signal, sys

begun = False

def watch(frame, event, argument):
    global begun
    code = frame.f_code
    begun = begun or (code.co_name == "main" and code.co_filename.endswith("cricksy_worker/analyze.py"))
    name = argument.__name__ if event == "c_call" else code.co_name
    if begun and f"{event} {os.path.basename(code.co_filename)} {name}" == os.environ["INTERRUPT_AT"]:
        sys.setprofile(None)
        signal.raise_signal(signal.SIGINT)

sys.setprofile(watch)
"""


@pytest.mark.parametrize(
    "moment",
    [
        "call core.py main",  # click reads the arguments
        "call pipeline.py <module>",  # an import
        "call <string> <module>",  # code made from a text, as a dataclass's import does
        "call video.py open_video",
        "c_call files.py fsync",  # the results are half written
    ],
)
def test_an_interrupt_at_any_moment_ends_it_quietly(make_video: MakeVideo, tmp_path: Path, moment: str) -> None:
    video = make_video("a.mp4", VideoSpec(t_ms=evenly(0.3, 10)))
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(_INTERRUPTER)
    run = analyze(
        video, "--json", tmp_path / "out.json", PYTHONPATH=str(hook), PYTHONDONTWRITEBYTECODE="1", INTERRUPT_AT=moment
    )
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "")
    assert sorted(names(tmp_path)) == ["a.mp4", "hook"]


def test_the_rate_at_which_a_slowed_video_was_shot_may_be_given(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    run = analyze(sample, "--json", out, "--no-frames", "--capture-fps", "240")
    assert run.returncode == 0
    slow = read(out.read_bytes()).pose.pose_summary.slow_motion
    assert slow is not None
    assert (slow.factor, slow.source, slow.given_fps) == (4.0, "given", 240.0)


def test_what_the_player_is_may_be_given(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    run = analyze(
        sample, "--json", out, "--no-frames", "--height-cm", "185", "--age-group", "adult", "--bowling-style", "PACE"
    )
    assert run.returncode == 0
    results = read(out.read_bytes())
    assert results.player == PlayerFacts(height_cm=185, age_group=AgeGroup.ADULT, bowling_style=BowlingStyle.PACE)
    stride = next(measure for measure in results.measures if measure.name == "stride_length")
    assert stride.unit == "m"
    assert "In numbers" in run.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [("--height-cm", "17"), ("--height-cm", "1.8"), ("--age-group", "u12"), ("--bowling-style", "medium")],
)
def test_a_player_who_cannot_be_is_refused(sample: Path, option: str, value: str) -> None:
    assert analyze(sample, option, value).returncode == 2


@pytest.mark.parametrize("fps", ["0", "1001", "nan", "-nan", "inf", "fast"])
def test_a_rate_that_no_camera_has_is_refused(sample: Path, fps: str) -> None:
    assert analyze(sample, "--capture-fps", fps).returncode == 2


def test_a_sheet_shows_the_player_at_each_event(sample: Path, tmp_path: Path) -> None:
    out, sheet = tmp_path / "out.json", tmp_path / "sheet.png"
    run = analyze(sample, "--json", out, "--sheet", sheet)
    assert (run.returncode, run.stderr) == (0, "")
    results = read(out.read_bytes())
    frames = {event.frame for event in results.pose.pose_summary.events}
    with Image.open(sheet) as picture:
        picture.load()
        bones = {colour: _pixels(picture, colour) for colour in SIDES.values()}
        assert picture.format == "PNG"
        assert picture.width == GAP + COLUMNS * (TILE_WIDTH + GAP)
        assert picture.height > TILE_HEIGHT
    # A limb is a line of 3 pixels across a third of a tile at least.
    least = len(frames) * 3 * TILE_HEIGHT // 3
    assert all(count > least for count in bones.values()), bones
    assert set(names(tmp_path)) == {"out.json", "sheet.png"}


def test_a_sheet_has_no_letter_that_its_font_lacks() -> None:
    words = [word for one in CATALOGUE.advice for word in (one.title, one.tentative_title)]
    words += [text for spec in MEASURES for text in (spec.title, spec.says, *(spec.signed or ()))]
    words += [text for spec in MEASURES for one in spec.references for text in (one.text, "75–85")]
    letters = set(printable("".join([*words, *SUFFIXES.values(), "±…“”·"]))) - {" "}
    assert {letter for letter in letters if drawn(letter) == drawn("\ue000")} == set()


def drawn(letter: str) -> bytes:
    picture = Image.new("L", (40, 40))
    ImageDraw.Draw(picture).text((8, 8), letter, 255, ImageFont.load_default(TEXT_SIZE))
    return picture.tobytes()


def test_a_film_without_an_action_has_a_sheet_without_frames(make_video: MakeVideo, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    run = analyze(make_video("a.mp4", VideoSpec(t_ms=evenly(1.5, 10))), "--sheet", sheet)
    assert run.returncode == 0
    with Image.open(sheet) as picture:
        assert picture.height < TILE_HEIGHT


def test_a_sheet_that_cannot_be_written_is_refused_before_the_work(sample: Path, tmp_path: Path) -> None:
    run = analyze(sample, "--sheet", tmp_path / "none" / "sheet.png")
    assert (run.returncode, run.stdout) == (2, "")
    assert "choose another file for --sheet" in run.stderr


def _pixels(picture: Image.Image, colour: str) -> int:
    wanted = np.array(ImageColor.getrgb(colour))
    return int((np.abs(np.asarray(picture.convert("RGB"), dtype=int) - wanted).sum(axis=-1) == 0).sum())
