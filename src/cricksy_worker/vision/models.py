"""Which model files read the poses, and proof of which they were."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from cricksy.settings import AnalysisSettings

INSTALLED = Path(sys.prefix) / "share" / "cricksy" / "models"
"""Where set-up puts the models."""


class ModelUnavailable(Exception):  # noqa: N818 - the operator reads it as a state of the worker
    """A pose model is not there or cannot be loaded; ``path`` names its file."""

    def __init__(self, path: Path) -> None:
        super().__init__("MediaPipe model not initialized")
        self.path = path


@dataclass(frozen=True, slots=True)
class PoseModels:
    """``.task`` files: ``coarse`` reads the whole video at the sample rate, ``fine`` the action at the video's own."""

    coarse: Path
    fine: Path

    @classmethod
    def of(cls, settings: AnalysisSettings) -> "PoseModels":
        """The models that the settings name, else those of set-up.

        ``full`` finds the action: on eight filmed deliveries read at 15 frames a second, from either of two first
        frames, the release lay within 0.25 s each time, with ``heavy`` 12 times of 16, at 1.4 times the cost.
        """
        return cls(
            coarse=settings.pose_model or INSTALLED / "pose_landmarker_full.task",
            fine=settings.pose_model_fine or INSTALLED / "pose_landmarker_heavy.task",
        )

    def files(self) -> tuple[Path, ...]:
        """Each once."""
        return tuple(dict.fromkeys((self.coarse, self.fine)))

    def sha256(self) -> dict[str, str]:
        """Digest of each file, in hexadecimal, by its name without the suffix.

        Raises:
            ModelUnavailable: A file is not there or cannot be read.
        """
        return {path.stem: _sha256(path) for path in (self.coarse, self.fine)}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelUnavailable(path) from error
