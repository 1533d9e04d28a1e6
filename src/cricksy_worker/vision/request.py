"""What is wanted of one analysis. Imports no vision library: the worker's own process builds requests too."""

import msgspec

from cricksy.vocabulary import Given


class AnalysisRequest(msgspec.Struct, frozen=True):
    sample_fps: float
    """Images a second that the first pass reads, 1–60."""
    include_frames: bool
    """Whether the results publish the landmarks of every image."""
    given: Given = Given()
