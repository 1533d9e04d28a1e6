"""What every section is given."""

from dataclasses import dataclass
from pathlib import Path

from bench.accuracy.poses import PoseStore


@dataclass(frozen=True, slots=True)
class Setting:
    """``clips``: a directory of videos with known events, ``None`` where there is none."""

    store: PoseStore
    clips: Path | None

    def clip(self, *parts: str) -> Path | None:
        """A file of the directory of clips, ``None`` where it is not there."""
        if self.clips is None or not self.clips.joinpath(*parts).is_file():
            return None
        return self.clips.joinpath(*parts)
