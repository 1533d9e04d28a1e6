"""What is wanted of one analysis. Imports no vision library: the worker's own process builds requests too."""

from collections.abc import Callable

import msgspec

from cricksy.results.player import EarlierClip, Filmed, History
from cricksy.vocabulary import Discipline, Given, Stage

ReportProgress = Callable[[Stage, float], None]
"""Called with the stage and the fraction of it that is done, 0–1."""


class Past(msgspec.Struct, frozen=True):
    """What is known of the player's earlier clips before anybody knows what this one shows."""

    earlier: tuple[EarlierClip, ...] = ()
    """The newest of each discipline."""
    filmed: Filmed | None = None

    def of(self, discipline: Discipline | None) -> History:
        """What concerns a clip of ``discipline``."""
        earlier = next((clip for clip in self.earlier if clip.discipline is discipline), None)
        return History(earlier=earlier, filmed=self.filmed)


class AnalysisRequest(msgspec.Struct, frozen=True):
    sample_fps: float
    """Images a second that the first pass reads, 1–60."""
    include_frames: bool
    """Whether the results publish the landmarks of every image."""
    given: Given = Given()
    past: Past = Past()
    """What the player's earlier clips say."""
