"""One real clip through the whole worker: queue, download, MediaPipe in the child, results and landmarks in the row."""

import os
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select
from tests.support.jobs import Bench
from tests.support.workers import RunWorker

from cricksy.analysis.track import unpack
from cricksy.data.models import Artifact
from cricksy.results.schema import Results
from cricksy.settings import WorkerSettings
from cricksy.vocabulary import ArtifactKind, JobStatus
from cricksy_worker.run import Tuning
from cricksy_worker.vision.models import INSTALLED

LITE = INSTALLED / "pose_landmarker_lite.task"


@pytest.fixture
def clip() -> bytes:
    directory = os.environ.get("CRICKSY_CLIPS")
    if not directory:
        pytest.skip("CRICKSY_CLIPS does not say where the clips are")
    if not LITE.is_file():
        pytest.skip("the pose models are not installed")
    return (Path(directory) / "reference" / "cam01.mp4").read_bytes()


async def test_a_real_clip_becomes_results_and_landmarks(
    clip: bytes, bench: Bench, run_worker: RunWorker, settings: WorkerSettings
) -> None:
    analysis = msgspec.structs.replace(settings.analysis, pose_model=LITE, pose_model_fine=LITE)
    message = await bench.make(None)
    await bench.put_video(message.job_id, clip)
    await bench.send(message)
    async with run_worker(Tuning(), analysis=analysis, job_deadline_seconds=600):
        job = await bench.until_ended(message.job_id)
        await bench.until_depth(waiting=0, dead=0)
    assert job.status == JobStatus.COMPLETED, job.error_message

    results = msgspec.convert(await bench.results(message.job_id), Results)
    assert results.pose.pose_summary.detection_rate > 0.5
    assert results.pose.frames
    async with bench.database.connect() as connection:
        landmarks = select(Artifact.data, Artifact.about).where(Artifact.kind == ArtifactKind.LANDMARKS)
        row = (await connection.execute(landmarks)).one()
    assert len(unpack(row.data).frame) == len(results.pose.frames)
    assert row.about == {"models": results.versions.models}
    assert list(results.versions.models) == ["pose_landmarker_lite"]
