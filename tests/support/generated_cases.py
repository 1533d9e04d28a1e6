"""Requests that schemathesis generates from the OpenAPI document, sent to an API that listens."""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SETTINGS: Final = Path(__file__).with_name("schemathesis.toml")
EACH_CALL: Final = ("--phases", "examples,coverage,fuzzing")
# schemathesis takes a session for no start, because it names players that no call creates, and starts with a list or a
# retry, which find nothing to go on with. Without them it starts with the calls that create. A session goes with its
# only player, which schemathesis takes for a session that was never made.
SEQUENCES: Final = (
    *("--phases", "stateful"),
    *("--exclude-operation-id", "listAnalysisJobs"),
    *("--exclude-operation-id", "listPlayers"),
    *("--exclude-operation-id", "retryAnalysisJob"),
    *("--exclude-operation-id", "deletePlayer"),
)


@dataclass(frozen=True)
class Run:
    """One run: how many requests it sent, how many links they followed, what it printed, whether it found nothing."""

    cases: int
    links: int
    printed: str
    clean: bool


async def run(url: str, token: str, directory: Path, *options: str) -> Run:
    """Send what ``options`` select, judged by every check there is."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(SETTINGS), "run", f"{url}/docs/openapi.json"),
        *("--header", f"Authorization: Bearer {token}", "--no-color", *options),
        cwd=directory,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.support.generated_uploads", "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode()
    return Run(
        cases=_number(r"(\d+) generated", printed),
        links=_number(r"API Links:\s+(\d+) covered", printed),
        printed=printed,
        clean=process.returncode == 0,
    )


def _number(pattern: str, printed: str) -> int:
    found = re.search(pattern, printed)
    return int(found[1]) if found else 0
