"""What the analysis starts from: one person's landmarks over time, and what is known about the film."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cricksy.vocabulary import CameraView, Discipline, Handedness

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Track:
    """Landmarks of one person on n frames, in the order of time.

    ``frame`` (n,): 0-based index of the decoded source frame, strictly rising.
    ``t_ms`` (n,): the frame's timestamp in milliseconds, strictly rising.
    ``landmarks`` (n, 33, 4): x, y, z in pixels of the upright frame and visibility 0–1; NaN where nobody was detected.
    ``model`` (n,): index into ``model_names`` of the model that read the frame.
    ``width``, ``height``: pixels of the upright frame.
    """

    frame: IntArray
    t_ms: FloatArray
    landmarks: FloatArray
    model: IntArray
    model_names: tuple[str, ...]
    width: int
    height: int

    @property
    def detected(self) -> NDArray[np.bool_]:
        """(n,) whether a person was found in the frame."""
        return ~np.isnan(self.landmarks[:, 0, 0])


@dataclass(frozen=True, slots=True)
class Given:
    """What the coach said about the film; each absent one is inferred."""

    discipline: Discipline | None = None
    handedness: Handedness | None = None
    camera_view: CameraView | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """What the container and the decoder say of the film; see :class:`cricksy.results.PoseSummary` for the meaning."""

    source_fps: float
    width: int
    height: int
    duration_ms: float | None
    decoded_ms: float
    truncated: bool
    rotation: int
    people_seen: int | None
