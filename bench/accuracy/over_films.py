"""Films of several deliveries: real ones one after another, and a rendered over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import numpy as np
from bench.accuracy import edit
from bench.accuracy.videos import CRF, digest, unfinished
from tools.synthetic import over, render
from tools.synthetic.encode import encode
from tools.synthetic.render import Take, stage

FPS: Final = 30
SIDE: Final = 960
"""Pixels of a joined film's longer side."""
FADE: Final = 10
"""Frames over which one film gives way to the next."""

Copy = Literal["", "reversed", "slowed"]


@dataclass(frozen=True, slots=True)
class Joined:
    """Clips one after another, each shown as ``copies`` says; ``fade``: cross-faded."""

    files: Sequence[Path]
    copies: Sequence[Copy] = ()
    fade: bool = False

    @property
    def name(self) -> str:
        kinds = [*self.copies, *[""] * (len(self.files) - len(self.copies))]
        parts = [f"{file.stem}{kind and '-' + kind}" for file, kind in zip(self.files, kinds, strict=True)]
        return "+".join(parts) + (".fade" if self.fade else "")

    def path(self, cache: Path) -> Path:
        target = _target(cache, self.name, *self.files)
        if not target.exists():
            films = [self._frames(place) for place in range(len(self.files))]
            _write(_faded(films) if self.fade else [image for film in films for image in film], target)
        return target

    def _frames(self, place: int) -> list[edit.Image]:
        images = list(edit.images(self.files[place], SIDE))
        kind = self.copies[place] if place < len(self.copies) else ""
        if kind == "reversed":
            return images[::-1]
        return [image for image in images for _ in range(2)] if kind == "slowed" else images

    def starts(self) -> list[int]:
        """The frame at which each clip begins."""
        lengths = [len(self._frames(place)) - (FADE if self.fade else 0) for place in range(len(self.files))]
        return [sum(lengths[:place]) for place in range(len(lengths))]


@dataclass(frozen=True, slots=True)
class RenderedOver:
    """An over of one rendered bowler, who walks back between; or ``ball`` of it alone."""

    seed: int
    ball: int | None = None

    @property
    def name(self) -> str:
        return f"over.{self.seed}" + ("" if self.ball is None else f".{self.ball}")

    def takes(self) -> list[tuple[Take, Take]]:
        """Each delivery and the walk after it, from one camera."""
        takes: list[tuple[Take, Take]] = []
        for bowling, walking in over.players(self.seed):
            delivery = stage(bowling, 0.0, FPS)
            takes.append((delivery, Take(walking, delivery.view, FPS)))
        return takes

    def starts(self) -> list[int]:
        """The frame at which each delivery begins."""
        lengths = [delivery.frame_count + walk.frame_count for delivery, walk in self.takes()]
        return [sum(lengths[:place]) for place in range(len(lengths))]

    def path(self, cache: Path) -> Path:
        package = Path(render.__file__).parent
        target = _target(cache, self.name, *sorted(package.rglob("*.py")))
        if target.exists():
            return target
        if self.ball is None:
            _write(self._images(), target)
        else:
            start = self.starts()[self.ball]
            whole = edit.images(RenderedOver(self.seed).path(cache), SIDE)
            count = self.takes()[self.ball][0].frame_count
            _write((image for place, image in enumerate(whole) if start <= place < start + count), target)
        return target

    def _images(self) -> Iterator[edit.Image]:
        for delivery, walk in self.takes():
            yield from render.render(delivery)
            yield from (np.ascontiguousarray(image[:, ::-1]) for image in render.render(walk))


def _faded(films: Sequence[Sequence[edit.Image]]) -> list[edit.Image]:
    shown = list(films[0])
    for _, following in pairwise(films):
        shares = np.arange(1, FADE + 1) / (FADE + 1)
        mixed = [
            (one * (1 - share) + other * share).astype(np.uint8)
            for one, other, share in zip(shown[-FADE:], following[:FADE], shares, strict=True)
        ]
        shown = [*shown[:-FADE], *mixed, *following[FADE:]]
    return shown


def _write(images: Iterator[edit.Image] | Sequence[edit.Image], target: Path) -> None:
    frames = iter(images)
    first = next(frames)
    part = unfinished(target)

    def all_of() -> Iterator[edit.Image]:
        yield first
        yield from frames

    encode(all_of(), part, FPS, (first.shape[1], first.shape[0]), CRF)
    part.replace(target)


def _target(cache: Path, name: str, *sources: Path) -> Path:
    directory = cache / "films"
    directory.mkdir(parents=True, exist_ok=True)
    return directory / f"{name}.{digest(*sources, Path(__file__))}.mp4"
