"""Perfect landmarks of players whose joints are known: how exact the mathematics is, and what the noise floor costs.

Angles are read twice: at the events as they were found, and at the true ones, given as a coach corrects them. A knee
that turns by 8° from frame to frame is off by 4° half a frame from release, so without noise the bound on angles holds
for the second reading, beside that on events.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from bench.accuracy import lag
from bench.accuracy.seen import ELBOW, KNEE
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, all_of, at_most
from bench.accuracy.trials import KEPT_BACK, Trial, spread, trial, worst
from bench.accuracy.videos import VideoSource
from tools.synthetic import measures
from tools.synthetic.faults import FLOOR, NONE, Faults
from tools.synthetic.player import Doing

from cricksy.analysis.disciplines.registry import profile_of
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline

SECTION: Final = "Kinematic truth"
PLAYERS: Final = 12
ANGLE_BOUND, NOISY_ANGLE_BOUND = 0.5, 3.0
"""Degrees: without noise at the true events, and with noise at the events as found."""
UPPER_ARM: Final[Mapping[Doing, str]] = {"bowling": "upper arm at release", "batting": "fall of the front elbow"}
NEAR_IMPACT: Final = 0.05
"""Seconds before and after impact between which the bat comes upright."""


@dataclass(frozen=True, slots=True)
class Case:
    """A discipline with perfect or noisy landmarks, and what is required of it."""

    discipline: Doing
    noise: str
    faults: Faults
    event_bound: float


CASES: Final = (
    Case("bowling", "no noise", NONE, 0.5),
    Case("batting", "no noise", NONE, 0.5),
    Case("bowling", "noise floor", FLOOR, 1.0),
    Case("batting", "noise floor", FLOOR, 1.0),
)


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    found: list[Row] = []
    for case in CASES:
        trials = [trial(KEPT_BACK + i, case.discipline, faults=case.faults) for i in range(PLAYERS)]
        found += [*_kind(case, trials), *_angles(case, trials), *_events(case, trials)]
        if case.faults is NONE:
            found.append(OWN_ROWS[case.discipline](case, trials))
    return [*found, *lag.rows(SECTION)]


def _kind(case: Case, trials: Sequence[Trial]) -> list[Row]:
    right = sum(one.filmed.truth.handedness == "right" for one in trials)
    n = len(trials)
    bowling = n if case.discipline == "bowling" else 0
    name = f"{case.discipline}, {case.noise}"
    return [
        all_of(SECTION, f"{name}: discipline", [one.discipline_right for one in trials], f"{bowling}/{n}"),
        all_of(SECTION, f"{name}: handedness", [one.hand_right for one in trials], f"{right}/{n}"),
    ]


def _angles(case: Case, trials: Sequence[Trial]) -> list[Row]:
    name, n = f"{case.discipline}, {case.noise}", len(trials)
    upper_arm = UPPER_ARM[case.discipline]
    knees = spread([one.knee_in_picture() for one in trials])
    elbows = spread([one.true_value(ELBOW) or 0.0 for one in trials])
    in_space = [abs(error) for one in trials if (error := one.off(KNEE)) is not None]
    bound = None if case.faults is NONE else NOISY_ANGLE_BOUND
    found = [
        _angle_row(f"{name}: front knee in the picture, worst of {n}", _knees_off(trials), bound, knees),
        Row(SECTION, f"{name}: the same against the knee in space", f"{max(in_space, default=float('nan')):.3g}°"),
        _angle_row(f"{name}: {upper_arm}, worst of {n}", _elbows_off(trials), bound, elbows),
    ]
    if case.faults is not NONE:
        return found
    told, name = [one.told_events() for one in trials], f"{name}, events given"
    return [
        *found,
        _angle_row(f"{name}: front knee in the picture, worst of {n}", _knees_off(told), ANGLE_BOUND, knees),
        _angle_row(f"{name}: {upper_arm}, worst of {n}", _elbows_off(told), ANGLE_BOUND, elbows),
    ]


def _elbows_off(trials: Sequence[Trial]) -> list[float | None]:
    return [one.off(ELBOW) for one in trials]


def _knees_off(trials: Sequence[Trial]) -> list[float | None]:
    knees = [one.seen.metric(KNEE).value for one in trials]
    return [None if knee is None else knee - one.knee_in_picture() for knee, one in zip(knees, trials, strict=True)]


def _angle_row(what: str, off: Sequence[float | None], bound: float | None, constant: float) -> Row:
    scored = f"{constant:.1f}°"
    if bound is not None:
        return at_most(SECTION, what, worst(off), bound=bound, unit="°", constant=scored)
    largest = worst(off)
    return Row(SECTION, what, "nothing found" if largest is None else f"{largest:.3g}°", scored)


def _events(case: Case, trials: Sequence[Trial]) -> list[Row]:
    names = profile_of(Discipline(case.discipline)).events
    off = [one.events_off() for one in trials]
    return [
        at_most(
            SECTION,
            f"{case.discipline}, {case.noise}: {name.replace('_', ' ')}, worst of {len(trials)}",
            worst([one.get(name) for one in off]),
            bound=case.event_bound,
            unit=" frames",
            constant=_constant(name, trials),
        )
        for name in names
    ]


def _upper_arm_row(case: Case, trials: Sequence[Trial]) -> Row:
    """What one camera cannot correct: an arm that is never in the image plane looks too short in the whole video."""
    shown = [_longest_upper_arm(one) for one in trials]
    true = [np.radians(one.true_value(ELBOW) or 0.0) for one in trials]
    off = [np.degrees(np.arcsin(min(1.0, np.sin(a) / share)) - a) for a, share in zip(true, shown, strict=True)]
    what = f"{case.discipline}, {case.noise}: longest upper arm in the picture, of its true length, all {len(trials)}"
    alone = f"up to {worst(off):.3g}° at release by that alone"
    return Row(SECTION, what, f"{100.0 * min(shown):.1f}–{100.0 * max(shown):.1f} %; {alone}")


def _longest_upper_arm(one: Trial) -> float:
    """The longest projection of either upper arm in the video over the length of the bowling one."""
    truth = one.filmed.truth
    length = measures.upper_arm_lengths(one.performance)[truth.arm or 0] * one.view.px_per_m
    return float(np.linalg.norm(measures.upper_arms(truth.landmarks_px), axis=-1).max() / length)


def _bat_row(case: Case, trials: Sequence[Trial]) -> Row:
    """What no landmark shows: a bat that meets the ball before or after it is upright, up to 5° off."""
    leans = [_lean(one) for one in trials]
    found = [one.events_off().get("impact") for one in trials]
    rest = [abs(off + lean) for off, lean in zip(found, leans, strict=True) if off is not None]
    what = f"{case.discipline}, {case.noise}: bat upright to impact, worst of {len(trials)}"
    return Row(
        SECTION, what, f"{worst(leans):.3g} frames; the rest of impact's error is {max(rest, default=math.nan):.2g}"
    )


def _lean(one: Trial) -> float:
    """Frames from when the handle, from hand to hand, is upright until the bat meets the ball."""
    impact, action = one.filmed.truth.events["impact"], one.performance.action
    t = np.linspace(impact - NEAR_IMPACT, impact + NEAR_IMPACT, 401)
    hands = one.performance.pose(t).joints
    x, y, _ = (hands[f"hand_{action.hand}"] - hands[f"hand_{action.front}"]).T
    return (impact - float(np.interp(0.0, np.arctan2(x, -y), t))) * one.fps


def _constant(name: EventName, trials: Sequence[Trial]) -> str | None:
    """Worst error of a fixed time before the key event: 0.12 s for a bowler's front foot, else the median."""
    key: EventName = "ball_release" if "ball_release" in trials[0].filmed.truth.events else "impact"
    gaps = [(one.filmed.truth.events[key] - one.filmed.truth.events[name]) * one.fps for one in trials]
    if name == key:
        return None
    if name == "front_foot_contact" and key == "ball_release":
        return f"{max(abs(gap - 0.12 * trials[0].fps) for gap in gaps):.1f} frames"
    return f"{spread(gaps):.1f} frames"


OWN_ROWS: Final[Mapping[Doing, Callable[[Case, Sequence[Trial]], Row]]] = {
    "bowling": _upper_arm_row,
    "batting": _bat_row,
}
"""What one camera cannot tell of each discipline."""
