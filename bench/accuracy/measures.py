"""The measures of players who differ by far: errors beside a constant's, and whether their intervals hold the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from bench.accuracy.measured import ALONG, RATES, SIDE, Filmed, filmed
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import VideoSource
from tools.synthetic.player import Doing

from cricksy.analysis.measures.base import MeasureSpec
from cricksy.analysis.measures.registry import MEASURES
from cricksy.analysis.measures.units import Kind
from cricksy.analysis.track import FloatArray

SECTION: Final = "Measures"
FILMS: Final = 540
"""Of nine in a row three show a stroke, four a delivery from the side and two one from the front or behind."""
SEEDS: Final = KEPT_BACK + 4500
COVERED: Final = (0.85, 0.95)
FEWEST: Final = 20
"""Values, below which neither their error nor the share inside their intervals says anything."""
FRAME_MS: Final = 1000.0 / 60.0

_UNITS: Final[dict[Kind, str]] = {"length": " % of height", "speed": " %", "percent": " %", "deg": "°", "ms": " ms"}
BOUNDS: Final = {
    "run_up_speed": 5.0,
    "stride_length": 4.0,
    "batting_stride": 4.0,
    "trunk_lean_front_contact": 5.0,
    "trunk_lean_release": 5.0,
    "side_lean_front_contact": 5.0,
    "side_lean_release": 5.0,
    "back_to_front_contact": FRAME_MS,
    "front_contact_to_release": FRAME_MS,
    "downswing_time": FRAME_MS,
    "front_contact_to_impact": FRAME_MS,
}
"""Mean errors that are asked for; intervals at 60 frames a second."""


@dataclass(frozen=True, slots=True)
class Points:
    """(n,) each, of the films that have a value: in per cent of the height or of the true speed, else as published.

    ``constant``: what the middle of all true values misses by.
    """

    constant: FloatArray
    off: FloatArray
    uncertainty: FloatArray
    fps: FloatArray

    @property
    def within(self) -> float:
        return float(np.mean(np.abs(self.off) <= self.uncertainty))


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    films = [_film(SEEDS + place) for place in range(FILMS)]
    return [row for spec in MEASURES for row in _rows(spec, [one for one in films if spec.name in one.true])]


def _film(seed: int) -> Filmed:
    doing: Doing = "batting" if seed % 3 == 0 else "bowling"
    yaw = ALONG if doing == "bowling" and seed % 9 in (1, 4) else SIDE
    return filmed(seed, doing, yaw, float(np.random.default_rng([seed, 17]).choice(RATES)))


def _rows(spec: MeasureSpec, films: Sequence[Filmed]) -> list[Row]:
    points = _points(spec, films)
    n = len(points.off)
    if n == 0:
        return [Row(SECTION, f"{spec.name}: mean error", f"none given of {len(films)}")]
    low, high = COVERED
    counted = f"{n} given of {len(films)}"
    inside = Row(
        SECTION,
        f"{spec.name}: values within their own error",
        f"{points.within:.0%} of {n}",
        None,
        f"{low:.0%}–{high:.0%}" if n >= FEWEST else None,
        low <= points.within <= high if n >= FEWEST else None,
    )
    return [_error_row(spec, points, counted), inside]


def _error_row(spec: MeasureSpec, points: Points, counted: str) -> Row:
    unit, bound = _UNITS[spec.kind], BOUNDS.get(spec.name) if len(points.off) >= FEWEST else None
    judged = points.fps == RATES[1] if spec.kind == "ms" else np.full(len(points.fps), fill_value=True)
    error = float(np.mean(np.abs(points.off[judged])))
    each = " · ".join(
        f"{fps:.0f} fps {np.mean(np.abs(points.off[points.fps == fps])):.3g}"
        for fps in RATES
        if (points.fps == fps).any()
    )
    constant = float(np.mean(points.constant))
    required = None if bound is None else f"≤ {bound:.3g}{unit}"
    shown = f"{np.mean(np.abs(points.off)):.3g}{unit}; {each}; {counted}"
    what = f"{spec.name}: mean error"
    return Row(SECTION, what, shown, f"{constant:.3g}{unit}", required, None if bound is None else error <= bound)


def _points(spec: MeasureSpec, films: Sequence[Filmed]) -> Points:
    given = [one for one in films if one.found[spec.name].value is not None]
    true = np.array([one.true[spec.name] for one in given])
    value, uncertainty = (
        np.array([getattr(one.found[spec.name], part) for one in given], dtype=np.float64)
        for part in ("value", "uncertainty")
    )
    factor = np.array([_factor(spec, one) for one in given])
    middle = np.median(true) if given else np.nan
    return Points(
        constant=np.abs(true - middle) * factor,
        off=(value - true) * factor,
        uncertainty=uncertainty * factor,
        fps=np.array([one.fps for one in given]),
    )


def _factor(spec: MeasureSpec, one: Filmed) -> float:
    """From metres to per cent of the height, from m/s to per cent of the true speed."""
    match spec.kind:
        case "length":
            return 100.0 / one.stature
        case "speed":
            return 100.0 / one.true[spec.name]
        case _:
            return 1.0
