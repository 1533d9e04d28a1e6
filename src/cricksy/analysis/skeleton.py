"""The 33 BlazePose landmarks by index, and the groups that the analysis speaks of."""

from enum import IntEnum
from typing import Final

COUNT: Final = 33
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

TRUNK: Final = (11, 12, 23, 24)
"""Shoulders and hips."""

BODY: Final = (0, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""What must be seen for a person to count as seen: head, both arms, both legs without the feet."""

WHOLE_BODY: Final = (*BODY, 29, 30, 31, 32)
"""The same with heels and toes."""
