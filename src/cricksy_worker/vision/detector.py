"""What a pose detector is to the passes over a video."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.skeleton import Skeleton
from cricksy.analysis.track import FloatArray

RgbImage = NDArray[np.uint8]
"""RGB (height, width, 3)."""


class PoseDetector(Protocol):
    """Finds one person per image.

    A detector hides what its library does to landmarks over time: those of an image are of that image alone, neither
    smoothed nor late. The analysis filters them itself, without lag.

    The analysis does not ask a detector how noisy it is. It assumes BlazePose's noise, as measured, in four constants:
    ``analysis.thresholds.MODEL_ERROR_H`` (error of each coordinate), ``analysis.thresholds.LIMB_JITTER`` (jitter of a
    wrist or an ankle against the trunk's), ``analysis.metrics.elbow.STEADY_JITTER`` (the trunk's least jitter) and
    ``analysis.metrics.confidence.FULL_SIZE_PX`` (size of a person that the model sees in full). Measure all four again
    for another detector, or every published uncertainty is wrong.
    """

    @property
    def skeleton(self) -> Skeleton:
        """The landmarks that it finds."""
        ...

    def detect(self, image: RgbImage, t_ms: float) -> FloatArray | None:
        """Landmarks (``skeleton.count``, 4) of the person in ``image``, or ``None`` if it finds nobody.

        x and y run from 0 to 1 across the image, z is on x's scale, the last column is the visibility, 0–1. ``t_ms``
        rises from call to call if the detector tracks.
        """
        ...

    def close(self) -> None:
        """Free the model."""
        ...


class MirroredDetector:
    """A :class:`PoseDetector` that sees the mirror image; its landmarks are those of the image itself.

    A model reads an image and its mirror image differently.
    """

    def __init__(self, detector: PoseDetector) -> None:
        self._detector = detector
        self._order = list(detector.skeleton.mirror_order)

    @property
    def skeleton(self) -> Skeleton:
        """The landmarks that the detector finds."""
        return self._detector.skeleton

    def detect(self, image: RgbImage, t_ms: float) -> FloatArray | None:
        """See :meth:`PoseDetector.detect`."""
        found = self._detector.detect(np.ascontiguousarray(image[:, ::-1]), t_ms)
        if found is None:
            return None
        landmarks = found[self._order]
        landmarks[:, 0] = 1.0 - landmarks[:, 0]
        return landmarks

    def close(self) -> None:
        """Free the model."""
        self._detector.close()


class OpenDetector(Protocol):
    """Loads a model; the detector classes themselves are such functions."""

    def __call__(self, model: Path, *, tracks: bool) -> PoseDetector:
        """Load ``model``.

        ``tracks``: look first where the person was in the image before. Each pass over a video then takes a new
        detector. Without it every image is searched by itself.

        Raises:
            ModelUnavailable: The file is not there or cannot be loaded.
        """
        ...
