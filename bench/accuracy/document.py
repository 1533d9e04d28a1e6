"""docs/accuracy.md: the table with what made it."""

import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from bench.accuracy.table import Row, markdown, missed

from cricksy.results.versions import ANALYSIS_VERSION

_LIBRARIES: Final = ("mediapipe", "numpy", "scipy", "opencv-python-headless", "av")
_SHORT: Final = 12
"""Digits of a digest that are enough to tell models apart."""

_HEAD: Final = """\
# Accuracy

Made by `make accuracy`; do not edit. A constant is an answer that looks at no frame: front-foot contact 0.12 s before
release, right arm, bowling, left to right, and for a value its middle over the same players. A detector that does not
beat it is none.

Errors in frames are found minus true; 0 is the very frame. Synthetic players and their faults come from seeds that were
kept back when thresholds were chosen. Real clips are read by the package's own pipeline; “mirrored” and “beside” are
films that were made from them at 1920 pixels and read again, “half speed” holds the same frames at doubled timestamps.

Few numbers were chosen with the real clips in view: how much MediaPipe itself smooths, and, so that the copies of one
film get one answer, the fault lines of a bowler's knee (133° and 36°), the score of a strength (0.85), and by how much
the readings of a contact differ and how sure their mean is. Their contacts and releases were looked at while the rules
were chosen. So read those rows, and those of the same action filmed otherwise, as optimistic; mirrored films test how
the model reads the other hand, not the rules. Of several deliveries in one film, events are compared where it holds
neither copies nor fades: there some moved by more than a frame. “Camera that swings after him” are the same clips, cut
to half of their width, which moves along.

Measured but not judged, as hardly nearer to the truth than a constant: the upper arm (no arm of usual length is sure
enough for `ELBOW_DROP`) and the front knee of a stroke (`KNEE_COLLAPSE` is found of deliveries only). Hip–shoulder
timing is not measured at all. Of the measures, side lean, the front knee and a batter's hand speed are hardly nearer to
the truth than a constant either: they are described with their error and no verdict. The times of a stroke miss their
bound: no landmark shows at what angle the bat meets the ball, and five degrees are up to 50 ms of a defence. For the
same reason impact within 2 frames is required of 90 % of the strokes filmed side-on and of 80 % of all, not of each.
"""


def document(rows: Sequence[Row], models: Mapping[str, str]) -> str:
    """The whole page; ``models``: sha256 by name."""
    return "\n".join([_HEAD, _made_with(models), "", markdown(rows), _bounds(rows), ""])


def _made_with(models: Mapping[str, str]) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    digests = ", ".join(f"{name} `{digest[:_SHORT]}`" for name, digest in models.items())
    day = datetime.now(UTC).date().isoformat()
    return f"{day}, analysis {ANALYSIS_VERSION}, Python {platform.python_version()}, {libraries}; {digests}."


def _bounds(rows: Sequence[Row]) -> str:
    """Which bounds are missed, as a list."""
    kept = sum(row.met is True for row in rows)
    lacking = missed(rows)
    if not lacking:
        return f"All {kept} bounds are kept."
    listed = "\n".join(
        f"* {row.section}: {row.what}{row.detail}: {row.measured}, required {row.required}" for row in lacking
    )
    return f"{kept} bounds are kept, {len(lacking)} missed:\n\n{listed}"
