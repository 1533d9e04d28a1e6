"""The analysis as a child's answer to a request."""

import msgspec
import structlog

from cricksy.analysis.track import pack
from cricksy_worker.children.protocol import Analysed, ModelUnavailable, Outcome, Request
from cricksy_worker.children.protocol import VideoRejected as Rejection
from cricksy_worker.children.serve import OnProgress
from cricksy_worker.vision.models import ModelMissing
from cricksy_worker.vision.pipeline import analyse_video
from cricksy_worker.vision.video import VideoRejected

log = structlog.stdlib.get_logger()


def analyse(request: Request, on_progress: OnProgress) -> Outcome:
    try:
        analysis = analyse_video(request.video, request.analysis, request.settings, on_progress)
    except VideoRejected as rejection:
        return Rejection(str(rejection))
    except ModelMissing as missing:
        log.exception("model_missing", path=str(missing.path))
        return ModelUnavailable()
    return Analysed(
        results=msgspec.json.encode(analysis.results),
        landmarks=pack(analysis.track),
        models=analysis.results.versions.models,
    )
