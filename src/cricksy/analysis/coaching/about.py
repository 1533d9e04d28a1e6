"""Whom the words are for, and what is known beside the measurement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from cricksy.analysis.actions import Measured
from cricksy.analysis.coaching.load import without_age
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement
from cricksy.results.player import History, PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle, Discipline, Given, Handedness

AGES: Final = tuple(AgeGroup)
"""From the youngest to the oldest."""
DrillsBefore = Mapping[str, tuple[int, int]]
"""By id: how many of a player's last plans had the drill, and the number of the last that did, the oldest being 1."""


class ForSome(Protocol):
    """An entry of the catalogue that is not for everybody; ``None`` sets no limit."""

    @property
    def youngest(self) -> AgeGroup: ...
    @property
    def oldest(self) -> AgeGroup: ...
    @property
    def style(self) -> BowlingStyle | None: ...
    @property
    def hand(self) -> Handedness | None: ...


@dataclass(frozen=True, slots=True)
class Who:
    """A player, as far as it decides what is said.

    ``hand``: only as the coach said it, so that a mirrored film makes no other report.
    """

    discipline: Discipline | None
    style: BowlingStyle | None = None
    age_group: AgeGroup | None = None
    hand: Handedness | None = None

    @property
    def counts_as(self) -> AgeGroup:
        """Whose age is unknown is treated as a junior."""
        return self.age_group or without_age()

    def is_meant_by(self, entry: ForSome) -> bool:
        """Whether an entry fits: one for a style or a hand only where that is known."""
        place = AGES.index(self.counts_as)
        return (
            AGES.index(entry.youngest) <= place <= AGES.index(entry.oldest)
            and entry.style in (None, self.style)
            and entry.hand in (None, self.hand)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known beside the measurement of the film's own action.

    ``others``: the film's other finely read actions of the same discipline. ``primary``: index of its own action.
    ``deliveries``: how many were seen in the film, those read coarsely too.
    """

    player: PlayerFacts = field(default_factory=PlayerFacts)
    history: History = field(default_factory=History)
    others: tuple[Measurement, ...] = ()
    primary: int | None = None
    deliveries: int = 0

    @property
    def drills_before(self) -> DrillsBefore:
        """What the player's last plans had."""
        earlier = self.history.earlier
        plans = [] if earlier is None else [earlier.drill_ids, *earlier.plans_before]
        before: dict[str, tuple[int, int]] = {}
        for number, drill_ids in enumerate(reversed(plans), start=1):
            before |= {one: (before.get(one, (0, 0))[0] + 1, number) for one in set(drill_ids)}
        return before

    def who(self, measurement: Measurement) -> Who:
        """The player of ``measurement``: a style is a bowler's alone."""
        discipline, hand = measurement.discipline.value, measurement.handedness
        return Who(
            discipline=discipline,
            style=self.player.bowling_style if profile_of(discipline).arm_bowls else None,
            age_group=self.player.age_group,
            hand=hand.value if hand.source == "given" else None,
        )


NOTHING_MORE: Final = About()


def about_film(measured: Measured, given: Given, history: History) -> About:
    """What the coach says and the player's earlier clips say, beside the film's other actions."""
    return About(
        player=PlayerFacts(height_cm=given.height_cm, age_group=given.age_group, bowling_style=given.bowling_style),
        history=history,
        others=measured.others,
        primary=measured.actions.primary,
        deliveries=sum(profile_of(action.discipline).arm_bowls for action in measured.actions.listed),
    )
