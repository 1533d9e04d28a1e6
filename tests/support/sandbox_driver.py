"""Runs the forbidden program as a worker's child, with nothing but what the worker's image holds; prints its results.

Usage: ``sandbox_driver.py FORBIDDEN_PROGRAM DIRECTORY``; the directory is empty.
"""

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from cricksy.settings import analysis_settings
from cricksy.vocabulary import Stage
from cricksy_worker.children.pool import running_pool
from cricksy_worker.children.process import ChildSettings
from cricksy_worker.children.protocol import Analysed, Outcome, Request
from cricksy_worker.children.sandbox.privileges import forbid_dumps
from cricksy_worker.vision.request import AnalysisRequest


async def ignore(_stage: Stage, _fraction: float) -> None:
    pass


async def outcome_of(program: Path, directory: Path) -> Outcome:
    outside, model = directory / "another", directory / "model"
    outside.mkdir()
    (outside / "file").write_text("of another job")
    model.write_text("a model")
    settings = ChildSettings(
        directory=directory,
        log_level="INFO",
        environ=os.environ,
        command=(sys.executable, str(program)),
        readable=(model,),
    )
    async with running_pool(settings, 1) as pool, pool.child() as child:
        video = child.directory / "video"
        video.write_bytes(msgspec.json.encode({"outside": str(outside), "readable": str(model)}))
        request = Request(
            video=video,
            stills=child.directory / "stills",
            analysis=AnalysisRequest(5, include_frames=False),
            settings=msgspec.structs.replace(analysis_settings({}), pose_model=model, pose_model_fine=model),
            context={},
        )
        return await child.run(request, ignore)


if __name__ == "__main__":
    forbid_dumps()
    outcome = asyncio.run(outcome_of(Path(sys.argv[1]), Path(sys.argv[2])))
    assert isinstance(outcome, Analysed), outcome
    sys.stdout.buffer.write(outcome.results)
