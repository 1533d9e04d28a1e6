"""Film the synthetic cricketer: ``python -m synthetic FOLDER`` writes the clip and its truth.

The committed sample is made by ``PYTHONPATH=tools python -m synthetic src/cricksy/sample``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from synthetic.body import Side
from synthetic.encode import encode
from synthetic.film import VIEW_SIDES, render, stage
from synthetic.motion import ACTIONS
from synthetic.truth import measure

ARMS: Final[dict[str, Side]] = {"right": "r", "left": "l"}
DEFAULT_CRF: Final = 20


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="synthetic", description="Film a synthetic cricketer whose joints are known.")
    parser.add_argument("folder", type=Path, help="where ACTION.mp4 and ACTION.truth.json go; both are replaced")
    parser.add_argument("--action", choices=ACTIONS, default="bowling")
    parser.add_argument("--arm", choices=ARMS, default="right", help="the bowling arm")
    parser.add_argument("--view", choices=VIEW_SIDES, default="side", help="side-on from the right, or the far side")
    parser.add_argument("--crf", type=int, default=DEFAULT_CRF, help="libx264's rate factor: 18 fine to 28 coarse")
    parser.add_argument("--truth-only", action="store_true", help="write the truth without rendering")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    film = stage(chosen.action, ARMS[chosen.arm], chosen.view)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    truth_path = chosen.folder / f"{chosen.action}.truth.json"
    truth_path.write_bytes(msgspec.json.encode(measure(film)) + b"\n")
    print(truth_path)
    if not chosen.truth_only:
        clip_path = chosen.folder / f"{chosen.action}.mp4"
        encode(render(film), clip_path, film.fps, (film.camera.width, film.camera.height), chosen.crf)
        print(clip_path)


if __name__ == "__main__":
    main()
