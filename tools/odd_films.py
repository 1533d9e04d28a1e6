"""Films as phones, browsers and editors make them, put together from other ones."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs of encoding leave the parameter of Packet open.

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.stream import Disposition

_CLUSTER = b"\x1f\x43\xb6\x75"
_TIMESTAMP = b"\xe7"


def one_after_another(films: Sequence[Path], target: Path, frame_ms: float) -> Path:
    """One stream that shows ``films``, of one codec and any sizes, at a steady rate."""
    with av.open(str(films[0])) as first, av.open(str(target), "w") as joined:
        stream = joined.add_stream_from_template(first.streams.video[0])
        number = 0
        for film in films:
            with av.open(str(film)) as part:
                tick = part.streams.video[0].time_base or Fraction(1, 1000)
                for packet in part.demux(video=0):
                    if packet.size:
                        packet.stream = stream
                        packet.pts = packet.dts = round(number * frame_ms / 1000 / tick)
                        joined.mux(packet)
                        number += 1
    return target


def beside_one_another(films: Sequence[Path], target: Path, default: Sequence[bool]) -> Path:
    """A container with the video stream of each film; ``default``: which of them have that flag."""
    with av.open(str(target), "w") as joined:
        inputs = [av.open(str(film)) for film in films]
        streams = [joined.add_stream_from_template(film.streams.video[0]) for film in inputs]
        for stream, is_default in zip(streams, default, strict=True):
            stream.disposition = Disposition.default if is_default else Disposition(0)
        packets = [
            (float(packet.dts * packet.time_base), packet, stream)
            for film, stream in zip(inputs, streams, strict=True)
            for packet in film.demux(video=0)
            if packet.dts is not None and packet.time_base
        ]
        for _, packet, stream in sorted(packets, key=lambda each: each[0]):
            packet.stream = stream
            joined.mux(packet)
        for film in inputs:
            film.close()
    return target


def with_sound(film: Path, target: Path, seconds: float, codec: str) -> Path:
    """``film`` with silence that begins with it and lasts for ``seconds``."""
    rate = 48000
    with av.open(str(film)) as picture, av.open(str(target), "w") as joined:
        stream = joined.add_stream_from_template(picture.streams.video[0])
        sound = cast("av.AudioStream", joined.add_stream(codec, rate=rate))
        for packet in picture.demux(video=0):
            if packet.size:
                packet.stream = stream
                joined.mux(packet)
        for start in range(0, round(seconds * rate), 960):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            joined.mux(sound.encode(frame))
        joined.mux(sound.encode(None))
    return target


def clock_back(film: Path, target: Path, after_ms: int, back_ms: int) -> Path:
    """A WebM of many clusters, the clock of those from ``after_ms`` on set back by ``back_ms``."""
    content = bytearray(film.read_bytes())
    place = content.find(_CLUSTER)
    while place >= 0:
        at = content.index(_TIMESTAMP, place + 4) + 1
        length = content[at] & 0x7F
        stamp = int.from_bytes(content[at + 1 : at + 1 + length])
        if stamp >= after_ms:
            content[at + 1 : at + 1 + length] = (stamp - back_ms).to_bytes(length)
        place = content.find(_CLUSTER, place + 4)
    target.write_bytes(content)
    return target


def cut_off(film: Path, target: Path, share: float) -> Path:
    """The first ``share`` of the file's bytes."""
    content = film.read_bytes()
    target.write_bytes(content[: round(share * len(content))])
    return target


def rewritten(film: Path, target: Path, frame_of: Callable[[int], int]) -> Path:
    """``film`` with the timestamp of another frame on the n-th packet, at 30 frames a second."""
    with av.open(str(film)) as original, av.open(str(target), "w") as copy:
        stream = copy.add_stream_from_template(original.streams.video[0])
        for number, packet in enumerate(original.demux(video=0)):
            if packet.size and packet.time_base:
                packet.stream = stream
                packet.dts = number  # muxers hold their packets to the order of this one alone
                packet.pts = max(number, round(frame_of(number) / 30 / packet.time_base))
                copy.mux(packet)
    return target
