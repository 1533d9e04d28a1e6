"""A clip's numbers beside each other and beside those of another clip: metrics and measures alike."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, variance
from typing import Final

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.measures.registry import BY_NAME
from cricksy.analysis.measures.units import UnitOf, relative, scale_error, unit_of
from cricksy.analysis.metrics import registry
from cricksy.results.coaching import Change, Repeatability
from cricksy.results.measurements import Metric, MetricName, Unit, is_from_the_side
from cricksy.results.measures import Measure, MeasureUnit, Reference
from cricksy.results.player import EarlierClip, EarlierNumber
from cricksy.vocabulary import CameraView

SUFFIXES: Final[dict[Unit | MeasureUnit, str]] = {
    "percent_H": " % of body size",
    "percent_height": " % of height",
    "percent": " %",
    "deg": "°",
    "ms": " ms",
    "ratio": "",
    "m": " m",
    "H/s": " body sizes a second",
    "m/s": " m/s",
}
METRIC_DIGITS: Final[dict[Unit, int]] = {"percent_H": 1, "deg": 0, "ms": 0, "ratio": 2}
_TINY: Final = 1e-9  # ratio; of any unit: no measured error is so small
UNKNOWN_VIEW: Final[Judged[CameraView]] = Judged(None, 0.0, None)
LEAST_ACTIONS: Final = 3  # count; of actions, from which on their spread is told


@dataclass(frozen=True, slots=True)
class Number:
    """A measured value with the half-width of its 90 % interval, in ``unit``.

    ``group``: what part of the action it describes, so that two numbers told together say two things. ``is_measure``:
    it describes the action and is never judged. ``says``: what it is, where its name alone does not tell. ``unusual``:
    by how many of its errors it lies from the middle of all players. ``signed``: what it is called in a sentence where
    it is surely above 0, and what where it is surely below; elsewhere it keeps its title. ``is_comparable``: whether it
    means the same in another clip, see :func:`.results.measurements.is_from_the_side`.
    """

    name: str
    title: str
    value: float
    error: float
    unit: Unit | MeasureUnit
    digits: int
    group: str
    reference: Reference | None = None
    is_measure: bool = False
    says: str | None = None
    unusual: float = 0.0
    signed: tuple[str, str] | None = None
    is_comparable: bool = True

    @property
    def said(self) -> str:
        """The value with its error and unit: “52 ± 4 % of height”."""
        return f"{self.value:z.{self.digits}f} ± {self.error:.{self.digits}f}{SUFFIXES[self.unit]}"

    @property
    def named(self) -> str:
        """Title and value: “stride length 52 ± 4 % of height”, “head behind front foot 12 ± 3 % of height”."""
        if self.signed is None or abs(self.value) <= self.error:
            return f"{_lower(self.title)} {self.said}"
        usual, reverse = self.signed
        if self.value < 0.0:
            return f"{_lower(reverse)} {replace(self, value=-self.value).said}"
        return f"{_lower(usual)} {self.said}"

    @property
    def sureness(self) -> float:
        """How many times its own error the value is."""
        return abs(self.value) / max(self.error, _TINY)

    @property
    def beyond(self) -> float:
        """By how many of its errors the value lies outside of its reference; 0 where that is not sure."""
        if self.reference is None:
            return 0.0
        below = -math.inf if self.reference.low is None else self.reference.low - self.value
        above = -math.inf if self.reference.high is None else self.value - self.reference.high
        outside = max(below, above) / max(self.error, _TINY)
        return outside if outside > 1.0 else 0.0

    @property
    def referred(self) -> str:
        """As :attr:`named`, with its reference: “…; most fast bowlers: 75–85 %”."""
        if self.reference is None:
            return self.named
        band = band_of(self.reference, self.unit, self.digits)
        return f"{self.named} ({self.reference.text}{f': {band}' if band else ''})"


def band_of(reference: Reference, unit: Unit | MeasureUnit, digits: int) -> str:
    """The range of a reference in words: “75–85 %”, “up to 5 m”; empty where it is none."""
    suffix = SUFFIXES[unit].removesuffix(" of height").removesuffix(" of body size")
    low, high = (None if end is None else f"{end:.{digits}f}" for end in (reference.low, reference.high))
    if low is None:
        return "" if high is None else f"up to {high}{suffix}"
    return f"{low}{suffix} or more" if high is None else f"{low}–{high}{suffix}"


def numbers_of(
    metrics: Mapping[MetricName, Metric],
    measures: Iterable[Measure],
    primary: int | None = None,
    height_cm: int | None = None,
    view: Judged[CameraView] = UNKNOWN_VIEW,
) -> list[Number]:
    """Every number of a clip's own action that has a value and an error: its measures, then its metrics.

    ``height_cm``: as the coach said it, with which the measures were made. ``view``: from where the clip was filmed.
    """
    numbers = [
        _of_measure(one, one.value, one.uncertainty, height_cm)
        for one in measures
        if one.value is not None and one.uncertainty is not None and one.action == primary
    ]
    for spec in registry.METRICS:
        metric = metrics.get(spec.name)
        if metric is not None and metric.value is not None and metric.error is not None:
            numbers.append(
                Number(
                    name=spec.name,
                    title=spec.title,
                    value=metric.value,
                    error=metric.error,
                    unit=metric.unit,
                    digits=METRIC_DIGITS[metric.unit],
                    group=spec.name,
                    is_comparable=not spec.by_view or is_from_the_side(view.value, view.confidence),
                )
            )
    return numbers


def _of_measure(one: Measure, value: float, error: float, height_cm: int | None) -> Number:
    spec = BY_NAME.get(one.name)
    usual = value if spec is None else spec.usual * unit_of(spec.kind, height_cm).factor
    return Number(
        name=one.name,
        title=one.title,
        value=value,
        error=error,
        unit=one.unit,
        digits=one.digits,
        group=one.group,
        reference=one.reference,
        is_measure=True,
        says=one.says if spec is None or spec.signed is None else None,
        unusual=abs(value - usual) / max(error, _TINY),
        signed=None if spec is None else spec.signed,
    )


def standing_out(numbers: Iterable[Number]) -> list[Number]:
    """Those that lie outside of their reference by more than their error, the furthest first."""
    return sorted((one for one in numbers if one.beyond), key=lambda one: (-one.beyond, one.name))


def most_telling(numbers: Iterable[Number], count: int) -> list[Number]:
    """What to look at first: the furthest from the provisional middle of players, at most one of a group.

    In whole errors: of two that are about as far, the earlier one in ``numbers``, or the same action filmed otherwise
    would be led by another. Metrics, whose middle is not known, follow the measures, the surest first.
    """
    chosen: list[Number] = []
    for one in sorted(numbers, key=lambda one: (not one.is_measure, -round(one.unusual), -round(one.sureness))):
        if len(chosen) < count and one.group not in {other.group for other in chosen}:
            chosen.append(one)
    return chosen


def leading(numbers: Sequence[Number], count: int) -> list[Number]:
    """What lies outside of its reference; where nothing does, what to look at first."""
    return standing_out(numbers)[:count] or most_telling(numbers, count)


def in_words(numbers: Iterable[Number]) -> str:
    """The measures in the order of the action, one sentence for each part of it."""
    by_group: dict[str, list[str]] = {}
    for one in numbers:
        if one.is_measure:
            by_group.setdefault(one.group, []).append(one.named)
    sentences = [", ".join(named) for named in by_group.values()]
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def differences(before: Iterable[Number], now: Iterable[Number]) -> list[Change]:
    """Each number that both clips have in one unit and one meaning, the largest difference for the joint error first.

    The joint error is the root of the sum of the squares of both.
    """
    known = {(one.name, one.unit): one for one in before if one.is_comparable}
    changes: list[tuple[float, Change]] = []
    for one in now:
        old = known.get((one.name, one.unit)) if one.is_comparable else None
        if old is not None:
            joint = math.hypot(old.error, one.error)
            difference = abs(one.value - old.value)
            change = Change(
                name=one.name,
                title=one.title,
                unit=one.unit,
                before=old.value,
                now=one.value,
                uncertainty=round(joint, 3),
                is_beyond_error=difference > joint,
            )
            changes.append((difference / max(joint, _TINY), change))
    return [change for _, change in sorted(changes, key=lambda sized: (-sized[0], sized[1].name))]


def most_different(one: Iterable[Number], other: Iterable[Number]) -> Change | None:
    """The number in which two clips differ most for their joint error; ``None`` where they have none in common."""
    return next(iter(differences(one, other)), None)


def since(earlier: EarlierClip, now: Iterable[Number], height_cm: int | None) -> list[Change]:
    """The clip's numbers beside those of the player's clip before, which were published without titles.

    Where one of the two was told in metres and the other by the height, both are told by the height. ``height_cm``: of
    the player in this clip.
    """
    old = {number.name: number for number in earlier.numbers}
    pairs = [_in_one_unit(old[one.name], earlier.height_cm, one, height_cm) for one in now if one.name in old]
    both = [pair for pair in pairs if pair is not None]
    return differences([before for before, _ in both], [after for _, after in both])


def _in_one_unit(
    old: EarlierNumber, old_height_cm: int | None, one: Number, height_cm: int | None
) -> tuple[Number, Number] | None:
    """``None`` where they are of units that nothing leads to one."""
    before = replace(one, value=old.value, error=old.uncertainty)
    if old.unit == one.unit:
        return before, one
    told, mine = relative(old.unit, old_height_cm), relative(one.unit, height_cm)
    if told is not None and told.name == one.unit:
        return _times(before, told), one
    if mine is not None and mine.name == old.unit:
        return replace(before, unit=mine.name), _times(one, mine)
    return None


def _times(one: Number, unit: UnitOf) -> Number:
    """In another unit, to the digits of a published value."""
    value, error = round(unit.factor * one.value, 3), round(unit.factor * one.error, 3)
    return replace(one, value=value, error=error, unit=unit.name)


def repeatability(measures: Sequence[Measure]) -> list[Repeatability]:
    """The spread of each measure over the film's actions, without what the measurement's own error adds.

    The variance between actions is that of the values less the mean variance of their errors, and never negative. Of
    these errors that of the body scale counts for nothing: it is the same in each action of a film.
    """
    spreads: list[Repeatability] = []
    kinds: dict[tuple[str, MeasureUnit], None] = {(one.name, one.unit): None for one in measures}
    for name, unit in kinds:
        known = [
            (one.value, one.uncertainty, one.title)
            for one in measures
            if (one.name, one.unit) == (name, unit) and one.value is not None and one.uncertainty is not None
        ]
        if len(known) < LEAST_ACTIONS:
            continue
        values = [value for value, _, _ in known]
        own = fmean(max(0.0, error**2 - scale_error(unit, value) ** 2) / th.Z90**2 for value, error, _ in known)
        spread = math.sqrt(max(0.0, variance(values) - own))
        spreads.append(
            Repeatability(
                name=name,
                title=known[0][2],
                unit=unit,
                mean=round(fmean(values), 3),
                spread=round(spread, 3),
                actions=len(known),
            )
        )
    return spreads


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
