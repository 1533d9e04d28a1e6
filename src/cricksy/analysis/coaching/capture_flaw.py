"""One fault of a video."""

from dataclasses import dataclass

from cricksy.results.coaching import FindingCode, Level


@dataclass(frozen=True, slots=True)
class Flaw:
    """One fault of the video with a sentence for the coach; ``code`` is ``None`` for a mere wish.

    ``advice``: whether the sentence says what to do next time. ``asks``: whether it asks at what rate the video was
    shot.
    """

    code: FindingCode | None
    severity: Level
    note: str
    advice: bool = True
    asks: bool = False
