"""What a measure is, and how it is published: in metres where the height is known, else by the height."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.events import sample_of
from cricksy.analysis.measures.reading import RawMeasure, Reading
from cricksy.analysis.measures.references import ReferenceSpec
from cricksy.analysis.measures.units import Kind, UnitOf, scale_error, unit_of
from cricksy.analysis.metrics.confidence import Scene, view_confidence
from cricksy.analysis.metrics.scoring import NotMeasured
from cricksy.analysis.track import FloatArray
from cricksy.results.measurements import Moment, Series
from cricksy.results.measures import Measure, MeasureGroup, MeasureName
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import CameraView

View = Literal["side", "along"]
"""From where a measure shows: from the side, or from the front or behind."""

_VIEWS: Final = {"side": (CameraView.SIDE,), "along": (CameraView.FRONT, CameraView.BEHIND)}
_FILM: Final = {"side": "film from the side", "along": "film from the front or from behind"}
# ratio; of the frame rate: a film of 25, 50 or 100 a second, as cameras in Europe make, serves as one of 30, 60 or 120
RATE_SHARE: Final = 0.8
# s; of the action's window to either side that the series shows: the last of the run and the follow-through
AROUND_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSpec:
    """One measure: all that the rest of the program knows of it.

    ``says``: what it is, in one sentence. ``action``: what it is of. ``view``, ``rate``: what it needs of
    the film, frames a second. ``spread``: half of the range of nine players in ten, in the unit of its ``kind``: with
    an uncertainty as large as that two players look alike. ``usual``: their middle, in the same unit; it decides which
    numbers are told first and is no target. Both are provisional: of the real deliveries measured so far and of drawn
    players. ``signed``: what a value from 0 on is called in a sentence, and what one surely below 0; else ``title``.
    ``references``: published values, by whom they fit.
    """

    name: MeasureName
    title: str
    group: MeasureGroup
    says: str
    kind: Kind
    action: Literal["delivery", "stroke"]
    view: View
    rate: float
    spread: float
    usual: float
    read: Callable[[Reading], RawMeasure | NotMeasured]
    references: tuple[ReferenceSpec, ...] = ()
    signed: tuple[str, str] | None = None

    def of(self, reading: Reading, player: PlayerFacts) -> Measure:
        """The measure of one action, as it is published; its action is not known here."""
        match self._lacking(reading.scene) or self.read(reading):
            case NotMeasured(reason):
                return self.missing(reason, player)
            case RawMeasure() as raw if math.isfinite(raw.value) and math.isfinite(raw.uncertainty):
                return self._published(reading.scene, raw, player)
            case RawMeasure():
                return self.missing("Part of the body is hidden or out of the picture at the decisive moment.", player)

    def missing(self, reason: str, player: PlayerFacts) -> Measure:
        """The measure without a value, and why."""
        unit = unit_of(self.kind, player.height_cm)
        return Measure(
            name=self.name,
            title=self.title,
            group=self.group,
            says=self.says,
            value=None,
            unit=unit.name,
            uncertainty=None,
            digits=unit.digits,
            confidence=0.0,
            reason=reason,
            action=None,
            moments=[],
            reference=None,
        )

    def _lacking(self, scene: Scene) -> NotMeasured | None:
        """What is missing, as an advice where one helps."""
        word, rate = scene.profile.action_word, scene.motion.rate
        if word is None:
            return NotMeasured("No delivery or stroke was recognised.")
        if word != self.action:
            return NotMeasured(f"This is measured of a {self.action}, not of a {word}.")
        if rate < RATE_SHARE * self.rate:
            return NotMeasured(f"This is too fast for {rate:.0f} frames a second: film at {self.rate:.0f} or more.")
        return self._lacking_view(scene)

    def _lacking_view(self, scene: Scene) -> NotMeasured | None:
        view = scene.view
        if view.value is None:
            return NotMeasured(f"The video does not show where the camera stood: {_FILM[self.view]}.")
        if view.value not in _VIEWS[self.view]:
            return NotMeasured(f"This cannot be seen from here: {_FILM[self.view]}.")
        if self.view == "side" and (view.confidence <= th.OFF_VIEW_CONFIDENCE or not scene.action.towards):
            return NotMeasured("The player does not go across the picture: film from the side.")
        return None

    def _published(self, scene: Scene, raw: RawMeasure, player: PlayerFacts) -> Measure:
        unit = unit_of(self.kind, player.height_cm)
        value, own = round(unit.factor * raw.value, 3), unit.factor * raw.uncertainty
        telling = 1.0 / (1.0 + (raw.uncertainty / self.spread) ** 2)
        sure = min(raw.confidence, view_confidence(scene, _VIEWS[self.view]), telling)
        samples = [*(sample_of(name, scene.action.instants[name]) for name in raw.events)]
        samples += [] if raw.at is None else [raw.at]
        motion = scene.motion
        moments = [Moment(frame=int(motion.frame[k]), t_ms=round(float(motion.film_ms[k]), 3)) for k in samples]
        fitting = (spec.published(unit, player) for spec in self.references)
        return Measure(
            name=self.name,
            title=self.title,
            group=self.group,
            says=self.says,
            value=value,
            unit=unit.name,
            uncertainty=round(math.hypot(own, scale_error(unit.name, unit.factor * raw.value)), 3),
            digits=unit.digits,
            confidence=round(sure, 3),
            reason=None,
            action=None,
            moments=moments,
            reference=next((reference for reference in fitting if reference is not None), None),
            series=None if raw.series is None else _series(scene, raw.series, unit, value, samples[-1]),
        )


def _series(scene: Scene, values: FloatArray, unit: UnitOf, value: float, sample: int) -> Series:
    """``values`` (n,) over the action and a little more, with the value itself where it is read."""
    motion, action = scene.motion, scene.action
    first_s, last_s = motion.t_s[action.start] - AROUND_S, motion.t_s[action.end] + AROUND_S
    shown = np.flatnonzero((motion.t_s >= first_s) & (motion.t_s <= last_s))
    published = np.round(unit.factor * values, unit.digits + 1).tolist()
    published[sample] = value
    return Series(
        t_ms=[round(float(motion.film_ms[k]), 3) for k in shown],
        value=[published[k] if math.isfinite(published[k]) else None for k in shown],
    )
