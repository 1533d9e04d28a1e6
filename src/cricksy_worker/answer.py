"""The analysis as a child's answer to a request."""

import msgspec
import structlog

from cricksy.analysis.track import Given, pack
from cricksy_worker import pipeline
from cricksy_worker.pose.models import ModelMissing, PoseModels
from cricksy_worker.pose.video import VideoLimits
from cricksy_worker.pose.video import VideoRejected as Rejection
from cricksy_worker.protocol import Analysed, ModelUnavailable, Outcome, Request, VideoRejected
from cricksy_worker.serving import Report

log = structlog.stdlib.get_logger()


def analyse(request: Request, report: Report) -> Outcome:
    settings = request.settings
    wanted = pipeline.AnalysisRequest(
        sample_fps=request.sample_fps,
        include_frames=request.include_frames,
        given=Given(request.discipline, request.handedness, request.camera_view),
        fine_window_seconds=settings.fine_window_seconds,
    )
    limits = VideoLimits(settings.max_video_bytes, settings.max_video_seconds)
    try:
        analysis = pipeline.analyse_video(request.video, wanted, PoseModels.of(settings), limits, report)
    except Rejection as rejection:
        return VideoRejected(str(rejection))
    except ModelMissing as missing:
        log.exception("model_missing", path=str(missing.path))
        return ModelUnavailable()
    return Analysed(
        results=msgspec.json.encode(analysis.results),
        landmarks=pack(analysis.track),
        models=analysis.results.versions.models,
    )
