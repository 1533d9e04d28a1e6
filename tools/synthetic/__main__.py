"""Film the synthetic cricketer: ``python -m tools.synthetic OUT.mp4`` writes the clip and, beside it, its truth.

The committed sample is made by ``python -m tools.synthetic src/cricksy/sample/bowling.mp4``.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

import msgspec
from tools.synthetic.encode import encode
from tools.synthetic.player import Doing, Hand, draw, standard
from tools.synthetic.render import Passing, render, stage
from tools.synthetic.truth import record

DEFAULT_CRF: Final = 20


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.synthetic", description="Film a synthetic cricketer whose joints are known."
    )
    parser.add_argument(
        "clip", type=Path, help="OUT.mp4; the truth goes beside it as OUT.truth.json; both are replaced"
    )
    parser.add_argument("--discipline", choices=get_args(Doing), default="bowling")
    parser.add_argument("--hand", choices=get_args(Hand), default="right")
    parser.add_argument("--seed", type=int, help="draws another body and another way of moving")
    parser.add_argument(
        "--yaw",
        type=float,
        default=0.0,
        help="degrees: 0 side-on, 90 from the front, 180 from the far side, 270 behind",
    )
    parser.add_argument("--fps", type=int, default=60)
    parser.add_argument("--bystander", choices=get_args(Passing), help="somebody walks by, near the camera or far away")
    parser.add_argument("--crf", type=int, default=DEFAULT_CRF, help="libx264's rate factor: 18 fine to 28 coarse")
    parser.add_argument("--truth-only", action="store_true", help="write the truth without rendering")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    if chosen.seed is None:
        performance = standard(chosen.discipline, chosen.hand)
    else:
        performance = draw(chosen.seed, chosen.discipline, chosen.hand)
    take = stage(performance, chosen.yaw, chosen.fps, chosen.bystander)
    chosen.clip.parent.mkdir(parents=True, exist_ok=True)
    truth_path = chosen.clip.with_suffix(".truth.json")
    truth_path.write_bytes(msgspec.json.encode(record(take)) + b"\n")
    print(truth_path)
    if not chosen.truth_only:
        encode(render(take), chosen.clip, take.fps, (take.view.width, take.view.height), chosen.crf)
        print(chosen.clip)


if __name__ == "__main__":
    main()
