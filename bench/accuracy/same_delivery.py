"""The same delivery or stroke filmed otherwise: what is said of it must not depend on the file.

Every film as it was shot against seven copies. Values are compared with the error that both state, so 90 of 100 pairs
lie within it; events in frames of the original; findings by code and severity, with the strengths and the level. Of the
slowed copies, one is told how it was filmed and one is not: of the latter only those that are said to be slowed are
compared, and a row of its own requires that the coach of every other one is asked. An event in the frames that a copy
lacks is not asked of it, nor is what is said of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import hypot
from typing import Final

import numpy as np
from bench.accuracy import edit, real, rendered
from bench.accuracy.poses import Poses
from bench.accuracy.seen import METRICS, Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.videos import HALF_SPEED, LATE_FRAMES, Changed, Clip, Cropped, Told, VideoSource

from cricksy.analysis.coaching.capture_quality import find_problems
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.skeleton import WHOLE_BODY
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Given

SECTION: Final = "The same action filmed otherwise"
WITHIN: Final = 0.9
"""Of the pairs of values, at least."""
FRAME: Final = 1
"""By which an event may move."""
FACTOR_BOUND: Final = 0.05
"""Of the factor by which a copy is slowed."""
CROP: Final = 0.6
"""Of the image's width and height: around the player, and no less than holds him."""
CROP_MARGIN: Final = 0.05
"""Of the image on every side of the player."""
BATTERS: Final = ("batting, right-handed, side", "batting, left-handed, side")

LATE: Final = "without its first frames"
TOLD: Final = "half speed, told"
UNTOLD: Final = "half speed, untold"


@dataclass(frozen=True, slots=True)
class Pair:
    """One film as it was shot and a copy; ``late``: frames of the original before the copy's first."""

    film: str
    original: Seen
    copy: Seen
    late: int

    def values_within(self) -> list[bool]:
        """Of each metric that both have, whether the values differ by no more than both errors together."""
        pairs = [(self.original.metric(name), self.copy.metric(name)) for name in METRICS]
        return [
            abs(one.value - other.value) <= hypot(one.error or 0.0, other.error or 0.0)
            for one, other in pairs
            if one.value is not None and other.value is not None
        ]

    def said(self) -> tuple[set[str], set[str]]:
        """What the report of either says of the player."""
        return _said(self.original), _said(self.copy)

    def cut_off(self) -> list[EventName]:
        """The events in the original's frames before the copy's first."""
        return [event.name for event in self.original.measurement.events if event.frame < self.late]

    def moved(self) -> list[str]:
        """The events that lie elsewhere, or that one of the two lacks though both show it."""
        names: list[EventName] = [
            event.name for seen in (self.original, self.copy) for event in seen.measurement.events
        ]
        moved: list[str] = []
        for name in dict.fromkeys(names):
            before, after = self.original.event_frame(name), self.copy.event_frame(name)
            if after is None and name in self.cut_off():
                continue
            if before is None or after is None:
                moved.append(f"{name} {'come' if before is None else 'gone'}")
            elif abs(after + self.late - before) > FRAME:
                moved.append(f"{name} {after + self.late - before:+d}")
        return moved


def films(setting: Setting) -> list[VideoSource]:
    """The real deliveries and the rendered strokes."""
    clips = [delivery.file for delivery in real.deliveries(setting)]
    others = [clip for name in real.OTHERS if (clip := setting.clip("bowling", f"{name}.mp4")) is not None]
    return [*map(Clip, [*clips, *others]), *(rendered.VIDEOS[batter] for batter in BATTERS)]


def sources(setting: Setting) -> list[VideoSource]:
    if not real.deliveries(setting):
        return []
    return [*films(setting), *(make(film) for make in _copies(setting).values() for film in films(setting))]


def rows(setting: Setting) -> list[Row]:
    if not real.deliveries(setting):
        return [absent(SECTION, "no clips: CRICKSY_CLIPS names no directory with bowling/events.csv")]
    originals = {film.name: see(setting.store.poses(film)) for film in films(setting)}
    found: list[Row] = []
    every: list[Pair] = []
    for name, make in _copies(setting).items():
        pairs = [
            Pair(film.name, originals[film.name], _copy(setting, make(film)), LATE_FRAMES if name == LATE else 0)
            for film in films(setting)
        ]
        sure = [pair for pair in pairs if name != UNTOLD or _is_slowed(pair.copy)]
        found += _rows(name, sure)
        if name == UNTOLD:
            found.append(speed_row([(pair.film, pair.copy) for pair in pairs]))
        every += sure
    return [*found, *_rows("all", every, detailed=False)]


def _copy(setting: Setting, film: VideoSource) -> Seen:
    given = Given(capture_fps=film.capture_fps) if isinstance(film, Told) else None
    return see(setting.store.poses(film), given)


def is_right_or_asked(slowed: Seen) -> bool:
    """Whether a copy at half speed is said to be one, or is not sure and its coach is asked."""
    slow = slowed.measurement.speed.slow_motion
    if slow.source == "none":
        return any(problem.asks for problem in find_problems(slowed.measurement))
    return abs(slow.factor / HALF_SPEED - 1.0) <= FACTOR_BOUND


def speed_row(copies: Sequence[tuple[str, Seen]]) -> Row:
    """Of all copies at half speed, by the name of the film, that nobody is told of."""
    wrong = [(film, _speed(copy)) for film, copy in copies if not is_right_or_asked(copy)]
    right = [is_right_or_asked(copy) for _, copy in copies]
    return all_of(SECTION, f"{UNTOLD}: slowed rightly, or asked", right, detail=_listed(wrong))


def _speed(seen: Seen) -> str:
    slow = seen.measurement.speed.slow_motion
    return f"{slow.factor:.3g} {slow.source}"


def _is_slowed(seen: Seen) -> bool:
    """Whether the film is said to be slowed, and not only to seem so."""
    return seen.measurement.speed.slow_motion.source == "inferred"


def _copies(setting: Setting) -> Mapping[str, Callable[[VideoSource], VideoSource]]:
    return {
        "mirrored": partial(Changed, change="mirrored"),
        "half size": partial(Changed, change="small"),
        "low bit rate": partial(Changed, change="coarse"),
        "cropped to 60 %": lambda film: Cropped(film, _around(setting.store.poses(film))),
        LATE: partial(Changed, change="late"),
        TOLD: lambda film: Told(Changed(film, "half"), setting.store.poses(film).video.source_fps),
        UNTOLD: partial(Changed, change="half"),
    }


def _around(poses: Poses) -> edit.Part:
    """``CROP`` of the image's sides around the player, or as much as he takes up with a margin."""
    track = poses.track
    xy = track.landmarks[:, np.asarray(WHOLE_BODY), :2].reshape(-1, 2) / (track.width, track.height)
    xy = xy[np.isfinite(xy).all(axis=1)]
    low, high = np.percentile(xy, 1, axis=0) - CROP_MARGIN, np.percentile(xy, 99, axis=0) + CROP_MARGIN
    size = np.clip(np.maximum(CROP, high - low), 0.0, 1.0)
    first = np.clip((low + high - size) / 2, 0.0, 1.0 - size)
    left, top, right, bottom = (round(float(side), 3) for side in (*first, *(first + size)))
    return left, top, right, bottom


def _rows(name: str, pairs: Sequence[Pair], *, detailed: bool = True) -> list[Row]:
    within = [is_within for pair in pairs for is_within in pair.values_within()]
    share = sum(within) / len(within) if within else 0.0
    changed = [(pair.film, _difference(*pair.said())) for pair in pairs if not pair.cut_off()]
    moved = [(pair.film, ", ".join(pair.moved())) for pair in pairs]
    return [
        Row(
            SECTION,
            f"{name}: values within both errors",
            f"{sum(within)}/{len(within)}",
            required=f"≥ {WITHIN:.0%}",
            met=share >= WITHIN,
        ),
        all_of(
            SECTION,
            f"{name}: the same findings, severities, strengths and level",
            [not difference for _, difference in changed],
            detail=_listed(changed) if detailed else "",
        ),
        all_of(
            SECTION,
            f"{name}: every event within {FRAME} frame",
            [not events for _, events in moved],
            detail=_listed(moved) if detailed else "",
        ),
    ]


def _said(seen: Seen) -> set[str]:
    findings = find(seen.measurement)
    faults = {f"{finding.code} {finding.severity}" for finding in findings.findings if finding.metric is not None}
    strengths = {f"{strength.code} strong" for strength in findings.strengths}
    return faults | strengths | {f"level {findings.overall_level}"}


def _difference(before: set[str], after: set[str]) -> str:
    return ", ".join(
        [*(f"-{said}" for said in sorted(before - after)), *(f"+{said}" for said in sorted(after - before))]
    )


def _listed(by_film: Sequence[tuple[str, str]]) -> str:
    told = "; ".join(f"{film}: {what}" for film, what in by_film if what)
    return f" ({told})" if told else ""
