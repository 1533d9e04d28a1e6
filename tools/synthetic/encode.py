"""H.264 through PyAV: the one place that touches the encoder."""

# pyright: reportUnknownMemberType=false
# PyAV leaves the type parameter of its packets open; they stay inside this module.

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray


def encode(frames: Iterable[NDArray[np.uint8]], path: Path, fps: int, size: tuple[int, int], crf: int) -> None:
    """Write RGB frames (height, width, 3) as an MP4 that plays while it loads.

    One thread and no time stamp in the file: the same frames give the same bytes with the same libraries.

    Args:
        frames: the images.
        path: the file, which is replaced.
        fps: frames a second.
        size: width and height in pixels, both even.
        crf: libx264's constant rate factor; 18 is nearly lossless, 28 visibly lossy.
    """
    options = {"crf": str(crf), "preset": "slow", "threads": "1"}
    with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.colorspace = Colorspace.ITU709
        stream.codec_context.color_range = ColorRange.MPEG
        for image in frames:
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)))
        container.mux(stream.encode())
