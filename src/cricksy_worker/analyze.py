"""``cricksy analyze``: analyses one video without services and prints the report in the terminal."""

import logging
import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

import click
import msgspec
import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from cricksy.cli_options import FiniteRange, player_options
from cricksy.exits import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_REJECTED, EXIT_USAGE
from cricksy.outfile import OutFileError, check_out_file, write_out_file
from cricksy.settings import AnalysisSettings, SettingsError, analysis_settings
from cricksy.terminal import print_report
from cricksy.vocabulary import (
    LEAST_CAPTURE_FPS,
    MOST_CAPTURE_FPS,
    AgeGroup,
    BowlingStyle,
    CameraView,
    Discipline,
    Given,
    Handedness,
    Stage,
)
from cricksy_worker.vision.request import AnalysisRequest

if TYPE_CHECKING:
    from cricksy_worker.vision.pipeline import Analysis

DOING = {
    Stage.EXTRACTING_POSE: ("Reading the player's movement", 0.0, 0.97),
    Stage.COMPUTING_METRICS: ("Measuring", 0.97, 0.01),
    Stage.GENERATING_FINDINGS: ("Judging", 0.98, 0.01),
    Stage.GENERATING_REPORT: ("Writing the report", 0.99, 0.01),
}
"""What each stage is called, where it begins and which share of the whole it takes."""


class Failure(Exception):  # noqa: N818 - not each is an error of the program
    """``message``: one line for the user. ``status``: the exit code."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Interrupted(BaseException):
    """Ctrl-C.

    Not :class:`KeyboardInterrupt`: one that has passed through ``exec`` of a text, as importing a dataclass does, lets
    ``python -m`` die by SIGINT at its end, whatever exit code was asked for. click would print an empty line, too.
    """


def main() -> None:
    try:
        signal.signal(signal.SIGINT, _interrupt)
        status = _run()
        # The work is done, and its exit code stands.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except Interrupted:
        status = EXIT_INTERRUPTED
    sys.exit(status)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    # A second one ends the process at once, should the first be lost in a native callback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise Interrupted


def _run() -> int:
    try:
        analyze.main(prog_name="cricksy analyze", standalone_mode=False)
    except Failure as failure:
        click.echo(failure, err=True)
        return failure.status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return EXIT_INTERRUPTED
    return EXIT_OK


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the results to this file.")
@click.option(
    "--sample-fps",
    type=click.IntRange(1, 60),
    default=15,
    show_default=True,
    help="Frames per second that the first pass reads.",
)
@click.option("--discipline", type=click.Choice(Discipline, case_sensitive=False), help="Default: inferred.")
@click.option("--handedness", type=click.Choice(Handedness, case_sensitive=False), help="Default: inferred.")
@click.option("--camera-view", type=click.Choice(CameraView, case_sensitive=False), help="Default: inferred.")
@click.option(
    "--capture-fps",
    type=FiniteRange(LEAST_CAPTURE_FPS, MOST_CAPTURE_FPS),
    help="Frames per second at which a slowed VIDEO was shot.",
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    help="Write a PNG of the key frames to this file, each with the skeleton and what is said of it.",
)
@player_options
@click.option("--no-frames", is_flag=True, help="Leave the landmarks of the frames out of the results.")
def analyze(  # noqa: PLR0913 - one for each option
    *,
    video: Path,
    out: Path | None,
    sample_fps: int,
    discipline: Discipline | None,
    handedness: Handedness | None,
    camera_view: CameraView | None,
    capture_fps: float | None,
    sheet: Path | None,
    height_cm: int | None,
    age_group: AgeGroup | None,
    bowling_style: BowlingStyle | None,
    no_frames: bool,
) -> None:
    """Analyse VIDEO on this machine and print the coach's report.

    Exit codes: 0 analysed, 1 failure, 2 wrong usage or settings, 3 video rejected, 130 interrupted.
    """
    try:
        settings = analysis_settings(os.environ)
    except SettingsError as error:
        raise Failure(f"Settings: {error}", EXIT_USAGE) from error
    if not video.exists():
        raise Failure(f"No such file: {video}", EXIT_USAGE)
    if video.is_dir():
        raise Failure(f"{video} is a directory; name a video file", EXIT_USAGE)
    try:
        for option, file in (("--json", out), ("--sheet", sheet)):
            if file is not None:
                check_out_file(file, option)
    except OutFileError as error:
        raise Failure(str(error), EXIT_USAGE) from error
    given = Given(discipline, handedness, camera_view, capture_fps, height_cm, age_group, bowling_style)
    request = AnalysisRequest(sample_fps, include_frames=not no_frames, given=given)
    with TemporaryDirectory(prefix="cricksy-sheet-") as directory:
        images = None if sheet is None else Path(directory) / "stills"
        analysis = _analyse(video, request, settings, images)
        try:
            if out is not None:
                write_out_file(out, msgspec.json.encode(analysis.results) + b"\n")
            if sheet is not None and images is not None:
                write_out_file(sheet, _sheet(analysis, images), "--sheet")
        except OutFileError as error:
            raise Failure(str(error), EXIT_FAILED) from error
    print_report(analysis.results, Console())


def _sheet(analysis: "Analysis", images: Path) -> bytes:
    # Imported here for the same reason as below.
    from cricksy_worker.vision.sheet import draw_sheet

    return draw_sheet(analysis.results, analysis.track, analysis.stills, images)


def _analyse(video: Path, request: AnalysisRequest, settings: AnalysisSettings, images: Path | None) -> "Analysis":
    # Imported here: it takes a second in which --help, a wrong option and Ctrl-C are answered already.
    from cricksy_worker.vision.models import ModelUnavailable
    from cricksy_worker.vision.pipeline import analyse_video
    from cricksy_worker.vision.video import VideoRejected

    try:
        with _quiet_native_code() as stderr, _Bar(stderr) as bar:
            return analyse_video(video, request, settings, bar.show, stills_file=images)
    except VideoRejected as rejection:
        raise Failure(f"Video rejected: {rejection}", EXIT_REJECTED) from rejection
    except ModelUnavailable as missing:
        raise Failure(
            f"{missing}: cannot load {missing.path}; run make setup, or set CRICKSY_POSE_MODEL"
            " and CRICKSY_POSE_MODEL_FINE",
            EXIT_FAILED,
        ) from missing
    except OSError as error:
        raise Failure(f"Cannot analyse {video}: {error.strerror or error}", EXIT_FAILED) from error


class _Bar(Progress):
    """A progress bar, shown on a terminal only."""

    def __init__(self, stderr: TextIO) -> None:
        console = Console(file=stderr)
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self.add_task("Opening the video", total=1.0)

    def show(self, stage: Stage, done: float) -> None:
        """Move to ``done``, 0–1, of ``stage``."""
        description, begin, share = DOING[stage]
        self.update(self._task, description=description, completed=begin + share * done)


@contextmanager
def _quiet_native_code() -> Generator[TextIO]:
    """Silence what MediaPipe writes to file descriptor 2; no setting does. Yields the real standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("w") as nowhere, os.fdopen(kept, "w", encoding=sys.stderr.encoding) as stderr:
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
            logger_factory=structlog.PrintLoggerFactory(stderr),
        )
        os.dup2(nowhere.fileno(), 2)
        try:
            yield stderr
        finally:
            os.dup2(kept, 2)


if __name__ == "__main__":
    main()
