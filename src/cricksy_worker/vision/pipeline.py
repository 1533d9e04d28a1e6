"""The analysis of one video, from the file to the results, in four steps."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import structlog

from cricksy.analysis.actions import measure_actions
from cricksy.analysis.assemble import Provenance, assemble, published_frames
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.disciplines.action import action_score, action_window
from cricksy.analysis.disciplines.several import Search
from cricksy.analysis.slow_motion.judge import judge
from cricksy.analysis.track import Track
from cricksy.results.schema import Results
from cricksy.results.stills import StillsIndex
from cricksy.settings import AnalysisSettings
from cricksy.vocabulary import ANALYSIS_STEPS, Stage
from cricksy_worker.vision.extract import PoseRequest, extract
from cricksy_worker.vision.extract_params import EXTRACT, ExtractParams
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.request import AnalysisRequest, ReportProgress
from cricksy_worker.vision.stills import Stills
from cricksy_worker.vision.video import VideoLimits

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Analysis:
    results: Results
    track: Track
    """All landmarks, whether or not the results include the frames: corrections re-score from them."""
    stills: StillsIndex | None = None
    """What the file of the stills holds; ``None`` where none were asked for, or none could be kept."""


def analyse_video(  # noqa: PLR0913 - what to analyse, how, and where its images go
    video: Path,
    request: AnalysisRequest,
    settings: AnalysisSettings,
    on_progress: ReportProgress,
    params: ExtractParams = EXTRACT,
    *,
    stills_file: Path | None = None,
) -> Analysis:
    """Analyse one video on this process's one core, and keep images of it in ``stills_file``, a new file.

    Raises:
        VideoRejected: The file cannot be analysed, and trying again will not help.
        ModelUnavailable: A pose model is not there.
        OSError: The file cannot be read.
    """
    log.info("analysis_started")
    models = PoseModels.of(settings)
    digests = models.sha256()
    limits = VideoLimits(settings.max_video_bytes, settings.max_video_seconds)
    stills = None if stills_file is None else Stills(stills_file)
    with _step(Stage.EXTRACTING_POSE, on_progress):
        how = PoseRequest(
            request.sample_fps,
            settings.fine_window_seconds,
            score=partial(action_score, given=request.given),
            find_window=lambda track, seconds: action_window(track, request.given, seconds),
            params=params,
            clock=lambda track, video: judge(track, video, request.given).clock,
            stills=stills,
            search=Search(request.given),
            max_actions=settings.max_actions,
        )
        extraction = extract(video, models, limits, how, partial(on_progress, Stage.EXTRACTING_POSE))
    with _step(Stage.COMPUTING_METRICS, on_progress):
        measured = measure_actions(extraction.track, extraction.video, extraction.parts, request.given)
    history = request.past.of(measured.main.discipline.value)
    with _step(Stage.GENERATING_FINDINGS, on_progress):
        findings = find(measured.main)
    with _step(Stage.GENERATING_REPORT, on_progress):
        report = write_report(findings, measured.main)
    frames = published_frames(extraction.track) if request.include_frames else []
    provenance = Provenance(measured.fine_window_ms, digests)
    results = assemble(
        measured.main,
        findings,
        report,
        frames,
        provenance,
        given=request.given,
        history=history,
        actions=measured.actions,
    )
    return Analysis(results, extraction.track, None if stills is None else stills.index())


@contextmanager
def _step(stage: Stage, on_progress: ReportProgress) -> Generator[None]:
    on_progress(stage, 0.0)
    started = monotonic()
    yield
    log.info(
        "analysis_step",
        step=ANALYSIS_STEPS.index(stage) + 1,
        of=len(ANALYSIS_STEPS),
        name=stage,
        duration_s=round(monotonic() - started, 3),
    )
    on_progress(stage, 1.0)
