"""Requests generated from the OpenAPI document: to each call by itself, and in sequences along the links.

A small slice of them, the same each time; FUZZ_CASES sends at least so many, as ``make fuzz-api`` does.
"""

import os
import sys
from pathlib import Path

import msgspec
from tests.support.api import make_token
from tests.support.generated_cases import EACH_CALL, SEQUENCES, run
from tests.support.listening import listening

from cricksy.settings import ApiSettings, LimitSettings

CASES = int(os.environ.get("FUZZ_CASES", "0"))
UNLIMITED = LimitSettings(requests_per_minute=0, open_uploads=1_000_000, jobs_per_day=1_000_000, bytes_per_day=2**60)
# The coverage phase, which no number bounds, is left to the long run.
SLICE = (("--phases", "examples,fuzzing", "--max-examples", "3"), (*SEQUENCES, "--max-examples", "5"))
ALL = ((*EACH_CALL, "--max-examples", "100"), (*SEQUENCES, "--max-examples", "200"))


async def test_no_generated_request_finds_a_fault(settings: ApiSettings, tmp_path: Path) -> None:
    cases, links, seed = 0, 0, 1
    async with listening(msgspec.structs.replace(settings, limits=UNLIMITED)) as api:
        while cases < max(CASES, 1):
            for options in ALL if CASES else SLICE:
                done = await run(api.url, make_token(), tmp_path, "--seed", str(seed), *options)
                sys.stdout.write(done.printed)
                assert done.clean, done.printed
                cases, links = cases + done.cases, links + done.links
            seed += 1
    sys.stdout.write(f"{cases} requests along {links} links and by themselves: no fault\n")
    assert links
