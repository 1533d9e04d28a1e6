"""A throw: one hand goes away from the other as no two hands on a bat can."""

from typing import Final

import numpy as np

from cricksy.analysis import filters
from cricksy.analysis.disciplines.movement import steady_speed
from cricksy.analysis.events import Action, samples_between, time_at
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import IntArray

# H/s; of one wrist as seen from the other: 148 synthetic strokes reach 2.8 at most; three captured pitches, from where
# they look like a stroke, at least 5.2 at 30 frames a second and 6.8 at 60
PARTING_SPEED: Final = 4.4
# s; after the lowest hands: two that part before a throw go down 0.6–0.8 earlier
THROWS_WITHIN_S: Final = 1.0
FAST_FRAMES: Final = 2  # count; of frames that show it: one may be a glitch
# s; after the lowest hands: eleven of 520 synthetic strokes, whose errors make them seem throws, are fastest within
# 0.15, and throws by hands that came down to part at least 0.49 later
FOLLOW_THROUGH_S: Final = 0.3


def is_throw(motion: Motion, stroke: Action) -> bool:
    """Whether one hand of what looks like a ``stroke`` throws: meanwhile, or soon after both came down to part.

    The speed between the wrists is compared, which two hands on a handle keep low however fast they swing.
    """
    apart = motion.side(Joint.WRIST, Side.RIGHT) - motion.side(Joint.WRIST, Side.LEFT)
    speed = np.linalg.norm(filters.rate_of_change(motion.t_s, apart), axis=1) / motion.scale
    return bool(np.count_nonzero(speed[_may_throw(motion, stroke)] >= PARTING_SPEED) >= FAST_FRAMES)


def comes_before_throw(motion: Motion, stroke: Action) -> bool:
    """Whether what looks like a ``stroke`` is only how hands part before they throw: the throw itself comes later.

    Then the speed that a hand keeps is highest not at the lowest hands but ``FOLLOW_THROUGH_S`` or more after them.
    """
    if not is_throw(motion, stroke):
        return False
    part = _may_throw(motion, stroke)
    speed = np.fmax(steady_speed(motion, Side.LEFT), steady_speed(motion, Side.RIGHT))[part]
    fastest_s = motion.t_s[part[np.argmax(np.nan_to_num(speed))]]
    return bool(fastest_s > time_at(motion, stroke.key_event.index) + FOLLOW_THROUGH_S)


def _may_throw(motion: Motion, stroke: Action) -> IntArray:
    """The samples in which a hand of ``stroke`` may throw."""
    end_s = time_at(motion, stroke.key_event.index) + THROWS_WITHIN_S
    return samples_between(motion, time_at(motion, stroke.first), end_s)
