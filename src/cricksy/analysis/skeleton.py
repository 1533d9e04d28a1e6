"""Skeletons that landmarks may be in; BlazePose's landmarks by index, and the groups that the analysis speaks of."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


@dataclass(frozen=True)
class Skeleton:
    """The landmarks that a pose model reads of one person.

    ``name``: what stored landmarks call it; never reused for another set or order.
    ``count``: landmarks of one person; each is an index 0 … ``count`` - 1.
    ``pairs``: the left and the right landmark of each pair. Those in none lie in the body's middle.
    ``trunk``: those of the shoulders and the hips, whose middle is where a person is.
    ``face``: those ahead of the trunk on the side to which a person looks.
    ``body``: those that must be seen for a person to count as seen, and whose box is the person's.
    """

    name: str
    count: int
    pairs: tuple[tuple[int, int], ...]
    trunk: tuple[int, ...]
    face: tuple[int, ...]
    body: tuple[int, ...]

    @property
    def mirror_order(self) -> tuple[int, ...]:
        """For each landmark the one whose place it takes in a mirror: ``landmarks[:, mirror_order]``."""
        other = dict(self.pairs) | {right: left for left, right in self.pairs}
        return tuple(other.get(landmark, landmark) for landmark in range(self.count))


BLAZEPOSE33: Final = Skeleton(
    name="blazepose33",
    count=33,
    # Eyes (inner corner, centre, outer corner), ears, corners of the mouth; from the shoulders down they alternate.
    pairs=((1, 4), (2, 5), (3, 6), (7, 8), (9, 10), *((left, left + 1) for left in range(11, 33, 2))),
    trunk=(11, 12, 23, 24),
    # The nose.
    face=(0,),
    # Head, both arms, both legs without the feet.
    body=(0, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28),
)
"""BlazePose (Bazarevsky 2020), as MediaPipe numbers it."""

SKELETONS: Final = {skeleton.name: skeleton for skeleton in (BLAZEPOSE33,)}
"""Those that the analysis can measure, by name."""

COUNT: Final = BLAZEPOSE33.count
NOSE: Final = 0


class Side(IntEnum):
    """The player's own side as the pose model labels it; every paired landmark is ``joint + side``."""

    LEFT = 0
    RIGHT = 1

    @property
    def other(self) -> "Side":
        return Side(1 - self)


class Joint(IntEnum):
    """The left landmark of each pair; the right one follows it."""

    EAR = 7
    SHOULDER = 11
    ELBOW = 13
    WRIST = 15
    HIP = 23
    KNEE = 25
    ANKLE = 27
    HEEL = 29
    TOE = 31


ARM: Final = (11, 13, 15, 17, 19, 21)
"""Left landmarks of a whole arm: shoulder, elbow, wrist, little finger, index finger, thumb."""

LEG: Final = (23, 25, 27, 29, 31)
"""Left landmarks of a whole leg: hip, knee, ankle, heel, toe."""

TRUNK: Final = BLAZEPOSE33.trunk
"""Shoulders and hips."""

BODY: Final = BLAZEPOSE33.body
"""Head, both arms, both legs without the feet."""

WHOLE_BODY: Final = (*BODY, 29, 30, 31, 32)
"""The same with heels and toes."""
