"""The same movement otherwise filmed: by how much a score changes that should not, and the value beneath it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bench.accuracy import transforms
from bench.accuracy.seen import METRICS, Seen
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, at_most
from bench.accuracy.trials import KEPT_BACK, Trial, trial
from bench.accuracy.videos import VideoSource
from tools.synthetic.film import mirrored
from tools.synthetic.player import Doing

from cricksy.analysis.measure import measure
from cricksy.analysis.track import Track
from cricksy.results.measurements import Metric
from cricksy.vocabulary import Given

SECTION: Final = "Invariance"
BOUND: Final = 0.02
RATES: Final = (30.0, 120.0)
"""Frames a second, against 60."""

CHANGES: Final[Mapping[str, Callable[[Track], Track]]] = {
    "scale × 0.5": partial(transforms.scaled, factor=0.5),
    "scale × 2": partial(transforms.scaled, factor=2.0),
    "translation": partial(transforms.moved, right=170.0, down=60.0),
    "16:9 → 9:16": partial(transforms.framed, width=1080, height=1920),
    "mirror": mirrored,
    "time shift": partial(transforms.shifted, by_ms=7321.0),
}
PLAYERS: Final[tuple[tuple[int, Doing], ...]] = tuple(
    (KEPT_BACK + i, discipline) for discipline in ("bowling", "batting") for i in range(4)
)


@dataclass(frozen=True, slots=True)
class Change:
    """A metric before and after, and how its value scores, whether or not that is sure enough to be published."""

    name: str
    before: Metric
    after: Metric
    scores: tuple[float | None, float | None]

    @property
    def of_score(self) -> float:
        """0–1; a score that comes or goes has changed by 1."""
        before, after = self.scores
        if before is None or after is None:
            return float(before is not after)
        return abs(before - after)

    @property
    def of_value(self) -> float:
        """In units of its error: a score of 1 hides what its value does."""
        if self.before.value is None or self.after.value is None or not self.before.error:
            return 0.0
        return abs(self.before.value - self.after.value) / self.before.error


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    plain = [trial(seed, discipline) for seed, discipline in PLAYERS]
    found = [_row(name, plain, [_again(one, change) for one in plain]) for name, change in CHANGES.items()]
    for fps in RATES:
        others = [trial(seed, discipline, fps=fps).seen for seed, discipline in PLAYERS]
        found.append(_row(f"{fps:.0f} against 60 frames a second", plain, others))
    return found


def _again(one: Trial, change: Callable[[Track], Track]) -> Seen:
    track = change(one.filmed.track)
    video = replace(one.filmed.video, width=track.width, height=track.height)
    return Seen(track, measure(track, video, Given()))


def _row(how: str, before: Sequence[Trial], after: Sequence[Seen]) -> Row:
    changes = [
        Change(name, one.seen.metric(name), other.metric(name), (one.seen.score(name), other.score(name)))
        for one, other in zip(before, after, strict=True)
        for name in METRICS
    ]
    score = max(changes, key=lambda change: change.of_score)
    value = max(changes, key=lambda change: change.of_value)
    beneath = f" ({score.name}); a value by {value.of_value:.2g} of its error ({value.name})" if value.of_value else ""
    what = f"{how}: largest change of a score"
    return at_most(SECTION, what, score.of_score, bound=BOUND, unit="", detail=beneath)
