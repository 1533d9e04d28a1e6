"""Slowed films: which of a fast camera's images a phone stores, and when it shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from bench.accuracy.videos import CRF, digest, unfinished
from tools.synthetic import render
from tools.synthetic.encode import encode
from tools.synthetic.player import draw
from tools.synthetic.render import Take, stage

from cricksy.analysis.track import FloatArray, IntArray, Track

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

    def rate(self, t_s: FloatArray) -> FloatArray:
        """(n,) times that the film is slowed at times (n,) of the world."""
        if self.part is None:
            return np.full(len(t_s), self.factor)
        first, last = self.part
        ease = max(self.easing, 1e-9)
        share = np.clip(np.minimum((t_s - first) / ease + 0.5, (last - t_s) / ease + 0.5), 0.0, 1.0)
        return np.asarray(self.factor**share, dtype=np.float64)

    def chosen(self, count: int) -> IntArray:
        """The images to store, of ``count`` that were shot."""
        shown_s = np.cumsum(self.rate(np.arange(count) / self.capture_fps)) / self.capture_fps
        number = np.floor(shown_s * STORED_FPS + 1e-6)
        return np.flatnonzero(np.diff(number, prepend=-1.0) > 0)


def slow_down(track: Track, slowing: Slowing) -> tuple[Track, IntArray]:
    """``track``, shot at the slowing's rate, as it is stored, and which of its frames (n,) are in it."""
    kept = slowing.chosen(len(track.frame))
    shown = np.arange(len(kept))
    return replace(track.take(kept), frame=shown, t_ms=shown * (1000.0 / STORED_FPS)), kept


@dataclass(frozen=True, slots=True)
class _SlowedTake(Take):
    """A take of which only the images ``kept``, of those that were shot, are drawn."""

    kept: tuple[int, ...] = ()

    @property
    def frame_count(self) -> int:
        return len(self.kept)

    def time(self, frame: int) -> float:
        return self.kept[frame] / self.fps


@dataclass(frozen=True, slots=True)
class SlowedFilm:
    """The right-arm bowler of ``seed``, filmed at ``capture_fps`` and stored at 30 images a second.

    ``part``: seconds from back-foot contact and from release between which it is slowed; ``None`` for all of it.
    """

    seed: int
    capture_fps: int
    part: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        part = "whole" if self.part is None else f"{self.part[0]:+g}{self.part[1]:+g}"
        return f"slowed_{self.seed}_{self.capture_fps}_{part}".replace(".", "_")

    @property
    def slowing(self) -> Slowing:
        if self.part is None:
            return Slowing(self.capture_fps)
        events = self.seconds()
        first, last = events["back_foot_contact"] + self.part[0], events["ball_release"] + self.part[1]
        return Slowing(self.capture_fps, (first, last))

    def seconds(self) -> Mapping[str, float]:
        """Seconds of the world of each event."""
        return draw(self.seed, "bowling", "right").events()

    def frames(self) -> dict[str, float]:
        """Frame of the file, between two, of each event."""
        kept = self.slowing.chosen(self._shot().frame_count)
        return {
            name: float(np.interp(when * self.capture_fps, kept, np.arange(len(kept))))
            for name, when in self.seconds().items()
        }

    def path(self, cache: Path) -> Path:
        package = Path(render.__file__).parent
        target = cache / "films" / f"{self.name}.{digest(*sorted(package.rglob('*.py')), Path(__file__))}.mp4"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shot = self._shot()
            kept = self.slowing.chosen(shot.frame_count)
            take = _SlowedTake(shot.performance, shot.view, shot.fps, kept=tuple(kept.tolist()))
            part = unfinished(target)
            encode(render.render(take), part, round(STORED_FPS), (take.view.width, take.view.height), CRF)
            part.replace(target)
        return target

    def _shot(self) -> Take:
        return stage(draw(self.seed, "bowling", "right"), 0.0, self.capture_fps)
