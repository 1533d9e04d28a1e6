"""An analysis child that does what the "video" says, so that a test of the worker need not wait for an analysis."""

import os
import signal
import time
from pathlib import Path

import msgspec

from cricksy.results.stills import Still, StillsIndex
from cricksy.vocabulary import Stage
from cricksy_worker.children.child import serve
from cricksy_worker.children.protocol import Analysed, ModelFailed, Outcome, Rejection, Request
from cricksy_worker.vision.request import ReportProgress


def analyse(request: Request, on_progress: ReportProgress) -> Outcome:
    word, _, rest = request.video.read_text().partition(" ")
    on_progress(Stage.EXTRACTING_POSE, 0.5)
    match word:
        case "sleep":
            time.sleep(float(rest))
        case "wait":
            _wait_for(Path(rest))
        case "die":
            os.kill(os.getpid(), getattr(signal, rest))
        case "exit":
            os.write(1, b"last words\n")
            os._exit(int(rest))
        case "grow":
            hoard = bytearray(int(rest))
            time.sleep(60)
            del hoard
        case "crash":
            raise RuntimeError(rest)
        case "reject":
            return Rejection(rest)
        case "model":
            return ModelFailed()
        case "noise":
            os.write(2, b'I0000 not JSON\n{"neither": "is this"}\n')
        case _:
            pass
    on_progress(Stage.COMPUTING_METRICS, 1.0)
    seen = {
        "video": word,
        "job": request.context.get("job_id"),
        "environment": dict(os.environ),
        "directory": str(Path.cwd()),
        "past": request.analysis.past,
    }
    return Analysed(
        results=msgspec.json.encode(seen),
        landmarks=b"landmarks",
        models={"lite": "0" * 64},
        stills=_keep_stills(request.stills, rest.encode()) if word == "stills" else None,
    )


def _keep_stills(file: Path | None, image: bytes) -> StillsIndex:
    assert file is not None
    file.write_bytes(image)
    still = Still(frame=7, t_ms=233.3, action=0, offset=0, length=len(image), repeated=False, width=960, height=540)
    return StillsIndex(width=960, height=540, crop=(10, 20, 1920, 1080), items=[still])


def _wait_for(gate: Path) -> None:
    while not gate.exists():
        time.sleep(0.02)


if __name__ == "__main__":
    serve(lambda: analyse)
