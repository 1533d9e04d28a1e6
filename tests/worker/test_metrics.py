"""What the worker says of itself and its jobs, for CloudWatch and for people."""

import signal

import msgspec
from tests.support.emf import metrics_of
from tests.support.jobs import Bench
from tests.support.processes import WorkerProcess
from tests.support.workers import StartWorker


async def end(worker: WorkerProcess) -> None:
    await worker.end(signal.SIGKILL)
    for line in worker.lines:
        if "_aws" in (record := msgspec.json.decode(line)):
            metrics_of(record)


async def test_an_idle_worker_says_that_it_polls(start_worker: StartWorker) -> None:
    worker = await start_worker(WORKER_CONCURRENCY="2")
    state = await worker.until_event("worker_state")
    await end(worker)
    found = metrics_of(state)
    assert 20e6 < found.pop("rss_bytes") < 1e9
    assert found == {"slots": 2, "busy": 0, "services_away": 0}
    assert state["doing"] in {"waiting for the database", "polling"}
    assert state["away"] == []


async def test_a_jobs_last_line_carries_its_numbers(bench: Bench, start_worker: StartWorker) -> None:
    jobs = [await bench.submit(video) for video in ("good", "reject of no use", "die SIGKILL")]
    worker = await start_worker()
    for job_id in jobs:
        await bench.until_ended(job_id)
    await worker.until_event("child_died")
    await end(worker)
    good, rejected, died = (
        metrics_of(next(line for line in worker.events("job_updated") if line["job_id"] == str(job_id)))
        for job_id in jobs
    )
    assert good["jobs_completed"] == good["attempts"] == 1
    assert good["bytes"] == len("good")
    assert good["duration_s"] > 0
    assert good["queue_wait_s"] >= 0
    assert (rejected["videos_rejected"], rejected["attempts_failed"]) == (1, 1)
    assert (died["videos_rejected"], died["attempts_failed"]) == (0, 1)
    assert metrics_of(worker.events("child_died")[0]) == {"child_kills": 1}


async def test_a_child_that_is_killed_for_its_deadline_is_counted(bench: Bench, start_worker: StartWorker) -> None:
    job_id = await bench.submit("sleep 600")
    worker = await start_worker(JOB_DEADLINE_SECONDS="5")
    killed = await worker.until_event("child_killed")
    await bench.until_ended(job_id)
    await end(worker)
    assert metrics_of(killed) == {"child_kills": 1}
