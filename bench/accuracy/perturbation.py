"""What faults of the landmarks and of the view do to confidence and error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from bench.accuracy.seen import KNEE, METRICS
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row
from bench.accuracy.trials import KEPT_BACK, Trial, trial
from bench.accuracy.videos import VideoSource
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults

from cricksy.analysis.track import IntArray

SECTION: Final = "Perturbation"
PLAYERS: Final = 8
CONFIDENT: Final = 0.65
"""From here on a finding speaks in plain words."""
TIE: Final = 0.005
"""Rise of a mean confidence that counts as none: it is published to 0.001, over eight players."""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a perturbation."""

    label: str
    faults: Faults
    view: View


def _side(faults: Faults, label: str) -> Level:
    return Level(label, faults, View())


PERTURBATIONS: Final[Mapping[str, tuple[Level, ...]]] = {
    "frames without a person": tuple(
        _side(Faults(jitter=1.0, dropout=share), f"{share:.0%}") for share in (0.0, 0.1, 0.2, 0.3)
    ),
    "jitter, times the floor": tuple(_side(Faults(jitter=times), f"{times:g}") for times in (0.0, 1.0, 2.0, 4.0, 8.0)),
    "frames with left and right exchanged": tuple(
        _side(Faults(jitter=1.0, swaps=share), f"{share:.0%}") for share in (0.0, 0.1, 0.2, 0.3)
    ),
    "camera's yaw": tuple(Level(f"{yaw}°", Faults(jitter=1.0), View(yaw_deg=yaw)) for yaw in (0, 15, 30, 45, 60)),
}


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    found: list[Row] = []
    for name, levels in PERTURBATIONS.items():
        trials = [
            [trial(KEPT_BACK + i, "bowling", view=level.view, faults=level.faults) for i in range(PLAYERS)]
            for level in levels
        ]
        labels = [level.label for level in levels]
        found += [_confidence_row(name, labels, trials), _knee_row(name, labels, trials)]
        if name == "camera's yaw":
            every = [one for level in trials for one in level]
            found += [_wrong_knees(every), _plane_row(every)]
    return found


def _confidence_row(name: str, labels: Sequence[str], trials: Sequence[Sequence[Trial]]) -> Row:
    """Mean confidence over players and metrics; a metric that is not given has none."""
    means = [np.mean([one.seen.metric(metric).confidence for one in level for metric in METRICS]) for level in trials]
    listed = " · ".join(f"{label}: {mean:.2f}" for label, mean in zip(labels, means, strict=True))
    falls = all(later <= earlier + TIE for earlier, later in pairwise(means))
    return Row(SECTION, f"{name}: mean confidence", listed, None, "never rises", falls and bool(means[-1] < means[0]))


def _knee_row(name: str, labels: Sequence[str], trials: Sequence[Sequence[Trial]]) -> Row:
    cells: list[str] = []
    for label, level in zip(labels, trials, strict=True):
        off = [abs(error) for one in level if (error := one.off(KNEE)) is not None]
        sure = np.mean([one.seen.metric(KNEE).confidence for one in level])
        cells.append(f"{label}: {np.mean(off):.1f}° at {sure:.2f}" if off else f"{label}: none given")
    true = [one.true_value(KNEE) or 0.0 for one in trials[0]]
    constant = float(np.mean(np.abs(np.array(true) - np.median(true))))
    return Row(
        SECTION, f"{name}: front knee's mean error at its mean confidence", " · ".join(cells), f"{constant:.1f}°"
    )


def _wrong_knees(trials: Sequence[Trial]) -> Row:
    """Knees that are said with confidence and lie further from the knee in space than their own error."""
    wrong = 0
    for one in trials:
        knee, off = one.seen.metric(KNEE), one.off(KNEE)
        wrong += off is not None and knee.confidence >= CONFIDENT and abs(off) > (knee.error or 0.0)
    what = f"0–60° of yaw: knees of confidence ≥ {CONFIDENT:g} outside their own error, of {len(trials)}"
    return Row(SECTION, what, str(wrong), None, "0", wrong == 0)


def _plane_row(trials: Sequence[Trial]) -> Row:
    """Whether confidence knows what the leg's plane costs: Spearman's rank correlation with the error in space."""
    given = [(one.seen.metric(KNEE).confidence, abs(off)) for one in trials if (off := one.off(KNEE)) is not None]
    confidence, error = (_ranks([pair[column] for pair in given]) for column in (0, 1))
    correlation = float(np.corrcoef(confidence, error)[0, 1])
    what = "0–60° of yaw: rank correlation of the knee's confidence with its error in space"
    detail = f", {len(given)} knees"
    return Row(SECTION, what, f"{correlation:.2f}", "0", "below 0", correlation < 0, detail)


def _ranks(values: Sequence[float]) -> IntArray:
    return np.argsort(np.argsort(np.array(values)))
