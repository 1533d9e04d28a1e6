"""What is wanted of one analysis. Imports no vision library: the worker's own process builds requests too."""

from collections.abc import Callable

import msgspec

from cricksy.results.player import History
from cricksy.vocabulary import Given, Stage

ReportProgress = Callable[[Stage, float], None]
"""Called with the stage and the fraction of it that is done, 0–1."""


class AnalysisRequest(msgspec.Struct, frozen=True):
    sample_fps: float
    """Images a second that the first pass reads, 1–60."""
    include_frames: bool
    """Whether the results publish the landmarks of every image."""
    given: Given = Given()
    history: History = History()
    """What the player's earlier clips say."""
