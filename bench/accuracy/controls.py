"""Videos without a cricket action: nothing must be found in them."""

from collections.abc import Sequence
from typing import Final

from bench.accuracy.seen import METRICS, Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.trials import KEPT_BACK, trial
from bench.accuracy.videos import Clip, EmptyField, Rendered, VideoSource
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.player import Doing

from cricksy.analysis.coaching.findings import find

SECTION: Final = "Controls"
VIDEOS: Final[tuple[EmptyField | Rendered, ...]] = (
    EmptyField(),
    Rendered(KEPT_BACK, "standing", "right", fps=30),
    Rendered(KEPT_BACK, "walking", "right", fps=30),
)
REAL: Final = (("reference", "cam01.mp4"), ("reference", "cam03.mp4"))
"""A man who balances on one leg, whom nobody would call a cricketer at work: a bystander only."""
CAPTURE: Final = frozenset({"INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE"})
DOINGS: Final[tuple[Doing, ...]] = ("standing", "walking")
PLAYERS: Final = 8
POOR: Final = Faults(jitter=2.0, drift=0.05, dropout=0.1, swaps=0.1)
YAWS: Final = (0.0, 45.0, 90.0, 180.0)


def sources(setting: Setting) -> list[VideoSource]:
    return [*VIDEOS, *_real(setting)]


def rows(setting: Setting) -> list[Row]:
    found = [_row(video.label, [see(setting.store.poses(video))]) for video in VIDEOS]
    real = _real(setting)
    if real:
        found.append(_row("a bystander only, real", [see(setting.store.poses(video)) for video in real]))
    else:
        found.append(absent(SECTION, "a bystander only: CRICKSY_CLIPS names no directory with reference/"))
    for doing in DOINGS:
        seen = [
            trial(KEPT_BACK + i, doing, view=View(yaw_deg=YAWS[i % len(YAWS)]), faults=POOR).seen
            for i in range(PLAYERS)
        ]
        found.append(_row(f"{doing}, landmarks with faults, {len(YAWS)} views", seen))
    return found


def _real(setting: Setting) -> list[Clip]:
    return [Clip(clip) for parts in REAL if (clip := setting.clip(*parts)) is not None]


def _row(name: str, seen: Sequence[Seen]) -> Row:
    return all_of(SECTION, f"{name}: no action, no score, no finding but of the film", [_nothing(one) for one in seen])


def _nothing(seen: Seen) -> bool:
    measurement = seen.measurement
    findings = find(measurement)
    return (
        measurement.discipline.value is None
        and not measurement.events
        and all(seen.score(name) is None for name in METRICS)
        and not findings.strengths
        and CAPTURE.issuperset(finding.code for finding in findings.findings)
    )
