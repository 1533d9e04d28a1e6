"""Units of the measures: H, the body scale that the film shows, in metres or as a share of the height."""

import math
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class UnitOf:
    """``factor``: from the kind's own unit. ``ratio_error``: share of a value by which it may be off for that."""

    name: MeasureUnit
    factor: float
    ratio_error: float = 0.0

    @property
    def digits(self) -> int:
        return DIGITS[self.name]


def unit_of(kind: Kind, height_cm: int | None) -> UnitOf:
    """In metres where the height is known."""
    metres = None if height_cm is None else H_OF_HEIGHT * height_cm / 100.0
    known = math.hypot(RATIO_ERROR, SCALE_ERROR)
    match kind:
        case "length":
            shown = UnitOf("percent_height", 100.0 * H_OF_HEIGHT) if metres is None else UnitOf("m", metres)
            return replace(shown, ratio_error=known)
        case "speed":
            return UnitOf("H/s", 1.0, SCALE_ERROR) if metres is None else UnitOf("m/s", metres, known)
        case "percent" | "deg" | "ms":
            return UnitOf(kind, 1.0)
