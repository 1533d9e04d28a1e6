"""The demo: takes one video through a stack of its own, from the upload to the report."""

import asyncio
import shutil
import tempfile
import webbrowser
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path

import click
import httpx
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cricksy.api.bodies import JobView
from cricksy.embedded.coach import CoachClient
from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.process import StackError
from cricksy.embedded.run import run_stack
from cricksy.embedded.stack import Options, StackFile, page_url
from cricksy.exits import EXIT_FAILED, EXIT_OK, EXIT_REJECTED
from cricksy.outfile import check_out_file, write_out_file
from cricksy.results.player import PlayerFacts
from cricksy.terminal import print_report

REJECTED = "Video rejected"
MAX_TITLE = 200
ALL_DONE = 100


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    video: Path | None
    """``None``: the clip in the package."""
    out: Path | None
    """File that receives the whole job as JSON."""
    keep: bool
    opens: bool
    """Whether a browser shows the result, until the coach stops the demo."""
    data_dir: Path | None
    """``None``: a temporary directory."""
    workers: int
    player: PlayerFacts
    environ: Mapping[str, str]

    @property
    def keeps_data(self) -> bool:
        return self.keep or self.data_dir is not None


def run_demo(options: DemoOptions) -> int:
    """Return the exit code. Raises :class:`StackError`, :class:`cricksy.outfile.OutFileError` and
    :class:`asyncio.CancelledError`.
    """
    video = options.video or sample_video()
    _check_video(video)
    if options.out is not None:
        check_out_file(options.out)
    with _data_directory(options) as directory, tempfile.TemporaryDirectory(prefix="cricksy-demo-tmp-") as temporary:
        demo = _Demo(options, video, directory)
        # A killed worker leaves its temporary files behind.
        environ = {**options.environ, "TMPDIR": temporary}
        stack = Options(directory=directory, port=0, workers=options.workers, environ=environ, drains=False)
        try:
            return asyncio.run(run_stack(stack, demo.say, demo.run))
        except asyncio.CancelledError:
            if demo.is_open:
                return EXIT_OK
            raise


class _Demo:
    def __init__(self, options: DemoOptions, video: Path, directory: DataDirectory) -> None:
        self._options = options
        self._video = video
        self._directory = directory
        self._console = Console()
        self.is_open = False
        """Whether all is done and the page is there to be looked at."""
        self.say("Starting PostgreSQL, S3 and SQS, the API and the worker …")

    def say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, markup=False, highlight=False)

    async def run(self, stack: StackFile) -> int:
        # The caller's proxy must not come between us and this machine's services.
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            answer = await self._analyse(CoachClient(client, stack.api_url, stack.token))
        job = msgspec.json.decode(answer, type=JobView)
        if job.results is None:
            message = job.error_message or "the job ended without results"
            click.echo(message, err=True)
            return EXIT_REJECTED if message.startswith(REJECTED) else EXIT_FAILED
        if self._options.out is not None:
            write_out_file(self._options.out, answer)
        print_report(job.results, self._console)
        page = page_url(stack, f"/clip/{job.job_id}")
        if self._options.opens:
            await self._open(page)
        else:
            self._print_page(page, stack.api_url)
        return EXIT_OK

    async def _analyse(self, coach: CoachClient) -> bytes:
        """The JSON of the job when it is final."""
        video = self._video
        columns = (TextColumn("{task.description:<24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console) as progress:
            uploading = progress.add_task(f"uploading {video.name}", total=video.stat().st_size)
            session_id = await coach.create_session(video.stem[:MAX_TITLE], self._options.player)
            uploaded = await coach.upload(session_id, video, partial(progress.advance, uploading))
            await coach.complete(uploaded)
            analysing = progress.add_task("waiting", total=ALL_DONE)
            return await coach.wait(uploaded.job_id, partial(_show, progress, analysing))

    async def _open(self, page: str) -> None:
        opened = await asyncio.to_thread(webbrowser.open, page)
        self.say(f"\nThe coach's page{'' if opened else ' (no browser found; open it yourself)'}: {page}")
        self.say("Press Ctrl-C to stop.")
        self.is_open = True
        await asyncio.Event().wait()

    def _print_page(self, page: str, api_url: str) -> None:
        again = "cricksy demo --open"
        if self._options.keeps_data:
            again = f"cricksy up --data-dir {self._directory.path} --port {api_url.rpartition(':')[2]}"
        self.say(f"\nThe coach's page: {page}\nIt stops with this demo. To keep it running: {again}")


def _show(progress: Progress, task: TaskID, stage: str | None, percent: int) -> None:
    ended = "analysed" if percent == ALL_DONE else "ended"
    description = ended if stage is None else stage.replace("_", " ")
    progress.update(task, completed=percent, description=description)


def sample_video() -> Path:
    """The clip in the package. Raises :class:`StackError` if it is not installed."""
    clip = Path(str(files("cricksy"))) / "sample" / "bowling.mp4"
    if not clip.exists():
        raise StackError("the sample clip is not installed: pass a video, as in `cricksy demo clip.mp4`")
    return clip


def _check_video(video: Path) -> None:
    try:
        with video.open("rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        raise StackError(f"cannot read {video}: {error.strerror}") from error
    if is_empty:
        raise StackError(f"{video} is empty")


@contextmanager
def _data_directory(options: DemoOptions) -> Generator[DataDirectory]:
    """The requested directory, or a temporary one that is deleted at the end unless it is to be kept."""
    if options.data_dir is not None:
        yield DataDirectory(options.data_dir.absolute())
        return
    path = Path(tempfile.mkdtemp(prefix="cricksy-demo-"))
    try:
        yield DataDirectory(path)
    finally:
        if not options.keep:
            shutil.rmtree(path, ignore_errors=True)
