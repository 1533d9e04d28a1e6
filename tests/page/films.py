"""Films of a bowler whose frames carry their own number, in every way that a phone stores them."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs of encoding leave the parameter of Packet open.

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

SAMPLE = Path(__file__).parents[2] / "src/cricksy/sample/bowling.mp4"
BITS = 8
_FIRST, _LAST, _STEP = 66, 150, 2
"""Frames of the sample that show the delivery; every second one of 60 a second."""

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedFilm:
    """How the delivery is stored. Frame *n* shows the code of *n*."""

    name: str
    codec: str = "libx264"
    t_ms: Sequence[float]
    counter_clockwise: int = 0
    """Degrees of the display matrix; the film lies on its side in the file."""


@cache
def delivery() -> tuple[Image, ...]:
    """The frames (720, 1280, 3) of the sample clip's delivery, 30 a second."""
    with av.open(str(SAMPLE)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return tuple(np.asarray(frame, np.uint8) for frame in frames[_FIRST:_LAST:_STEP])


def with_code(image: Image, number: int) -> Image:
    """The image with ``number`` written over its lower edge, again and again from left to right."""
    coded = image.copy()
    height, width = image.shape[:2]
    for start in range(0, width - CODE_WIDTH, CODE_WIDTH):
        write_code(coded, start, height - BAR_HEIGHT, number)
    return coded


BAR = 12
BAR_HEIGHT = 64
CODE_WIDTH = BAR * (BITS + 4)


def write_code(image: Image, x: int, y: int, number: int) -> None:
    """Two white bars, a black one, the bits with the highest first (white is 1), and a black bar."""
    bits = [1, 1, 0, *(number >> bit & 1 for bit in reversed(range(BITS))), 0]
    for index, bit in enumerate(bits):
        image[y : y + BAR_HEIGHT, x + index * BAR : x + (index + 1) * BAR] = 255 if bit else 0


def shoot(path: Path, film: CodedFilm) -> Path:
    images = [with_code(image, number) for number, image in enumerate(delivery()[: len(film.t_ms)])]
    turned = [np.ascontiguousarray(np.rot90(image, film.counter_clockwise // -90 % 4)) for image in images]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(film.codec, rate=30)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = turned[0].shape[:2]
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, 30000)
        stream.codec_context.time_base = stream.time_base
        stream.codec_context.options = {"crf": "18", "x265-params": "log-level=none:bframes=2"}
        if film.codec == "libx265":
            stream.codec_context.codec_tag = "hvc1"
        stream.set_display_rotation(film.counter_clockwise)
        for image, t_ms in zip(turned, film.t_ms, strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = round(Fraction(t_ms) / 1000 / stream.time_base), stream.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
