"""The lag of the trunk's fastest turn behind the pelvis's: what is given of it, and why no more."""

from typing import Final

import numpy as np
from bench.accuracy.seen import TIMING
from bench.accuracy.table import Row
from bench.accuracy.trials import KEPT_BACK, player, spread, trial
from tools.synthetic import landmarks as lm
from tools.synthetic import measures
from tools.synthetic.camera import View
from tools.synthetic.faults import SEEN, Faults, spoil
from tools.synthetic.geometry import Array

from cricksy.analysis import filters
from cricksy.analysis import thresholds as th
from cricksy.analysis.preprocessing.cleaning import CUTOFF_HZ
from cricksy.analysis.track import BoolArray

PLAYERS: Final = 12
FPS: Final = 120.0
FRONT_ON: Final = View(yaw_deg=90.0, orthographic=True)
BOUND: Final = 0.25
"""Frames."""
MODEL: Final = Faults(jitter=1.0, drift=0.05)
"""What a pose model gets wrong at its best."""


def rows(section: str) -> list[Row]:
    return [_given(section), _limit(section)]


def _given(section: str) -> Row:
    """Filmed from the front at 120 frames a second, where the turn of hips and shoulders shows."""
    trials = [trial(KEPT_BACK + i, "bowling", view=FRONT_ON, fps=FPS) for i in range(PLAYERS)]
    off = [abs(error) * FPS / 1000.0 for one in trials if (error := one.off(TIMING)) is not None]
    wrong = sum(error > BOUND for error in off)
    constant = spread([one.true_value(TIMING) or 0.0 for one in trials]) * FPS / 1000.0
    given = f"of {len(off)} given of {PLAYERS}"
    return Row(
        section,
        f"bowling, no noise: lags of trunk behind pelvis off by more than {BOUND} frames, {given}",
        str(wrong),
        f"{constant:.1f} frames",
        f"≤ {BOUND} frames" if off else None,
        wrong == 0 if off else None,
    )


def _limit(section: str) -> Row:
    """Seen from straight above, where headings are exact but for what the model gets wrong of each joint."""
    off: list[float] = []
    true: list[float] = []
    for seed in range(KEPT_BACK, KEPT_BACK + PLAYERS):
        performance = player(seed, "bowling")
        events = performance.events()
        t: Array = np.arange(0.0, performance.action.duration, 1.0 / FPS)
        joints = measures.joints_at(performance, t)
        window = (t >= events["back_foot_contact"]) & (t <= events["ball_release"] + measures.ROTATION_AFTER)
        from_above = _from_above(joints, t, seed)
        hips, shoulders = (_fastest_turn(t, from_above, joint, window) for joint in (lm.HIP, lm.SHOULDER))
        measured = trial(seed, "bowling").true_value(TIMING) or 0.0
        off.append((shoulders - hips) * 1000.0 - measured)
        true.append(measured)
    constant = float(np.mean(np.abs(np.array(true) - np.median(true))))
    what = f"bowling: lag from headings that are exact but for a model's errors, mean of {PLAYERS} errors"
    return Row(section, what, f"{np.mean(np.abs(off)):.0f} ms", f"{constant:.0f} ms")


def _from_above(joints: Array, t: Array, seed: int) -> Array:
    """(n, 33, 2) landmarks in metres along and across the pitch, as a model might see them."""
    trunk = float(np.linalg.norm(joints[0, lm.SHOULDER] - joints[0, lm.HIP]))
    seen = np.concatenate([joints[..., [0, 2, 1]], np.full((*joints.shape[:2], 1), SEEN)], axis=-1)
    return spoil(seen, t, trunk, MODEL, np.random.default_rng(seed))[..., :2]


def _fastest_turn(t: Array, points: Array, joint: int, window: BoolArray) -> float:
    """Seconds at which the line through a pair of landmarks (n, 33, 2) turns fastest, to the nearest frame."""
    smooth = filters.low_pass(t, points[:, joint + 1] - points[:, joint], CUTOFF_HZ, th.FILTER_RATE_HZ)
    heading = np.unwrap(np.arctan2(smooth[:, 0], smooth[:, 1]))
    speed = np.abs(filters.rate_of_change(t, heading))
    return float(t[np.argmax(np.where(window, speed, 0.0))])
