"""Requests generated from the OpenAPI document: to each call by itself, and in sequences along the links.

A small slice of them, the same each time; FUZZ_CASES sends at least so many in sequences, as ``make fuzz-api`` does.
"""

import os
import sys
from pathlib import Path

import msgspec
from tests.support.analysed import analysing
from tests.support.api import make_token
from tests.support.generated_cases import EACH_CALL, SEQUENCES, Run, run
from tests.support.listening import listening

from cricksy.data.engine import Database
from cricksy.settings import ApiSettings, LimitSettings

CASES = int(os.environ.get("FUZZ_CASES", "0"))
UNLIMITED = LimitSettings(requests_per_minute=0, open_uploads=1_000_000, jobs_per_day=1_000_000, bytes_per_day=2**60)
# Fewer say that a sequence no longer comes to the end of a job.
ENOUGH_LINKS = 15
# The coverage phase, which no number bounds, is left to the long run.
SLICE = (("--phases", "examples,fuzzing", "--max-examples", "3"), (*SEQUENCES, "--max-examples", "5"))
ALL = ((*EACH_CALL, "--max-examples", "100"), (*SEQUENCES, "--max-examples", "100"))


async def test_no_generated_request_finds_a_fault(settings: ApiSettings, database: Database, tmp_path: Path) -> None:
    in_sequence, links, seed = 0, 0, 1
    each_call, sequences = ALL if CASES else SLICE
    async with listening(msgspec.structs.replace(settings, limits=UNLIMITED)) as api, analysing(database):

        async def send(*options: str) -> Run:
            done = await run(api.url, make_token(), tmp_path, "--seed", str(seed), *options)
            sys.stdout.write(done.printed)
            assert done.clean, done.printed
            return done

        alone = (await send(*each_call)).cases
        while in_sequence < max(CASES, 1):
            done = await send(*sequences)
            in_sequence, links = in_sequence + done.cases, max(links, done.links)
            seed += 1
    sys.stdout.write(f"{alone} requests by themselves, {in_sequence} in sequences along {links} links: no fault\n")
    assert links >= (ENOUGH_LINKS if CASES else 1)
