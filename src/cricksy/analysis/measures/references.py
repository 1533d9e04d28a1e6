"""What is published of the measures, and whom it fits: adults, and of bowlers only those of the same style.

A band is a range that applies to its players. A mean, a correlation or a comparison is none: it has words and a source.
"""

from dataclasses import dataclass

from cricksy.analysis.measures.units import UnitOf
from cricksy.results.measures import H_OF_HEIGHT, Reference
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSpec:
    """``text``, and where it is one a band from ``low`` to ``high``; see :class:`.results.measures.Reference`.

    Both ends in percent of the height. ``style``: whose it is among bowlers; ``None`` of batters.
    """

    text: str
    source: str
    low: float | None = None
    high: float | None = None
    style: BowlingStyle | None = None

    def published(self, unit: UnitOf, player: PlayerFacts) -> Reference | None:
        """In the measure's own unit; ``None`` where it does not fit the player. Without an age he is a junior."""
        if player.age_group is not AgeGroup.ADULT or self.style not in (None, player.bowling_style):
            return None
        low, high = (
            None if end is None else round(unit.factor * end / (100.0 * H_OF_HEIGHT), 3)
            for end in (self.low, self.high)
        )
        return Reference(low=low, high=high, text=self.text, source=self.source)
