"""Videos of two people, made of videos of one."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs of encoding leave the parameter of Packet open.

from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.video import VideoLimits

Image = NDArray[np.uint8]


def frames_of(video: Path, longest_side: int) -> list[Image]:
    return [frame.pixels(longest_side) for frame in FrameReader(video, VideoLimits(10**9, 60))]


def write(path: Path, frames: Sequence[Image], fps: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "18", "preset": "ultrafast"})
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "yuv420p"
        for number, image in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def with_bystander(frames: Sequence[Image], bystander: Image, from_x: int, to_x: int) -> list[Image]:
    """``frames`` with the cut-out of somebody who stands on the lower edge and drifts between two places."""
    height, width = bystander.shape[:2]
    beside = [image.copy() for image in frames]
    for image, x in zip(beside, np.linspace(from_x, to_x, len(frames)).round().astype(int), strict=True):
        image[-height:, x : x + width] = bystander
    return beside


def enlarged(image: Image, times: float) -> Image:
    return np.asarray(cv2.resize(image, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def far_away(frames: Sequence[Image], share: float) -> list[Image]:
    """``frames`` shrunk to that share, in the middle of an image of the size they had."""
    height, width = frames[0].shape[:2]
    away: list[Image] = []
    for image in frames:
        small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
        away.append(
            np.asarray(
                cv2.copyMakeBorder(
                    small,
                    top,
                    height - small.shape[0] - top,
                    left,
                    width - small.shape[1] - left,
                    cv2.BORDER_REPLICATE,
                ),
                dtype=np.uint8,
            )
        )
    return away
