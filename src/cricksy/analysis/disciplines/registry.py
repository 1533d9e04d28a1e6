"""Every discipline. To add one: write its finders and its profile, and name the profile here."""

from collections.abc import Collection

from cricksy.analysis.disciplines.base import DisciplineProfile
from cricksy.analysis.disciplines.batting_profile import BATTING
from cricksy.analysis.disciplines.bowling_profile import BOWLING
from cricksy.analysis.disciplines.unrecognised import FIELDING, UNRECOGNISED, WICKETKEEPING
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Discipline

PROFILES: tuple[DisciplineProfile, ...] = (BOWLING, BATTING, WICKETKEEPING, FIELDING)
"""In the order in which their actions are looked for where the coach did not say the discipline."""


def profile_of(discipline: Discipline | None) -> DisciplineProfile:
    """The profile of a discipline; of ``None``, that of an action that was not recognised."""
    if discipline is None:
        return UNRECOGNISED
    return next(profile for profile in PROFILES if profile.discipline is discipline)


def sought(discipline: Discipline | None) -> tuple[DisciplineProfile, ...]:
    """The profiles whose actions are looked for: that of the discipline the coach said, else all."""
    return PROFILES if discipline is None else (profile_of(discipline),)


def with_events(names: Collection[EventName]) -> list[Discipline]:
    """The disciplines to whose actions all these events belong."""
    fitting = [profile.discipline for profile in PROFILES if set(names) <= set(profile.events)]
    return [discipline for discipline in fitting if discipline is not None]
