"""Perfect landmarks of players whose joints are known: how exact the mathematics is, and what the noise floor costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.accuracy import lag
from bench.accuracy.films import FilmSource
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, all_of, at_most
from bench.accuracy.trials import EVENTS, KEPT_BACK, Trial, spread, trial, worst
from tools.synthetic.faults import FLOOR, NONE, Faults
from tools.synthetic.player import Doing

from cricksy.results import EventName
from cricksy.vocabulary import Discipline

SECTION: Final = "Kinematic truth"
PLAYERS: Final = 12
ANGLE_BOUND, NOISY_ANGLE_BOUND = 0.5, 3.0


@dataclass(frozen=True, slots=True)
class Case:
    """A discipline with perfect or noisy landmarks, and what is required of it."""

    discipline: Doing
    noise: str
    faults: Faults
    angle_bound: float
    event_bound: float


CASES: Final = (
    Case("bowling", "no noise", NONE, ANGLE_BOUND, 0.5),
    Case("batting", "no noise", NONE, ANGLE_BOUND, 0.5),
    Case("bowling", "noise floor", FLOOR, NOISY_ANGLE_BOUND, 1.0),
    Case("batting", "noise floor", FLOOR, NOISY_ANGLE_BOUND, 1.0),
)


def sources(_setting: Setting) -> list[FilmSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    found: list[Row] = []
    for case in CASES:
        trials = [trial(KEPT_BACK + i, case.discipline, faults=case.faults) for i in range(PLAYERS)]
        found += [*_kind(case, trials), *_angles(case, trials), *_events(case, trials)]
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
    knee, elbow = "front_knee_brace_score", "elbow_drop_score"
    in_picture = [one.knee_in_picture() for one in trials]
    knees = [one.seen.metric(knee).value for one in trials]
    off = [None if found is None else found - true for found, true in zip(knees, in_picture, strict=True)]
    upper_arm = "upper arm at release" if case.discipline == "bowling" else "fall of the front elbow"
    in_space = [abs(error) for one in trials if (error := one.off(knee)) is not None]
    name, n = f"{case.discipline}, {case.noise}", len(trials)
    return [
        _angle_row(case, f"{name}: front knee in the picture, worst of {n}", off, spread(in_picture)),
        Row(SECTION, f"{name}: the same against the knee in space", f"{max(in_space, default=float('nan')):.3g}°"),
        _angle_row(
            case,
            f"{name}: {upper_arm}, worst of {n}",
            [one.off(elbow) for one in trials],
            spread([one.true_value(elbow) or 0.0 for one in trials]),
        ),
    ]


def _angle_row(case: Case, what: str, off: Sequence[float | None], constant: float) -> Row:
    return at_most(SECTION, what, worst(off), bound=case.angle_bound, unit="°", constant=f"{constant:.1f}°")


def _events(case: Case, trials: Sequence[Trial]) -> list[Row]:
    names = EVENTS[Discipline(case.discipline)]
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


def _constant(name: EventName, trials: Sequence[Trial]) -> str | None:
    """Worst error of a fixed time before the key event: 0.12 s for a bowler's front foot, else the median."""
    key: EventName = "ball_release" if "ball_release" in trials[0].filmed.truth.events else "impact"
    gaps = [(one.filmed.truth.events[key] - one.filmed.truth.events[name]) * one.fps for one in trials]
    if name == key:
        return None
    if name == "front_foot_contact" and key == "ball_release":
        return f"{max(abs(gap - 0.12 * trials[0].fps) for gap in gaps):.1f} frames"
    return f"{spread(gaps):.1f} frames"
