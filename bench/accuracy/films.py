"""Films as phones, browsers and editors really make them, each with the right answer. Found through CRICKSY_FILMS.

All but the slowed one hold the 56 images of one delivery: its front foot lands in image 19, at 634 ms, and the ball
goes in image 23, at 767 ms. So does dup240.mov, each image eight times, though the README beside the films calls it
another clip with release at 600 ms. ramp.webm shows 48 small images before these.
"""

import os
from pathlib import Path
from typing import Final, NamedTuple

from bench.accuracy.poses import Poses
from bench.accuracy.seen import see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.videos import Clip, VideoSource

from cricksy.results.measurements import EventName

SECTION: Final = "Odd films"
IMAGE_MS: Final = 1000 / 29.97 + 1
"""From one image to the next, by which a release may be off; the right times are rounded to 1 ms."""
CONTACT_MS: Final = 2 * IMAGE_MS
"""By which a contact may be off, as in real clips."""

SAME_RATE: Final = 0.1
"""Images a second by which a rate may be off."""
SAME_FACTOR: Final = 0.02


class Right(NamedTuple):
    """What is right of a film: the bowler's hand, when he releases the ball, and how the film is shown.

    ``front_ms``, ``back_ms``: when the feet land; of the back foot ``None`` where nobody has read it. ``factor``: times
    that it is slowed.
    """

    film: str
    release_ms: float
    front_ms: float
    back_ms: float | None = None
    hand: str = "right"
    rotation: int = 0
    mirrored: bool = False
    size: tuple[int, int] = (640, 360)
    factor: float = 1.0

    @property
    def events(self) -> list[tuple[EventName, float, float]]:
        """Name, milliseconds, and by how many it may be off, of each whose time is known."""
        known: list[tuple[EventName, float, float]] = [
            ("front_foot_contact", self.front_ms, CONTACT_MS),
            ("ball_release", self.release_ms, IMAGE_MS),
        ]
        return known if self.back_ms is None else [("back_foot_contact", self.back_ms, CONTACT_MS), *known]


FILMS: Final = (
    Right("base12s.mp4", 767, 634),
    Right("dup60even.mov", 767, 633),
    Right("dup60odd.mov", 750, 617),
    Right("dup240.mov", 767, 633),
    Right("hflip.mp4", 767, 634, hand="left", mirrored=True),
    Right("transpose_a.mp4", 767, 634, rotation=90, mirrored=True),
    Right("zero_matrix.mp4", 767, 634),
    Right("ramp.webm", 2367, 2233),
    Right("thumbfirst.mp4", 767, 634),
    Right("twovideo.mp4", 767, 634),
    Right("gap20.mp4", 20_754, 20_621),
    Right("audiolong.webm", 767, 634),
)
SLOWED: Final = Right("android_slowmo.mp4", 7367, 6967, 6167, size=(1280, 720), factor=4.0)
"""By its own tag."""
ALL: Final = (*FILMS, SLOWED)


def directory() -> Path | None:
    """Where the films lie; ``None`` where nobody says so."""
    named = os.environ.get("CRICKSY_FILMS")
    return Path(named) if named else None


def sources(_setting: Setting) -> list[VideoSource]:
    films = directory()
    return [] if films is None else [Clip(films / right.film) for right in ALL]


def rows(setting: Setting) -> list[Row]:
    films = directory()
    if films is None:
        return [absent(SECTION, "no films: CRICKSY_FILMS names no directory of odd films")]
    return [_row(right, setting.store.poses(Clip(films / right.film))) for right in ALL]


def _row(right: Right, poses: Poses) -> Row:
    seen, summary = see(poses), poses.summary
    slow = seen.measurement.speed.slow_motion
    found = {event.name: event.t_ms for event in seen.measurement.events}
    said = {
        "bowling": seen.bowling,
        f"{right.hand} arm": seen.hand == right.hand,
        "turn and mirror": (summary.rotation, bool(summary.mirrored)) == (right.rotation, right.mirrored),
        "size": (summary.width, summary.height) == right.size,
        "whole": not summary.truncated,
        f"slowed {right.factor:g} times": abs(slow.factor / right.factor - 1.0) < SAME_FACTOR,
        "30 images a second": abs((summary.image_fps or 0.0) - 30.0) < SAME_RATE,
        "back foot lands": "back_foot_contact" in found,
        **{
            f"{name.replace('_', ' ')} at {t_ms:.0f} ms": name in found and abs(found[name] - t_ms) <= off_ms
            for name, t_ms, off_ms in right.events
        },
    }
    wrong = [name for name, is_right in said.items() if not is_right]
    return all_of(SECTION, right.film, list(said.values()), detail=f": not {', '.join(wrong)}" if wrong else "")
