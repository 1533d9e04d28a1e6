"""The malformed files of a run: the same for the same seed, of every container and codec in turn."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs of encoding leave the parameter of Packet open.

import io
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

import av
import numpy as np
from tools.fuzz_videos.mutations import MUTATIONS
from tools.scheduling import own_scheduling

SAMPLE: Final = Path(__file__).parents[2] / "src/cricksy/sample/bowling.mp4"
IMAGES: Final = 12  # count; at the rate below they last longer than the second that a damaged film must have
FPS: Final = 10  # fps
WIDTH, HEIGHT = 256, 144  # px


@dataclass(frozen=True, slots=True)
class Kind:
    """A container and a codec that phones, browsers or editors write."""

    suffix: str
    encoder: str
    muxer: tuple[tuple[str, str], ...] = ()
    has_sound: bool = False


KINDS: Final = (
    Kind("mp4", "libx264", has_sound=True),
    Kind("webm", "libvpx", has_sound=True),
    Kind("mov", "libx265"),
    Kind("webm", "libvpx-vp9"),
    Kind("mp4", "libsvtav1"),
    Kind("mp4", "libx264", (("movflags", "frag_keyframe+empty_moov"),)),
    Kind("mkv", "libx264"),
)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    content: bytes


def cases(count: int, seed: int, sources: Sequence[bytes] | None = None) -> Iterator[Case]:
    """``count`` files of ``seed``. ``sources``: sound ones; without them the sample clip in every kind."""
    sound = make_sources() if sources is None else sources
    wrongs = itertools.cycle(MUTATIONS.items())
    for number in range(count):
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - to be had again, not to be secret
        name, mutation = next(wrongs)
        # One more for each round of the mutations: so each of them meets each source.
        source = (number + number // len(MUTATIONS)) % len(sound)
        content = mutation(sound[source], chance)
        if chance.random() < 0.25:  # noqa: PLR2004 - of a fourth more than one thing is wrong
            name, content = f"{name}+flip_bits", MUTATIONS["flip_bits"](content or b"\0", chance)
        yield Case(f"{number} {name} of source {source}", content)


def make_sources() -> list[bytes]:
    images = _images()
    return [_encoded(kind, images) for kind in KINDS]


def _images() -> list[av.VideoFrame]:
    """Of the sample's bowler, just before the release."""
    with av.open(str(SAMPLE)) as sample:
        frames = itertools.islice(sample.decode(sample.streams.video[0]), 0, IMAGES * 12, 12)
        return [frame.reformat(WIDTH, HEIGHT, "yuv420p") for frame in frames]


def _encoded(kind: Kind, images: Sequence[av.VideoFrame]) -> bytes:
    target = io.BytesIO()
    form = {"mkv": "matroska"}.get(kind.suffix, kind.suffix)
    with own_scheduling(), av.open(target, "w", format=form, options=dict(kind.muxer)) as container:
        picture = cast("av.VideoStream", container.add_stream(kind.encoder, rate=FPS))
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = None
        if kind.has_sound:
            sound = container.add_stream("libopus" if kind.suffix == "webm" else "aac", 48000)
        for number, image in enumerate(images):
            image.pts, image.time_base = number, Fraction(1, FPS)
            container.mux(picture.encode(image))
        container.mux(picture.encode(None))
        if sound is not None:
            for start in range(0, 48000, 960):
                frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.float32), format="fltp", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    return target.getvalue()
