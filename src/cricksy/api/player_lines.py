"""A player's numbers as lines over time: in one unit each, with what changed between its ends."""

import math
from collections.abc import Sequence
from itertools import groupby
from statistics import median
from typing import Any, Final, cast

import msgspec

from cricksy.analysis.coaching.numbers import SUFFIXES
from cricksy.analysis.measures.units import relative
from cricksy.analysis.metrics import registry
from cricksy.api.player_bodies import NumberChange, NumberLine, NumberPoint
from cricksy.data.player_clips import Told
from cricksy.results.measurements import Unit
from cricksy.results.measures import MeasureUnit, Reference

_TITLES: Final = {metric.name: metric.title for metric in registry.METRICS}
_DIGITS: Final = {"percent_H": 1, "ratio": 2, "H/s": 1, "m/s": 1, "m": 2}
"""Decimals worth showing in each unit; none in the others."""
_SUFFIXES: Final[dict[str, str]] = {**SUFFIXES}


def lines_of(told: Sequence[Told], limit: int) -> list[NumberLine]:
    """The lines of ``told``, which has at most one more than ``limit`` of each line, the newest first."""
    grouped = groupby(told, key=lambda one: (one.name, one.discipline))
    return [_line(list(of_line), limit) for _, of_line in grouped]


def _line(told: list[Told], limit: int) -> NumberLine:
    newest = told[0]
    points = _in_one_unit(told[:limit])
    unit = points[0].unit
    digits = newest.digits if newest.digits is not None and unit == newest.unit else _DIGITS.get(unit, 0)
    points.reverse()
    return NumberLine(
        name=newest.name,
        kind=newest.kind,
        discipline=newest.discipline,
        title=newest.title or _TITLES.get(newest.name) or newest.name.replace("_", " ").capitalize(),
        unit=cast("Unit | MeasureUnit", unit),
        digits=digits,
        reference=points[-1].reference,
        points=[_point(one, digits) for one in points],
        truncated=len(told) > limit,
        change=_change(points[0], points[-1], [one.uncertainty for one in points], digits) if points[1:] else None,
    )


def _in_one_unit(told: list[Told]) -> list[Told]:
    """All of them in the unit of the newest, or by the height where not all are in metres.

    One in another unit is left out: an earlier release measured something else under that name.
    """
    units = {one.unit for one in told}
    if len(units) == 1:
        return told
    relative = [_relative(one) for one in told]
    return [one for one in relative if one.unit == relative[0].unit]


def _relative(told: Told) -> Told:
    """A number in metres by the height that it was told by; any other as it is."""
    unit = relative(told.unit, told.height_cm)
    if unit is None:
        return told
    return msgspec.structs.replace(
        told,
        value=unit.factor * told.value,
        uncertainty=unit.factor * told.uncertainty,
        unit=unit.name,
        reference=None if told.reference is None else _scaled(told.reference, unit.factor),
    )


def _scaled(reference: Reference, factor: float) -> Reference:
    ends: dict[str, Any] = {
        end: None if value is None else round(factor * value, 1)
        for end, value in (("low", reference.low), ("high", reference.high))
    }
    return msgspec.structs.replace(reference, **ends)


def _point(told: Told, digits: int) -> NumberPoint:
    return NumberPoint(
        job_id=told.job_id,
        session_id=told.session_id,
        action=told.action,
        at=told.at,
        value=_shown(told.value, digits),
        uncertainty=_shown(told.uncertainty, digits),
        confidence=told.confidence,
    )


def _change(first: Told, last: Told, uncertainties: Sequence[float], digits: int) -> NumberChange:
    """The errors of two clips are taken as independent. Those they share, such as of a player's build, cancel out: so
    the difference is known at least as well as it says.
    """
    value, joint = last.value - first.value, math.hypot(first.uncertainty, last.uncertainty)
    is_beyond = abs(value) > joint
    suffix = _SUFFIXES.get(last.unit, f" {last.unit}")
    if is_beyond:
        way = "Up" if value > 0 else "Down"
        words = f"{way} by {abs(value):.{digits}f} ± {joint:.{digits}f}{suffix}: more than the error."
    else:
        words = f"{_signed(value, digits)} ± {joint:.{digits}f}{suffix}: no more than the error."
    return NumberChange(
        from_=_shown(first.value, digits),
        to=_shown(last.value, digits),
        value=_shown(value, digits),
        uncertainty=_shown(joint, digits),
        is_beyond_error=is_beyond,
        smallest_worthwhile=_shown(math.sqrt(2.0) * median(uncertainties), digits),
        text=words,
    )


def _signed(value: float, digits: int) -> str:
    shown = f"{abs(value):.{digits}f}"
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return sign + shown if float(shown) else shown


def _shown(value: float, digits: int) -> float:
    """Two decimals more than are worth showing: enough to draw and to compare."""
    return round(value, digits + 2)
