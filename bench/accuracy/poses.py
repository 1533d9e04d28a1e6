"""Landmarks of videos, read once by the package's own pipeline and kept in the cache."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec
from bench.accuracy.videos import Told, VideoSource, digest

from cricksy import logs
from cricksy.analysis import track as analysis_track
from cricksy.analysis.track import Track, VideoFacts, pack, unpack
from cricksy.results.measurements import PoseSummary
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given
from cricksy_worker.vision import pipeline
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.pipeline import analyse_video
from cricksy_worker.vision.request import AnalysisRequest

SAMPLE_FPS: Final = 15
"""The first pass's rate unless a coach asks for another."""


@dataclass(frozen=True, slots=True)
class Poses:
    """What the pipeline read from one video, and what it published about it."""

    track: Track
    video: VideoFacts
    summary: PoseSummary


def code_digest() -> str:
    """Of all that decides which frames are read and how.

    The analysis belongs to it, since it finds the window of the second pass; what is made of the landmarks then does
    not.
    """
    vision = Path(pipeline.__file__).parent
    analysis = Path(analysis_track.__file__).parent
    after = {analysis / name for name in ("coaching", "measures", "metrics")}
    read_by = (path for path in analysis.rglob("*.py") if after.isdisjoint(path.parents))
    return digest(*sorted(vision.glob("*.py")), *sorted(read_by))


@dataclass(frozen=True, slots=True)
class PoseStore:
    """Reads videos and keeps what it read.

    ``stale``: landmarks that other code has read will do. ``code``: digest of the code that reads them now.
    """

    cache: Path
    stale: bool = False
    code: str = field(default_factory=code_digest)

    def poses(self, source: VideoSource) -> Poses:
        """The landmarks of a video, from the cache where they are there."""
        video = source.path(self.cache)
        given = Given(capture_fps=source.capture_fps) if isinstance(source, Told) else Given()
        kept = self._kept(source.name, video) or self._read(source.name, video, given)
        summary = msgspec.json.decode(kept.with_suffix(".json").read_bytes(), type=PoseSummary)
        return Poses(unpack(kept.read_bytes()), video_of(summary), summary)

    def read_all(self, sources: Sequence[VideoSource], processes: int) -> None:
        """Fill the cache; each process reads one video at a time."""
        with ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=logs.configure, initargs=("worker", "WARNING")
        ) as pool:
            for source, _ in zip(sources, pool.map(self.poses, sources), strict=True):
                print(f"read {source.name}", flush=True)

    def _kept(self, name: str, video: Path) -> Path | None:
        path = self._target(name, video)
        if path.exists() or not self.stale:
            return path if path.exists() else None
        others = path.parent.glob(f"{path.name.rsplit('.', 2)[0]}.*.npz")
        return max(others, key=lambda other: other.stat().st_mtime, default=None)

    def _read(self, name: str, video: Path, given: Given) -> Path:
        request = AnalysisRequest(sample_fps=SAMPLE_FPS, include_frames=False, given=given)
        analysis = analyse_video(video, request, analysis_settings(os.environ), lambda _stage, _done: None)
        target = self._target(name, video)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_suffix(".json").write_bytes(msgspec.json.encode(analysis.results.pose.pose_summary))
        target.write_bytes(pack(analysis.track))
        return target

    def _target(self, name: str, video: Path) -> Path:
        """Named after the video, its digest and the models', and that of the code which reads it."""
        models = PoseModels.of(analysis_settings(os.environ))
        return self.cache / "poses" / f"{name}.{digest(video, models.coarse, models.fine)}.{self.code}.npz"


def video_of(summary: PoseSummary) -> VideoFacts:
    """What the decoder said of the video, from what was published."""
    return VideoFacts(
        source_fps=summary.source_fps,
        width=summary.width,
        height=summary.height,
        duration_ms=summary.duration_ms,
        decoded_ms=summary.decoded_ms,
        truncated=summary.truncated,
        rotation=summary.rotation,
        people_seen=summary.people_seen,
        mirrored=bool(summary.mirrored),
        image_fps=summary.image_fps,
        gap_ms=summary.gap_ms or 0.0,
        frames_left_out=summary.frames_left_out or 0,
        capture_fps=summary.capture_fps,
    )
