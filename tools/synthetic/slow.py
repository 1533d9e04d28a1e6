"""Slowed films: which of a fast camera's images a phone stores, and when it shows them."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from tools.synthetic.geometry import Array

from cricksy.analysis.track import IntArray, Track

STORED_FPS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Slowing:
    """How a film that was shot at ``capture_fps`` is stored at ``STORED_FPS``.

    ``part``: first and last second of the world that is slowed, ``None`` for all of it; outside only every n-th image
    is kept. ``easing``: seconds of the world over which the film slows down and speeds up again, as a phone's does.
    """

    capture_fps: float
    part: tuple[float, float] | None = None
    easing: float = 0.0

    @property
    def factor(self) -> float:
        return self.capture_fps / STORED_FPS

    def rate(self, t_s: Array) -> Array:
        """(n,) times that the film is slowed at times (n,) of the world."""
        if self.part is None:
            return np.full(len(t_s), self.factor)
        first, last = self.part
        ease = max(self.easing, 1e-9)
        share = np.clip(np.minimum((t_s - first) / ease + 0.5, (last - t_s) / ease + 0.5), 0.0, 1.0)
        return self.factor**share

    def chosen(self, count: int) -> IntArray:
        """The images to store, of ``count`` that were shot."""
        shown_s = np.cumsum(self.rate(np.arange(count) / self.capture_fps)) / self.capture_fps
        number = np.floor(shown_s * STORED_FPS + 1e-6)
        return np.flatnonzero(np.diff(number, prepend=-1.0) > 0)


def slow_down(track: Track, slowing: Slowing) -> tuple[Track, IntArray]:
    """``track``, shot at the slowing's rate, as it is stored, and which of its frames (n,) are in it."""
    kept = slowing.chosen(len(track.frame))
    stored = track.take(kept)
    shown = np.arange(len(kept))
    return replace(stored, frame=shown, t_ms=shown * (1000.0 / STORED_FPS)), kept
