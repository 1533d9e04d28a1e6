"""The "videos" of a run: what each has the injected child do, and what its job must come to.

A share of them is the real sample clip, which the real analysis reads.
"""

import hashlib
import itertools
import random
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import msgspec

SAMPLE = Path(__file__).parents[2] / "src/cricksy/sample/bowling.mp4"
MEMORY_CAP_BYTES = 1_100_000_000
"""The real analysis of the sample clip grows to some 700 MB."""
GROWN_BYTES = 1_300_000_000
_LONG_EACH = 8
"""Each eighth outlives a lease, so that it must have been renewed; most of the others are short."""


class Kind(StrEnum):
    GOOD = "good"
    REAL = "real"
    """The sample clip."""
    RAISE = "raise"
    SEGFAULT = "segfault"
    GROW = "grow"
    HANG = "hang"
    REJECT = "reject"
    ABANDONED = "abandoned"
    """Uploaded, and never completed."""


ERROR_CODES = {
    Kind.RAISE: "internal_error",
    Kind.SEGFAULT: "child_died",
    Kind.GROW: "memory_cap_hit",
    Kind.HANG: "deadline_passed",
    Kind.REJECT: "video_rejected",
    Kind.ABANDONED: "upload_expired",
}
"""With which code a job fails by the fault of its own video; the other kinds must be completed."""


class Script(msgspec.Struct, frozen=True):
    """The content of a video that the injected child obeys."""

    kind: Kind
    seconds: float
    number: int


class FaultVideo(msgspec.Struct, frozen=True, dict=True):
    script: Script

    @property
    def kind(self) -> Kind:
        return self.script.kind

    @cached_property
    def content(self) -> bytes:
        return SAMPLE.read_bytes() if self.kind is Kind.REAL else msgspec.json.encode(self.script)

    @property
    def results_sha256(self) -> str | None:
        """Of the results that the injected child makes of it; ``None`` where the analysis itself decides."""
        return hashlib.sha256(results_of(self.script)).hexdigest() if self.kind is Kind.GOOD else None


def results_of(script: Script) -> bytes:
    return msgspec.json.encode({"video": script.number})


def still_of(script: Script) -> bytes:
    """The only still of a video that obeys the script."""
    return msgspec.json.encode({"still": script.number})


LANDMARKS = b"landmarks"


def videos(jobs: int, rng: random.Random) -> Iterator[FaultVideo]:
    """``jobs`` videos in a random order, then as many good ones as are asked for."""
    # First, because they take the time in which an upload expires.
    abandoned = [Kind.ABANDONED] * max(1, jobs // 100)
    kinds = [Kind.REAL] * max(1, jobs // 80)
    kinds += [kind for kind in (Kind.RAISE, Kind.SEGFAULT, Kind.REJECT) for _ in range(max(1, jobs // 50))]
    # These take long, or much memory: they are for the large runs.
    kinds += [Kind.GROW] * (jobs // 200) + [Kind.HANG] * (jobs // 300)
    kinds += [Kind.GOOD] * (jobs - len(kinds) - len(abandoned))
    rng.shuffle(kinds)
    kinds = abandoned + kinds
    for number, kind in enumerate(kinds):
        yield FaultVideo(Script(kind, _seconds(kind, number, rng), number))
    yield from good_videos(rng, len(kinds))


def good_videos(rng: random.Random, first: int = 0) -> Iterator[FaultVideo]:
    """Numbered from ``first``, without end."""
    for number in itertools.count(first):
        yield FaultVideo(Script(Kind.GOOD, _seconds(Kind.GOOD, number, rng), number))


def _seconds(kind: Kind, number: int, rng: random.Random) -> float:
    if kind is Kind.HANG:
        return 3600.0
    if number % _LONG_EACH == _LONG_EACH - 1:
        return round(rng.uniform(3.2, 5), 2)
    return round(rng.triangular(0.05, 3, 0.1), 2)
