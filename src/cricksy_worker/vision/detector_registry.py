"""Which detector reads a model file.

To add a detector, write its module and one line in ``DETECTORS``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cricksy_worker.vision.detector import OpenDetector, PoseDetector
from cricksy_worker.vision.mediapipe_pose import MediaPipeDetector
from cricksy_worker.vision.models import ModelUnavailable

DETECTORS: Final[Mapping[str, OpenDetector]] = {".task": MediaPipeDetector}
"""By the suffix of the model's file."""


def open_detector(model: Path, *, tracks: bool) -> PoseDetector:
    """Load ``model`` with the detector for its kind; see :class:`cricksy_worker.vision.detector.OpenDetector`.

    Raises:
        ModelUnavailable: No detector reads such a file, or the file is not there or cannot be loaded.
    """
    known = DETECTORS.get(model.suffix)
    if known is None:
        raise ModelUnavailable(model)
    return known(model, tracks=tracks)
