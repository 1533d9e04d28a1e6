"""The two clocks of a film: its own, by which frames are shown, and the world's, by which bodies move.

They differ where the film is slowed. Whatever is physical, as speeds, intervals and filters, is in world time; whatever
names a place in the film is in the film's.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clock:
    """How many times a film is slowed, part by part.

    ``factors`` (k,): times that each part is slowed, 1 or more. ``bounds_ms`` (k - 1,): rising times on the film's
    clock at which one part ends and the next one begins. Both clocks are alike at 0.
    """

    factors: tuple[float, ...] = (1.0,)
    bounds_ms: tuple[float, ...] = ()

    @property
    def is_real(self) -> bool:
        """Whether both clocks are one."""
        return all(factor == 1.0 for factor in self.factors)

    def world_ms(self, film_ms: FloatArray) -> FloatArray:
        """World times (n,) in ms of times (n,) in ms on the film's clock."""
        return film_ms if self.is_real else self._moved(film_ms, self._film_knots(), self._world_knots())

    def film_ms(self, world_ms: FloatArray) -> FloatArray:
        """The inverse of :meth:`world_ms`."""
        return world_ms if self.is_real else self._moved(world_ms, self._world_knots(), self._film_knots())

    def factor_at(self, film_ms: float) -> float:
        """How many times the film is slowed at a time in ms on its clock."""
        return self.factors[int(np.searchsorted(self.bounds_ms, film_ms, side="right"))]

    def later(self, film_ms: float, world_ms: float) -> float:
        """The time on the film's clock that lies ``world_ms`` of the world after ``film_ms``, or before it."""
        if self.is_real:
            return film_ms + world_ms
        return float(self.film_ms(self.world_ms(np.array([film_ms])) + world_ms)[0])

    def _film_knots(self) -> FloatArray:
        """(k + 1,) the parts' ends on the film's clock, the outer ones a second beyond the bounds."""
        if not self.bounds_ms:
            return np.array([0.0, 1000.0])
        return np.array([self.bounds_ms[0] - 1000.0, *self.bounds_ms, self.bounds_ms[-1] + 1000.0])

    def _world_knots(self) -> FloatArray:
        film = self._film_knots()
        world = np.concatenate(([0.0], np.cumsum(np.diff(film) / np.array(self.factors))))
        return world - float(self._moved(np.zeros(1), film, world)[0])

    @staticmethod
    def _moved(times: FloatArray, knots: FloatArray, to: FloatArray) -> FloatArray:
        """``times`` (n,) by the line from knot to knot, which goes on as it is beyond both ends."""
        part = np.clip(np.searchsorted(knots, times, side="right") - 1, 0, len(knots) - 2)
        share = (times - knots[part]) / (knots[part + 1] - knots[part])
        return np.asarray(to[part] + share * (to[part + 1] - to[part]), dtype=np.float64)


REAL: Final = Clock()
"""Of a film that is shown as fast as it was shot."""


def slowed(factor: float) -> Clock:
    """Of a film that is slowed so many times from its start to its end."""
    return Clock((factor,))


def simplified(factors: list[float], bounds_ms: list[float]) -> Clock:
    """The clock of these parts, neighbours of one factor being one part."""
    changes = [place for place, (before, after) in enumerate(pairwise(factors)) if before != after]
    kept = [factors[0], *(factors[place + 1] for place in changes)]
    return Clock(tuple(kept), tuple(bounds_ms[place] for place in changes))
