"""Baseball pitches and golf swings of real people, from all around: no action of cricket, and knees that are known.

Each trial is filmed from 72 directions at two rates, as it is and mirrored. What is taken for cricket is counted; then
the discipline is told, so that a front knee is measured, and compared with the one that the image shows, and so that a
hand is named: that of a thrower is the bowling one, a golfer's that of a batter. That no film
is slowed is told too, but for twelve directions at one rate: there the clock is guessed.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from bench.accuracy.captured import PITCHES, SWINGS, Shot, captured, joints_of, places, shoot
from bench.accuracy.seen import KNEE
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, at_most
from bench.accuracy.videos import VideoSource

from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.metrics.knee import KneeParams
from cricksy.vocabulary import Discipline, Given, Handedness

SECTION: Final = "Throws and golf swings"
YAWS: Final = tuple(range(0, 360, 5))
RATES: Final = (30, 60)
GUESSED_YAWS, GUESSED_RATES = tuple(range(0, 360, 30)), (30,)
"""Of the films whose clock is guessed: it takes ten times as long."""
SURE: Final = 0.5
KNEE_BOUND: Final = 7.0
"""Degrees."""
CHUNK: Final = 16
"""Films that a process takes at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One film: what it is taken for, how surely, and, told the discipline, what is measured.

    ``knee_off``: degrees by which the front knee is off; ``None``: no knee. ``hand``: whether it is the right one;
    ``None``: none is named. ``hand_confidence``: how surely it is.
    """

    trial: str
    discipline: Discipline | None
    confidence: float
    knee_off: float | None
    hand: bool | None
    hand_confidence: float
    guessed: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A film to make and to measure; ``guessed``: without the rate at which it was shot."""

    file: Path
    trial: str
    yaw_deg: int
    fps: int
    mirror: bool
    guessed: bool


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    directory = captured()
    if directory is None:
        return [absent(SECTION, "no trials: CRICKSY_MOCAP names no directory with joints of throws and swings")]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        taken = list(pool.map(take, _jobs(directory), chunksize=CHUNK))
    kinds = (("pitches", PITCHES), ("golf swings", SWINGS))
    return [
        *(
            _called_row(
                f"{what} taken for cricket{clock}",
                [one for one in taken if one.trial in trials and one.guessed == guessed],
            )
            for (what, trials), (guessed, clock) in product(kinds, ((False, ""), (True, ", clock guessed")))
        ),
        *(_hand_row(what, [one for one in taken if one.trial in trials]) for what, trials in kinds),
        *(_knee_row(trial, [one for one in taken if one.trial == trial]) for trial in (*PITCHES, *SWINGS)),
    ]


def take(job: Job) -> Taken:
    """Film one trial and measure it untold, then told."""
    shot = shoot(places(job.file), job.yaw_deg, job.fps, job.yaw_deg, mirror=job.mirror)
    untold = measure(shot.track, shot.video, Given(capture_fps=None if job.guessed else job.fps))
    told = Given(discipline=Discipline.BOWLING if job.trial in PITCHES else Discipline.BATTING)
    seen = measure(shot.track, shot.video, told, speed=untold.speed)
    hand, true = seen.handedness, Handedness.LEFT if job.mirror else Handedness.RIGHT
    return Taken(
        trial=job.trial,
        discipline=untold.discipline.value,
        confidence=untold.discipline.confidence,
        knee_off=_knee_off(shot, seen),
        hand=None if hand.value is None else hand.value is true,
        hand_confidence=hand.confidence,
        guessed=job.guessed,
    )


def _jobs(directory: Path) -> list[Job]:
    return [
        Job(joints_of(directory, trial), trial, yaw, fps, mirror, guessed)
        for yaws, rates, guessed in ((YAWS, RATES, False), (GUESSED_YAWS, GUESSED_RATES, True))
        for trial, yaw, fps, mirror in product((*PITCHES, *SWINGS), yaws, rates, (False, True))
    ]


def _knee_off(shot: Shot, seen: Measurement) -> float | None:
    """Found minus true angle of the front knee in the image, or of the more bent one where no front leg is known."""
    knee = seen.metrics[KNEE]
    if knee.value is None or knee.at is None:
        return None
    params = profile_of(seen.discipline.value if seen.events else None).params(KneeParams)
    assert params is not None
    true = shot.knees[knee.at.frame]
    angle = float(true.min() if seen.front_leg is None else true[seen.front_leg])
    return knee.value - params.of(angle)


def _called_row(what: str, taken: Sequence[Taken]) -> Row:
    called = [one.confidence for one in taken if one.discipline is not None]
    return at_most(
        SECTION,
        f"{what} at a confidence above {SURE:g}, of {len(taken)}",
        float(sum(confidence > SURE for confidence in called)),
        bound=0,
        unit="",
        detail=f"; {len(called)} at all, at {max(called, default=0.0):.2f} at most",
    )


def _hand_row(what: str, taken: Sequence[Taken]) -> Row:
    named = [one for one in taken if one.hand is not None]
    wrong = [one for one in named if not one.hand]
    return at_most(
        SECTION,
        f"{what}, discipline told: hand wrong and sure, of {len(taken)}",
        float(sum(one.hand_confidence >= SURE for one in wrong)),
        bound=0,
        unit="",
        detail=f"; {len(named)} named, {len(wrong)} of them wrong",
    )


def _knee_row(trial: str, taken: Sequence[Taken]) -> Row:
    off = [abs(one.knee_off) for one in taken if one.knee_off is not None]
    return at_most(
        SECTION,
        f"{trial}, discipline told: front knee in the picture, worst of those measured",
        max(off, default=None),
        bound=KNEE_BOUND,
        unit="°",
        detail=f", {len(off)} of {len(taken)}, middle {np.median(off):.2g}°" if off else f", 0 of {len(taken)}",
    )
