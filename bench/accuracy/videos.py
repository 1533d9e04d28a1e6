"""Which videos the benchmark looks at, and where they come from. Each is made once and kept in the cache."""

import hashlib
import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, Protocol

import numpy as np
from bench.accuracy import edit
from tools.synthetic import render, scene
from tools.synthetic.encode import encode
from tools.synthetic.motion.batting_keyframes import Shot
from tools.synthetic.player import Doing, Hand, draw, draw_batter
from tools.synthetic.render import Passing, Take, stage

CRF: Final = 20
"""libx264's rate factor of a rendered video, as of the sample's."""
HALF_SPEED: Final = 2
PANNED_SHARE: Final = 0.5
"""Of the image's width: less loses the bowlers who stand still at first, more shows the ground all around them."""
SMALL_SHARE: Final = 0.5
LATE_FRAMES: Final = 5
BYSTANDER_SHARE: Final = 0.9
"""Of the image's height that the bystander's strip fills."""


class VideoSource(Protocol):
    """A video by name; ``path`` makes it in ``cache`` where it is not there yet."""

    @property
    def name(self) -> str: ...

    @abstractmethod
    def path(self, cache: Path) -> Path: ...


@dataclass(frozen=True, slots=True)
class Clip:
    """A video as it was shot."""

    file: Path

    @property
    def name(self) -> str:
        return self.file.stem

    def path(self, cache: Path) -> Path:  # noqa: ARG002 - the video is there already
        return self.file


Change = Literal["mirrored", "reflected", "panned", "half", "small", "coarse", "late"]
"""How a video is changed. ``mirrored``: the bowler becomes left-handed and runs the other way. ``reflected``: the
same, by the file's display matrix; the frames themselves are the original's, bit by bit. ``panned``: as by a camera
nearer to him, which swings after him. ``half``: every frame shown twice as long; the frames themselves are the
original's, bit by bit. ``small``: at half of its width and height. ``coarse``: at a low bit rate. ``late``: without its
first frames."""

_CHANGES: Final[Mapping[Change, Callable[[Path, Path], None]]] = {
    "mirrored": edit.mirror,
    "reflected": edit.reflect,
    "panned": partial(edit.pan, share=PANNED_SHARE),
    "half": partial(edit.slow_down, factor=HALF_SPEED),
    "small": partial(edit.shrink, share=SMALL_SHARE),
    "coarse": edit.coarsen,
    "late": partial(edit.begin_late, frames=LATE_FRAMES),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """A video after one :data:`Change`."""

    source: VideoSource
    change: Change

    @property
    def name(self) -> str:
        return f"{self.source.name}.{self.change}"

    def path(self, cache: Path) -> Path:
        original = self.source.path(cache)
        return _edited(cache, self.name, partial(_CHANGES[self.change], original), original)


@dataclass(frozen=True, slots=True)
class Told:
    """A slowed video and the rate at which it was shot, as a coach gives it."""

    source: VideoSource
    capture_fps: float

    @property
    def name(self) -> str:
        return f"{self.source.name}.told"

    def path(self, cache: Path) -> Path:
        return self.source.path(cache)


@dataclass(frozen=True, slots=True)
class Cropped:
    """A ``part`` of a video's images."""

    source: VideoSource
    part: edit.Part

    @property
    def name(self) -> str:
        return f"{self.source.name}.cropped"

    def path(self, cache: Path) -> Path:
        original = self.source.path(cache)
        name = f"{self.name}.{'.'.join(f'{side:.3f}' for side in self.part)}"
        return _edited(cache, name, partial(edit.crop, original, part=self.part), original)


@dataclass(frozen=True, slots=True)
class Accompanied:
    """A larger person moves in a strip to the left of the player: ``part`` of the video ``bystander``."""

    file: Path
    bystander: Path
    part: edit.Part

    @property
    def name(self) -> str:
        return f"{self.file.stem}.beside"

    def path(self, cache: Path) -> Path:
        def put_beside(target: Path) -> None:
            edit.put_beside(self.file, self.bystander, target, self.part, BYSTANDER_SHARE)

        return _edited(cache, self.name, put_beside, self.file, self.bystander)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The player of ``seed``, drawn and filmed; ``yaw_deg`` 180 is the far side. Somebody may be ``passing``."""

    seed: int
    doing: Doing
    hand: Hand
    yaw_deg: float = 0.0
    passing: Passing | None = None
    fps: int = 60

    @property
    def label(self) -> str:
        side = f"{self.hand}-handed, " if self.doing in {"bowling", "batting"} else ""
        passing = f", somebody passing {self.passing}" if self.passing else ""
        return f"{self.doing}, {side}{'far side' if self.yaw_deg else 'side'}{passing}"

    @property
    def name(self) -> str:
        return f"{self.doing}.{self.seed}.{self.hand}.{self.yaw_deg:.0f}.{self.passing or 'alone'}.{self.fps}"

    def take(self) -> Take:
        return stage(draw(self.seed, self.doing, self.hand), self.yaw_deg, self.fps, self.passing)

    def path(self, cache: Path) -> Path:
        return _rendered(cache, self.name, self.take)


@dataclass(frozen=True, slots=True)
class RenderedStroke:
    """The batter of ``seed`` who plays ``shot``, with the bat ``raised`` in the stance."""

    seed: int
    hand: Hand
    shot: Shot
    raised: float = 0.0
    yaw_deg: float = 0.0
    fps: int = 30

    @property
    def label(self) -> str:
        bat = "bat raised" if self.raised else "bat low"
        return f"{self.shot.name}, {self.hand}-handed, {bat}, from {self.yaw_deg:.0f}°"

    @property
    def name(self) -> str:
        return f"{self.shot.name}.{self.seed}.{self.hand}.{100 * self.raised:.0f}.{self.yaw_deg:.0f}.{self.fps}"

    def take(self) -> Take:
        return stage(draw_batter(self.seed, self.hand, self.shot, self.raised), self.yaw_deg, self.fps)

    def path(self, cache: Path) -> Path:
        return _rendered(cache, self.name, self.take)


@dataclass(frozen=True, slots=True)
class EmptyField:
    """The rendered ground, and nobody on it."""

    frames: int = 120

    @property
    def name(self) -> str:
        return "empty_field"

    @property
    def label(self) -> str:
        return "empty field"

    def path(self, cache: Path) -> Path:
        target = _target(cache, self.name, Path(scene.__file__), Path(render.__file__))
        if not target.exists():
            take = stage(draw(0))
            ground = scene.background(take.camera, render.SEED)
            noises = (np.random.default_rng(frame) for frame in range(self.frames))
            _encode((render.develop(ground, noise) for noise in noises), take, target)
        return target


def _edited(cache: Path, name: str, make: Callable[[Path], None], *sources: Path) -> Path:
    """A video that ``make`` writes to the path it is given, from ``sources``."""
    target = _target(cache, name, *sources, Path(edit.__file__))
    if not target.exists():
        make(unfinished(target))
        unfinished(target).replace(target)
    return target


def _rendered(cache: Path, name: str, stage_it: Callable[[], Take]) -> Path:
    package = Path(render.__file__).parent
    target = _target(cache, name, *sorted(package.rglob("*.py")))
    if not target.exists():
        take = stage_it()
        _encode(render.render(take), take, target)
    return target


def _encode(frames: Iterable[edit.Image], take: Take, target: Path) -> None:
    encode(frames, unfinished(target), take.fps, (take.view.width, take.view.height), CRF)
    unfinished(target).replace(target)


def digest(*files: Path) -> str:
    """The first 12 hexadecimal digits of the sha256 of the files' contents."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()[:12]


def _target(cache: Path, name: str, *sources: Path) -> Path:
    """Where a made video lies: named after what it was made from and the code that made it."""
    directory = cache / "films"
    directory.mkdir(parents=True, exist_ok=True)
    return directory / f"{name}.{digest(*sources, Path(__file__))}.mp4"


def unfinished(target: Path) -> Path:
    """Where a process writes what becomes ``target``: two may make the same video at the same time."""
    return target.with_suffix(f".{os.getpid()}.part.mp4")
