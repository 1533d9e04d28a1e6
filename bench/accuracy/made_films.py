"""A drawn delivery in every combination of rate, doubled images, mirror, turn and track, made here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path
from typing import Final

import numpy as np
from bench.accuracy import edit
from bench.accuracy.poses import Poses
from bench.accuracy.seen import see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, all_of
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import CRF, Rendered, VideoSource, digest, unfinished
from tools.display_matrix import MATRICES, with_matrix
from tools.synthetic.encode import encode
from tools.synthetic.film import film

from tools import display_matrix, odd_films

SECTION: Final = "Made films"
DRAWN: Final = Rendered(KEPT_BACK + 1, "bowling", "right")
RATES: Final = (30, 60)
TURNS: Final = (0, 90, 180, 270)
RELEASE_FRAMES: Final = 2.0
"""By which a release may be off, in different images."""
SAME_RATE: Final = 0.1
SMALL: Final = 160
"""Pixels of the longer side of a track that no player shows."""


@dataclass(frozen=True, slots=True)
class Made:
    """The drawn delivery at ``rate`` different images a second, each stored ``times`` times.

    It is shown upright and as it was drawn; stored are its images before the display matrix ``turn``, ``mirrored``.
    ``behind``: a small copy is the container's first video track, and this one has the flag “default”.
    """

    rate: int
    times: int
    turn: int
    mirrored: bool
    behind: bool

    @property
    def name(self) -> str:
        track = "second" if self.behind else "only"
        shown = "mirrored" if self.mirrored else "plain"
        return f"made.{self.rate}.{self.times}.{self.turn}.{shown}.{track}"

    def path(self, cache: Path) -> Path:
        drawn = DRAWN.path(cache)
        sources = (drawn, Path(__file__), Path(display_matrix.__file__), Path(odd_films.__file__))
        target = cache / "films" / f"{self.name}.{digest(*sources)}.mp4"
        if not target.exists():
            whole = unfinished(target)
            self._encode(drawn, whole, edit.LONGEST_SIDE)
            if self.behind:
                small, both = (whole.with_suffix(f".{part}.mp4") for part in ("small", "both"))
                self._encode(drawn, small, SMALL)
                odd_films.beside_one_another([small, whole], both, [False, True])
                small.unlink()
                both.replace(whole)
            with_matrix(whole, MATRICES[self.turn, self.mirrored]).replace(target)
        return target

    def _encode(self, drawn: Path, target: Path, longest_side: int) -> None:
        images = self._stored(drawn, longest_side)
        first = next(images)
        height, width = first.shape[:2]
        every = (shown for image in (first, *images) for shown in [image] * self.times)
        encode(every, target, self.rate * self.times, (width, height), CRF)

    def _stored(self, drawn: Path, longest_side: int) -> Iterator[edit.Image]:
        for place, image in enumerate(edit.images(drawn, longest_side)):
            if place % (DRAWN.fps // self.rate) == 0:
                plain = image[:, ::-1] if self.mirrored else image
                yield np.ascontiguousarray(np.rot90(plain, k=self.turn // 90))


FILMS: Final = tuple(
    Made(rate, times, turn, mirrored, behind)
    for rate, times, turn, mirrored, behind in product(RATES, (1, 2), TURNS, (False, True), (False, True))
)


def sources(_setting: Setting) -> list[VideoSource]:
    return list(FILMS)


def rows(setting: Setting) -> list[Row]:
    take = DRAWN.take()
    release_s = film(take.performance, take.view, fps=take.fps).truth.events["ball_release"]
    return [
        _row(rate, times, {one: _wrong(one, setting.store.poses(one), release_s) for one in films})
        for (rate, times), films in groupby(FILMS, key=lambda one: (one.rate, one.times))
    ]


def _row(rate: int, times: int, wrong: Mapping[Made, Sequence[str]]) -> Row:
    shown = f"{rate} images a second{', each twice' if times > 1 else ''}; turned, mirrored, as second track"
    faults = "; ".join(f"{one.name}: {', '.join(what)}" for one, what in wrong.items() if what)
    return all_of(SECTION, shown, [not what for what in wrong.values()], detail=f" (not {faults})" if faults else "")


def _wrong(one: Made, poses: Poses, release_s: float) -> list[str]:
    """What of a film is not read rightly."""
    seen, summary = see(poses), poses.summary
    found_s = seen.instants().get("ball_release")
    take = DRAWN.take()
    right = {
        "bowling": seen.bowling,
        "hand": seen.hand == DRAWN.hand,
        "turn and mirror": (summary.rotation, bool(summary.mirrored)) == (one.turn, one.mirrored),
        "size": (summary.width, summary.height) == (take.view.width, take.view.height),
        "whole": not summary.truncated,
        "rate": abs((summary.image_fps or 0.0) - one.rate) < SAME_RATE,
        "release": found_s is not None and abs(found_s - release_s) * one.rate <= RELEASE_FRAMES,
    }
    return [name for name, is_right in right.items() if not is_right]
