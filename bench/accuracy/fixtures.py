"""Landmarks of real clips as small files for the tests: ``python -m bench.accuracy.fixtures`` writes tests/fixtures.

They are what the package's own pipeline reads, rounded to a tenth of a pixel; the clips themselves are not kept.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
import msgspec
from bench.accuracy import people, real, reference
from bench.accuracy.poses import PoseStore
from bench.accuracy.setting import Setting
from bench.accuracy.videos import Accompanied, Changed, Clip, VideoSource

from cricksy.analysis.track import Track, VideoFacts, pack

ROOT: Final = Path(__file__).parents[2]
DIRECTORY: Final = ROOT / "tests" / "fixtures"
MIRRORED_OF: Final = ("side_02", "side_03", "side_11", "side_12")
PANNED_OF: Final = ("side_02", "side_06")
ACCOMPANIED_OF: Final = ("side_02",)


@click.command(help=__doc__)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), default=ROOT / ".cache" / "accuracy")
@click.option("--stale", is_flag=True, help="Landmarks that older code has read will do.")
def main(cache: Path, *, stale: bool) -> None:
    setting = Setting(PoseStore(cache, stale), Path(os.environ["CRICKSY_CLIPS"]))
    DIRECTORY.mkdir(exist_ok=True)
    videos: dict[str, VideoFacts] = {}
    for source in _sources(setting):
        poses = setting.store.poses(source)
        videos[source.name] = poses.video
        (DIRECTORY / f"{source.name}.npz").write_bytes(pack(_rounded(poses.track)))
        print(source.name)
    (DIRECTORY / "videos.json").write_bytes(msgspec.json.format(msgspec.json.encode(videos)) + b"\n")


def _sources(setting: Setting) -> list[VideoSource]:
    clips = [video for video in real.sources(setting) if isinstance(video, Clip)]
    mirrored = [Changed(video, "mirrored") for video in clips if video.name in MIRRORED_OF]
    panned = [Changed(video, "panned") for video in clips if video.name in PANNED_OF]
    beside = [
        video
        for video in people.sources(setting)
        if isinstance(video, Clip) or (isinstance(video, Accompanied) and video.file.stem in ACCOMPANIED_OF)
    ]
    return [*clips, *mirrored, *panned, *beside, *reference.sources(setting)]


def _rounded(track: Track) -> Track:
    landmarks = track.landmarks.copy()
    landmarks[..., :3] = landmarks[..., :3].round(1)
    landmarks[..., 3] = landmarks[..., 3].round(3)
    return replace(track, landmarks=landmarks)


if __name__ == "__main__":
    main()
