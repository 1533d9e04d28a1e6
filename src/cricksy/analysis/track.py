"""What the analysis starts from: one person's landmarks over time, and what is known about the video."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.clock import REAL, Clock
from cricksy.analysis.skeleton import BLAZEPOSE33, SKELETONS, Skeleton

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

PACKING: Final = 2  # 1; a version, not a threshold
"""Number of the form in which :func:`pack` stores a track. 1 named neither itself nor the skeleton."""


class UnreadableLandmarks(ValueError):  # noqa: N818 - of what is stored, not of the program
    """Stored landmarks cannot be read, or are in a skeleton that the analysis does not know. The message says why."""


@dataclass(frozen=True, slots=True)
class Background:
    """What the images of n frames show beside the player.

    ``repeated`` (n,): the frame shows the image of the one before it among these n again, so it has no time of its own.
    ``shot`` (n,): 0-based number of the uninterrupted shot, rising by one at each scene cut.
    ``shift`` (n, 2): pixels by which the background lies right and down of where the shot's first frame showed it.
    """

    repeated: BoolArray
    shot: IntArray
    shift: FloatArray

    @classmethod
    def plain(cls, n: int) -> "Background":
        """Images of a still camera, none repeated, none cut."""
        return cls(np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.int64), np.zeros((n, 2)))

    def take(self, chosen: IntArray) -> "Background":
        """The frames at the rising positions ``chosen`` (m,) alone: one of them repeats the chosen one before it."""
        image = np.cumsum(~self.repeated)[chosen]
        repeated = np.diff(image, prepend=-1) == 0
        return Background(repeated, self.shot[chosen], self.shift[chosen])


@dataclass(frozen=True, slots=True)
class Track:
    """Landmarks of one person on n frames, in the order of time.

    ``frame`` (n,): 0-based index of the decoded source frame, strictly rising.
    ``t_ms`` (n,): the frame's timestamp in milliseconds, strictly rising.
    ``landmarks`` (n, ``skeleton.count``, 4): x, y, z in pixels of the upright frame and visibility 0–1; NaN where
    nobody was detected.
    ``model`` (n,): index into ``model_names`` of the model that read the frame.
    ``width``, ``height``: pixels of the upright frame.
    ``background``: ``None`` where nobody looked: the camera is then taken to be still.
    ``skeleton``: what the landmarks are; the analysis measures BlazePose's.
    ``clock``: how far the film is slowed. It is not stored with the landmarks.
    """

    frame: IntArray
    t_ms: FloatArray
    landmarks: FloatArray
    model: IntArray
    model_names: tuple[str, ...]
    width: int
    height: int
    background: Background | None = None
    skeleton: Skeleton = BLAZEPOSE33
    clock: Clock = REAL

    @property
    def world_ms(self) -> FloatArray:
        """(n,) the frames' times in the world, in milliseconds."""
        return self.clock.world_ms(self.t_ms)

    @property
    def detected(self) -> BoolArray:
        """(n,) whether a person was found in the frame."""
        return ~np.isnan(self.landmarks[:, 0, 0])

    @property
    def repeated(self) -> BoolArray:
        """(n,) see :class:`Background`."""
        return self._seen.repeated

    @property
    def shot(self) -> IntArray:
        """(n,) see :class:`Background`."""
        return self._seen.shot

    @property
    def stabilised(self) -> FloatArray:
        """(n, 33, 4) ``landmarks`` as a camera that stayed as it was at the shot's start would have shown them."""
        landmarks = self.landmarks.copy()
        landmarks[..., :2] -= self._seen.shift[:, None]
        return landmarks

    def take(self, chosen: IntArray) -> "Track":
        """The frames at the rising positions ``chosen`` (m,) alone."""
        return replace(
            self,
            frame=self.frame[chosen],
            t_ms=self.t_ms[chosen],
            landmarks=self.landmarks[chosen],
            model=self.model[chosen],
            background=self._seen.take(chosen),
        )

    @property
    def _seen(self) -> Background:
        return self.background or Background.plain(len(self.frame))


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What the container and the decoder say of the video; see :class:`.schema.PoseSummary`."""

    source_fps: float
    width: int
    height: int
    duration_ms: float | None
    decoded_ms: float
    truncated: bool
    rotation: int
    people_seen: int | None
    mirrored: bool = False
    image_fps: float | None = None
    gap_ms: float = 0.0
    frames_left_out: int = 0
    capture_fps: float | None = None
    frames_rejected: int | None = None

    @property
    def new_fps(self) -> float:
        """New images a second of the video, however often it shows each."""
        return self.source_fps if self.image_fps is None else self.image_fps


def pack(track: Track) -> bytes:
    """``track`` as compressed bytes: landmarks as 32-bit floats, good for 0.001 px on an 8K frame."""
    buffer = io.BytesIO()
    background = track.background or Background.plain(len(track.frame))
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        packing=np.array(PACKING),
        skeleton=np.array(track.skeleton.name),
        frame=track.frame,
        t_ms=track.t_ms,
        landmarks=track.landmarks.astype(np.float32),
        model=track.model,
        model_names=np.array(track.model_names, dtype=np.str_),
        size=np.array([track.width, track.height], dtype=np.int64),
        repeated=background.repeated,
        shot=background.shot,
        shift=background.shift.astype(np.float32),
    )
    return buffer.getvalue()


def unpack(data: bytes) -> Track:
    """The track that :func:`pack` wrote, today or in an earlier release.

    The first releases named no skeleton: theirs is BlazePose's. Those before them did not look at the images.

    Raises:
        UnreadableLandmarks: ``data`` is not a packed track, or one of a later release or of an unknown skeleton.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise UnreadableLandmarks("not a packed track")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as parts:
            track = _unpack_parts(parts)
    except UnreadableLandmarks:
        raise
    except (KeyError, ValueError, TypeError, IndexError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise UnreadableLandmarks("not a packed track") from error
    _check_shapes(track)
    return track


def _unpack_parts(parts: Mapping[str, NDArray[np.generic]]) -> Track:
    packing = int(parts["packing"].astype(np.int64)) if "packing" in parts else 1
    if packing > PACKING:
        raise UnreadableLandmarks(f"packed in form {packing}, this release reads up to {PACKING}")
    name = str(parts["skeleton"]) if "skeleton" in parts else BLAZEPOSE33.name
    if name not in SKELETONS:
        raise UnreadableLandmarks(f"unknown skeleton {name[:80]!r}")
    width, height = parts["size"].astype(np.int64).tolist()
    return Track(
        frame=parts["frame"].astype(np.int64),
        t_ms=parts["t_ms"].astype(np.float64),
        landmarks=parts["landmarks"].astype(np.float64),
        model=parts["model"].astype(np.int64),
        model_names=tuple(str(model) for model in parts["model_names"]),
        width=width,
        height=height,
        background=_unpack_background(parts) if "shift" in parts else None,
        skeleton=SKELETONS[name],
    )


def _unpack_background(parts: Mapping[str, NDArray[np.generic]]) -> Background:
    return Background(
        repeated=parts["repeated"].astype(np.bool_),
        shot=parts["shot"].astype(np.int64),
        shift=parts["shift"].astype(np.float64),
    )


def _check_shapes(track: Track) -> None:
    n, seen = track.frame.size, track.background
    shapes = [
        (track.frame.shape, (n,)),
        (track.t_ms.shape, (n,)),
        (track.model.shape, (n,)),
        (track.landmarks.shape, (n, track.skeleton.count, 4)),
    ]
    if seen is not None:
        shapes += [(seen.repeated.shape, (n,)), (seen.shot.shape, (n,)), (seen.shift.shape, (n, 2))]
    if n == 0 or any(shape != expected for shape, expected in shapes):
        raise UnreadableLandmarks("parts of a packed track do not fit together")
