"""Published values of the measures, and whom they fit: adults, and of bowlers only those of the same style."""

from dataclasses import dataclass
from typing import Literal

from cricksy.analysis.measures.units import UnitOf
from cricksy.results.measures import H_OF_HEIGHT, Reference
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSpec:
    """A band from ``low`` to ``high`` in ``unit``; see :class:`.results.measures.Reference`.

    ``style``: whose it is among bowlers; ``None`` of batters.
    """

    low: float
    high: float
    unit: Literal["percent_height", "ms"]
    text: str
    source: str
    style: BowlingStyle | None = None

    def published(self, unit: UnitOf, player: PlayerFacts) -> Reference | None:
        """In the measure's own unit; ``None`` where it does not fit the player. Without an age he is a junior."""
        if player.age_group is not AgeGroup.ADULT or self.style not in (None, player.bowling_style):
            return None
        factor = unit.factor / (100.0 * H_OF_HEIGHT) if self.unit == "percent_height" else unit.factor
        return Reference(
            low=round(factor * self.low, 3), high=round(factor * self.high, 3), text=self.text, source=self.source
        )
