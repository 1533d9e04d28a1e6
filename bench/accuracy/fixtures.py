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
from bench.accuracy.films import Accompanied, Clip, FilmSource, Mirrored, Panned
from bench.accuracy.poses import PoseStore
from bench.accuracy.setting import Setting

from cricksy.analysis.track import Film, Track, pack

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "tests" / "fixtures"
MIRRORED_OF: Final = ("side_02", "side_03", "side_11", "side_12")
PANNED_OF: Final = ("side_02", "side_06")
ACCOMPANIED_OF: Final = ("side_02",)


@click.command(help=__doc__)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), default=ROOT / ".cache" / "accuracy")
@click.option("--stale", is_flag=True, help="Landmarks that older code has read will do.")
def main(cache: Path, *, stale: bool) -> None:
    setting = Setting(PoseStore(cache, stale), Path(os.environ["CRICKSY_CLIPS"]))
    FOLDER.mkdir(exist_ok=True)
    films: dict[str, Film] = {}
    for source in _sources(setting):
        poses = setting.store.poses(source)
        films[source.name] = poses.film
        (FOLDER / f"{source.name}.npz").write_bytes(pack(_rounded(poses.track)))
        print(source.name)
    (FOLDER / "films.json").write_bytes(msgspec.json.format(msgspec.json.encode(films)) + b"\n")


def _sources(setting: Setting) -> list[FilmSource]:
    clips = [film for film in real.sources(setting) if isinstance(film, Clip)]
    mirrored = [Mirrored(film.file) for film in clips if film.name in MIRRORED_OF]
    panned = [Panned(film.file) for film in clips if film.name in PANNED_OF]
    beside = [
        film
        for film in people.sources(setting)
        if isinstance(film, Clip) or (isinstance(film, Accompanied) and film.file.stem in ACCOMPANIED_OF)
    ]
    return [*clips, *mirrored, *panned, *beside, *reference.sources(setting)]


def _rounded(track: Track) -> Track:
    landmarks = track.landmarks.copy()
    landmarks[..., :3] = landmarks[..., :3].round(1)
    landmarks[..., 3] = landmarks[..., 3].round(3)
    return replace(track, landmarks=landmarks)


if __name__ == "__main__":
    main()
