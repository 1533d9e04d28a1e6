"""Results as each release stored them, with their landmarks: the files of ``tests/fixtures/results``.

    python -m tests.support.released --clips DIRECTORY

analyses a few videos and stores what a worker would, as fixtures of today's schema. Fixtures of an earlier schema stay
as its release wrote them.
"""

import argparse
import gzip
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from tests.support.videos import VideoSpec, evenly, shoot
from tools.synthetic.__main__ import main as synthesize

from cricksy.analysis.rescore import rescore
from cricksy.analysis.track import pack
from cricksy.results.upgrade import read
from cricksy.results.versions import SCHEMA
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Given, Stage
from cricksy_worker.vision.pipeline import analyse_video
from cricksy_worker.vision.request import AnalysisRequest

ROOT: Final = Path(__file__).parents[2]
FIXTURES: Final = ROOT / "tests" / "fixtures" / "results"
SAMPLE: Final = ROOT / "src" / "cricksy" / "sample" / "bowling.mp4"
REAL_CLIP: Final = Path("bowling", "side_01.mp4")
"""Below the directory of clips; see ``tests/fixtures/NOTICE``."""
LATER_MS: Final = 20.0
"""By which the corrected release lies after the one that was found."""


@dataclass(frozen=True)
class Released:
    """One job's results of ``schema``, in JSON, and its landmarks, packed."""

    schema: int
    kind: str
    results: bytes
    landmarks: bytes

    def __str__(self) -> str:
        return f"{self.schema}-{self.kind}"


def all_released() -> list[Released]:
    return [_load(path) for path in sorted(FIXTURES.glob("*/*.json.gz"))]


def released(schema: int, kind: str) -> Released:
    return _load(FIXTURES / str(schema) / f"{kind}.json.gz")


def _load(path: Path) -> Released:
    kind = path.name.removesuffix(".json.gz")
    landmarks = path.with_name(f"{kind}.landmarks.npz").read_bytes()
    return Released(int(path.parent.name), kind, gzip.decompress(path.read_bytes()), landmarks)


def _save(kind: str, results: bytes, landmarks: bytes) -> None:
    directory = FIXTURES / str(SCHEMA)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{kind}.json.gz").write_bytes(gzip.compress(results, mtime=0))
    (directory / f"{kind}.landmarks.npz").write_bytes(landmarks)


def _analyse(video: Path, *, include_frames: bool = True) -> tuple[bytes, bytes]:
    request = AnalysisRequest(sample_fps=15, include_frames=include_frames, given=Given())
    analysis = analyse_video(video, request, analysis_settings({}), _ignore)
    return msgspec.json.encode(analysis.results), pack(analysis.track)


def _ignore(_stage: Stage, _done: float) -> None:
    pass


def main() -> None:
    parser = argparse.ArgumentParser(description="Store results of today's schema for the tests of later releases.")
    parser.add_argument("--clips", type=Path, required=True, help=f"directory that holds {REAL_CLIP}")
    clips: Path = parser.parse_args().clips
    with tempfile.TemporaryDirectory() as name:
        stroke, walk = Path(name, "stroke.mp4"), Path(name, "walk.mp4")
        synthesize([str(stroke), "--discipline", "batting", "--fps", "30"])
        synthesize([str(walk), "--discipline", "walking", "--fps", "30"])
        _save("delivery", *_analyse(SAMPLE))
        _save("stroke", *_analyse(stroke))
        _save("no_action", *_analyse(walk))
        _save("nobody", *_analyse(shoot(Path(name, "nobody.mp4"), VideoSpec(t_ms=evenly(1.5, 30)))))
    results, landmarks = _analyse(clips / REAL_CLIP, include_frames=False)
    _save("without_frames", results, landmarks)
    found = {event.name: event.t_ms for event in read(results).pose.pose_summary.events}
    _save("corrected", rescore(results, landmarks, {"ball_release": found["ball_release"] + LATER_MS}), landmarks)


if __name__ == "__main__":
    main()
