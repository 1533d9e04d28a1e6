"""Films of which only a part is slowed, as phones export them: where that part may begin and end.

An export either keeps every image, and then the images of the slowed part are further apart; or it shows as many a
second everywhere, and then a body that runs on is suddenly some times as slow, and later as fast again.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from cricksy.analysis import body, filters
from cricksy.analysis.clock import Clock, simplified
from cricksy.analysis.preprocessing.cleaning import MANY_REPEATS
from cricksy.analysis.slow_motion.tempo import LARGEST, hip_path
from cricksy.analysis.track import FloatArray, Track

BLOCK: Final = 8  # frames; of one spacing, at least: less is an image that came late
# ratio; of one spacing to another. Phones double the exposure in the dark, from 60 to 30 images a second, so twice is
# no proof; the camera's slow modes film at four times the rate of the film or more.
FURTHER_APART: Final = 2.5
CLOSEST: Final = 10  # %; of the spacings, which are smaller: those may be times that were badly written
JUMP_S: Final = 0.3  # s; on the film's clock before and after a moment, over which the hips' speed is taken
EASING_S: Final = 0.1  # s; about that moment, in which a film may slow down gradually
SAME_MS: Final = 0.5  # ms; times closer than this are one
JUMP_SAMPLES: Final = 3  # count; of either line
# ratio; of the hips' speed before to that after. In the 0.3 s from run-up to release real bowlers lose half of it.
JUMP: Final = 2.2
# ratio; standard deviation of the logarithm of the jump, on 40 synthetic bowlers, of films that slow down in 0.2 s
JUMP_SPREAD: Final = 0.3
RUNNING: Final = 0.8  # H/s; a slow walk
FALLS: Final = 3  # count; of the speed's falls that are tried
APART_S: Final = 0.2  # s; on the film's clock, between two jumps: nearer ones are one


def spaced(track: Track) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Milliseconds from image to image part by part, and the times at which one part ends and the next begins.

    ``None`` where one spacing is kept, or images repeat, whose spacing is not the camera's.
    """
    if np.count_nonzero(track.repeated) > MANY_REPEATS * len(track.repeated):
        return None
    spacing = _spacing(track)
    if len(spacing) < 2 * BLOCK:
        return None
    further = np.log(spacing / closest_ms(track)) / math.log(FURTHER_APART)
    level = np.maximum(np.floor(further), 0).astype(np.int64)
    ends = [0, *(np.flatnonzero(np.diff(level)) + 1).tolist(), len(level)]
    blocks = [(start, end) for start, end in pairwise(ends) if end - start >= BLOCK]
    if len(blocks) < 2:  # noqa: PLR2004 - one part and another
        return None
    each = [float(np.median(spacing[start:end])) for start, end in blocks]
    bounds = [float(track.t_ms[start]) for start, _ in blocks[1:]]
    usual = [round(ms / min(each), 1) * min(each) for ms in each]
    clock = simplified(usual, bounds)
    return (clock.factors, clock.bounds_ms) if clock.bounds_ms else None


def closest_ms(track: Track) -> float:
    """Milliseconds from image to image where the film keeps them closest; NaN for a single one."""
    spacing = _spacing(track)
    return float(np.percentile(spacing, CLOSEST)) if len(spacing) else math.nan


def _spacing(track: Track) -> FloatArray:
    return np.diff(track.t_ms) / np.diff(track.frame)


def jumps(track: Track, factors: Sequence[float]) -> Iterator[tuple[Clock, float]]:
    """Clocks on which the sudden changes of the hips' speed along the image are those of a part slowed so many times.

    ``factors``: those that may be. The strongest falls of a runner's speed, each with the strongest rise after it. With
    each clock how unlikely the runner's true speed is there: it hardly changes in so short a time.
    """
    scale = body.scale(track.stabilised[..., :2])
    falls, rises = _changes(*hip_path(track), RUNNING * scale / 1000.0) if scale else ([], [])
    for fall_ms, ratio in falls[:FALLS]:
        later = [rise_ms for rise_ms, _ in rises if rise_ms > fall_ms + APART_S * 1000.0][:1]
        for factor in _near(ratio, factors):
            off = min(abs(math.log(ratio / factor)) / JUMP_SPREAD, LARGEST)
            yield Clock((1.0, factor, *(1.0 for _ in later)), (fall_ms, *later)), 0.5 * off**2


def _near(ratio: float, factors: Sequence[float]) -> list[float]:
    """The three of ``factors`` nearest to ``ratio``, which looks smaller where the film slows down gradually."""
    return sorted(factors, key=lambda factor: abs(math.log(factor / ratio)))[:3]


def _changes(
    t_ms: FloatArray, x: FloatArray, running: float
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Falls and rises of the speed of ``x`` (m,): each its time in ms and its ratio, the strongest first.

    Only those from or to a speed of ``running`` or more, per ms.
    """
    found: list[tuple[float, float]] = []
    near, far = EASING_S * 1000.0, (EASING_S + JUMP_S) * 1000.0
    edges = np.searchsorted(t_ms, t_ms[:, None] + np.array([-far, -near + SAME_MS, near - SAME_MS, far])).tolist()
    for at, (start, until, since, end) in enumerate(edges):
        before, after = slice(start, until), slice(since, end)
        if min(until - start, end - since) < JUMP_SAMPLES:
            continue
        (one, one_level), (other, other_level) = (
            filters.line(t_ms[part] - t_ms[at], x[part]) for part in (before, after)
        )
        if one * other <= 0 or max(abs(one), abs(other)) < running:
            continue
        ratio = math.log(one / other)
        if abs(ratio) >= math.log(JUMP):
            meet = (other_level - one_level) / (one - other)
            found.append((float(t_ms[at]) + float(np.clip(meet, -near, near)), ratio))
    strongest: list[tuple[float, float]] = []
    for when, ratio in sorted(found, key=lambda change: -abs(change[1])):
        if all(abs(when - other) > APART_S * 1000.0 for other, _ in strongest):
            strongest.append((when, ratio))
    return (
        [(when, math.exp(ratio)) for when, ratio in strongest if ratio > 0],
        [(when, math.exp(-ratio)) for when, ratio in strongest if ratio < 0],
    )
