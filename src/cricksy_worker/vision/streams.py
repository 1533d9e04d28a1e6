"""Which of a container's video streams is the film, and how its clock runs."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

# 1; flags of what no player plays as the film: pictures, and what needs another stream
NO_FILM: Final = (
    Disposition.attached_pic
    | Disposition.timed_thumbnails
    | Disposition.still_image
    | Disposition.dependent
    | Disposition.metadata
)
PREVIEW_FPS: Final = 10.0  # fps; a stream for scrubbing has no more; no camera films so slowly
PREVIEW_AREA: Final = 0.25  # ratio; and no more of the largest stream's pixels than this: half of either side
# ms; by which a packet may be earlier than one before it: H.264 and HEVC send images before those that they follow, up
# to 16 of them, and no other codec here does
REORDERED_MS: Final = 1000.0
ROUNDED_MS: Final = 100.0  # ms; provisional: a smaller step back is a badly rounded clock
REORDERING: Final = {"h264", "hevc"}

Times = Mapping[int, list[float]]
"""Of each stream, by its index, its packets' timestamps in milliseconds in the order of the file."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How a film's clock runs: it may jump back, as when a recording is paused, or the phone sets its time.

    ``part``: 0-based number of the part between such jumps to read, the one with most images. ``back_ms``: a step back
    by more than this begins a new part.
    """

    part: int
    back_ms: float


def packet_times(container: InputContainer) -> Times:
    """The video packets of a WebM or Matroska file: its index says neither how many there are, nor that they rise."""
    times: dict[int, list[float]] = {stream.index: [] for stream in container.streams.video}
    if "matroska" not in container.format.name or not times:
        return {}
    with suppress(FFmpegError):  # what precedes the damage is known
        for packet in container.demux(*container.streams.video):
            if packet.pts is not None and packet.time_base:
                times[packet.stream_index].append(float(packet.pts * packet.time_base) * 1000)
    return times


def choose(container: InputContainer, codecs: Collection[str], times: Times) -> VideoStream | None:
    """The stream that players play: a film that they can decode, before pictures and previews; flagged as default.

    Of several such the one with most pixels a second, then the first. ``codecs``: names of those that we decode.
    """
    streams = [stream for stream in container.streams.video if not stream.disposition & NO_FILM]
    largest = max(map(area_of, streams), default=0)

    def rank(stream: VideoStream) -> tuple[bool, bool, bool, float]:
        context, area = stream.codec_context, area_of(stream)
        rate = float(stream.average_rate or 0)
        images = len(times.get(stream.index, ())) or stream.frames
        is_preview = 0 < rate <= PREVIEW_FPS and area <= PREVIEW_AREA * largest
        return (
            bool(context) and context.codec.canonical_name in codecs,
            images != 1 and not is_preview,
            bool(stream.disposition & Disposition.default),
            area * rate,
        )

    return max(streams, key=rank, default=None)


def area_of(stream: VideoStream) -> int:
    """Pixels of an image; 0 of a codec that FFmpeg does not know, whose stream has neither context nor size."""
    return stream.width * stream.height if stream.codec_context else 0


def clock_of(stream: VideoStream, times: Times) -> Clock:
    """How the clock of a stream runs, as far as its packets' ``times`` are known."""
    context = stream.codec_context
    back_ms = REORDERED_MS if context and context.codec.canonical_name in REORDERING else ROUNDED_MS
    stamps = times.get(stream.index) or [0.0]
    starts, latest = [0], stamps[0]
    for place, t_ms in enumerate(stamps):
        if t_ms < latest - back_ms:
            starts.append(place)
            latest = t_ms
        latest = max(latest, t_ms)
    images = [end - start for start, end in pairwise([*starts, len(stamps)])]
    return Clock(images.index(max(images)), back_ms)
