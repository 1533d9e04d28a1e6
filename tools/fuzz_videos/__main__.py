"""Malformed videos through the real analysis child: no crash, no hang, one clear line each, memory under the cap.

    python -m tools.fuzz_videos [--cases 300] [--seed 1] [--source FILE …] [--keep DIRECTORY]

Exit code 1 where one went wrong. The same seed makes the same files; --keep writes those that went wrong.
"""

import asyncio
import re
from collections import Counter
from pathlib import Path

import click
from tools.fuzz_videos.cases import cases
from tools.fuzz_videos.judge import Verdict, judged

from cricksy import logs


@click.command(help=__doc__)
@click.option("--cases", "count", type=click.IntRange(1), default=300, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--source", "sources", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False))
def main(count: int, seed: int, sources: tuple[Path, ...], keep: Path | None) -> None:
    logs.configure("worker", "ERROR")
    verdicts = asyncio.run(run(count, seed, sources))
    wrong = [verdict for verdict in verdicts if not verdict.is_right]
    for kind, number in Counter(re.sub(r"\d+(\.\d+)?", "N", verdict.came_of_it) for verdict in verdicts).most_common():
        print(f"{number:5} {kind}")
    slowest = max(verdicts, key=lambda verdict: verdict.seconds)
    print(f"slowest: {slowest.seconds:.1f} s, {slowest.case.name}")
    print(f"most memory: {max(verdict.peak_bytes for verdict in verdicts) / 1e6:.0f} MB")
    for verdict in wrong:
        print(f"WRONG {verdict.case.name}: {verdict.came_of_it}")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / verdict.case.name.replace(" ", "_")).write_bytes(verdict.case.content)
    print(f"{len(verdicts) - len(wrong)} passed, {len(wrong)} failed")
    raise SystemExit(bool(wrong))


async def run(count: int, seed: int, sources: tuple[Path, ...]) -> list[Verdict]:
    sound = [source.read_bytes() for source in sources] or None
    return [verdict async for verdict in judged(cases(count, seed, sound))]


if __name__ == "__main__":
    main()
