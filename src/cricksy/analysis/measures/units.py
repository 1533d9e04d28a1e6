"""Units of the measures: H, the body scale that the film shows, in metres or as a share of the height."""

import math
from dataclasses import dataclass
from typing import Final, Literal

from cricksy.results.measures import H_OF_HEIGHT, MeasureUnit

Kind = Literal["length", "speed", "percent", "deg", "ms"]
"""What is measured: a length in H, a speed in H/s, or a number that needs no scale."""

# ratio; of that, nine players in ten: their legs are longer or shorter for their height
RATIO_ERROR: Final = 0.025
# ratio; of H as the film shows it: bodies that are bent or turned look shorter, unsteady landmarks longer
SCALE_ERROR: Final = 0.025

DIGITS: Final[dict[MeasureUnit, int]] = {
    "percent_height": 0,
    "m": 2,
    "H/s": 1,
    "m/s": 1,
    "percent": 0,
    "deg": 0,
    "ms": 0,
}
"""Decimals that are worth showing."""


_KNOWN: Final = math.hypot(RATIO_ERROR, SCALE_ERROR)
_RATIO_ERRORS: Final[dict[MeasureUnit, float]] = {
    "percent_height": _KNOWN,
    "m": _KNOWN,
    "H/s": SCALE_ERROR,
    "m/s": _KNOWN,
}
"""Share of a value by which it may be off for its unit, nine times in ten; none in the others."""


@dataclass(frozen=True, slots=True)
class UnitOf:
    """``factor``: from the kind's own unit."""

    name: MeasureUnit
    factor: float

    @property
    def digits(self) -> int:
        return DIGITS[self.name]


def scale_error(unit: MeasureUnit, value: float) -> float:
    """The part of the uncertainty of ``value`` that the body scale brings, in ``unit``.

    It is the same in each action of a film: one body, seen from one place. In five noisy readings of one synthetic
    delivery the scale spreads by 0.05 %.
    """
    return _RATIO_ERRORS.get(unit, 0.0) * abs(value)


_RELATIVE: Final[dict[str, Kind]] = {"m": "length", "m/s": "speed"}


def relative(unit: str, height_cm: int | None) -> UnitOf | None:
    """The unit that needs no height, with the factor from ``unit``, in which a number was told by ``height_cm``.

    ``None`` where ``unit`` needs none, or no height is known.
    """
    if unit not in _RELATIVE or height_cm is None:
        return None
    without = unit_of(_RELATIVE[unit], None)
    return UnitOf(without.name, without.factor / unit_of(_RELATIVE[unit], height_cm).factor)


def unit_of(kind: Kind, height_cm: int | None) -> UnitOf:
    """In metres where the height is known."""
    metres = None if height_cm is None else H_OF_HEIGHT * height_cm / 100.0
    match kind:
        case "length":
            return UnitOf("percent_height", 100.0 * H_OF_HEIGHT) if metres is None else UnitOf("m", metres)
        case "speed":
            return UnitOf("H/s", 1.0) if metres is None else UnitOf("m/s", metres)
        case "percent" | "deg" | "ms":
            return UnitOf(kind, 1.0)
