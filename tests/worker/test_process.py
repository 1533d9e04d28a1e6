"""The worker as a process: signals, what it writes, what its children know, whether it says it is well."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from tests.faults.proxy import Proxy
from tests.support.jobs import Bench
from tests.support.processes import WorkerProcess, children_of, environment_of, is_alive
from tests.support.waiting import PATIENCE_SECONDS, until
from tests.support.workers import Gate, StartWorker

from cricksy.data.workers import count_workers
from cricksy.embedded.emulator import Emulator
from cricksy.exits import EXIT_DRAIN_CUT
from cricksy.vocabulary import JobStatus, Stage
from cricksy_worker.workdir import living_directories

SECRETS = ("AWS_", "DATABASE_URL", "SQS_QUEUE_URL", "DLQ_URL", "JWT_SECRET", "cricksy-secret", "postgresql")

SLACK_SECONDS = 30.0
"""How much later than its bound a process may be seen to have ended on a machine that is busy. What it must not wait
for takes far longer."""
LONG = "sleep 600"

Probe = Callable[[], Awaitable[tuple[int, str]]]


@pytest.fixture
def probe(temporary_directory: Path) -> Probe:
    """``cricksy-worker health``: its exit code and its line."""

    async def run() -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from cricksy_worker.main import main; main()",
            "health",
            stdout=asyncio.subprocess.PIPE,
            env={"TMPDIR": str(temporary_directory)},
        )
        output, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, output.decode()

    return run


async def test_every_line_is_one_json_object_and_carries_its_jobs_ids(bench: Bench, start_worker: StartWorker) -> None:
    worker = await start_worker(LOG_LEVEL="DEBUG")
    job_ids = [await bench.submit(video) for video in ("noise", "crash on purpose", "exit 3", "good")]
    for job_id in job_ids:
        await bench.until_ended(job_id)
    await worker.until_event("message_deleted")
    await worker.end(signal.SIGKILL)

    records = [msgspec.json.decode(line) for line in worker.lines]
    assert all({"timestamp", "level", "event", "service"} <= record.keys() for record in records)

    noisy, crashing, *_ = job_ids
    noise = {record["line"]: record for record in worker.events("child_output")}
    assert {"I0000 not JSON", '{"neither": "is this"}', "last words"} <= noise.keys()
    # Metrics are the worker's to state.
    assert '{"event": "made up", "_aws": {}}' in noise
    assert noise["I0000 not JSON"]["job_id"] == str(noisy)
    assert worker.events("child_died")[0]["output"] == ["last words"]

    # The fourth is the child's own.
    for name in ("job_processing", "video_downloaded", "job_updated", "analysis_crashed"):
        event = next(event for event in worker.events(name) if event["job_id"] == str(crashing))
        assert event["trace_id"] == bench.trace_ids[crashing]
        assert {"message_id", "session_id", "request_id"} <= event.keys()
    assert bench.trace_ids[crashing] in {event["trace_id"] for event in worker.events("message_received")}


async def test_no_child_has_a_secret_in_its_environment(
    bench: Bench, start_worker: StartWorker, service_environment: dict[str, str]
) -> None:
    worker = await start_worker(JWT_SECRET="s" * 40)
    job_id = await bench.submit(LONG)
    await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
    children = children_of(worker.process.pid)
    assert len(children) == 1
    for child in children:
        environment = environment_of(child)
        assert not [secret for secret in SECRETS if secret in environment]
        assert service_environment["AWS_SECRET_ACCESS_KEY"] not in environment


async def test_children_die_with_a_worker_that_is_killed(start_worker: StartWorker) -> None:
    worker = await start_worker(WORKER_CONCURRENCY="2")
    await worker.until_event("worker_started")
    children = children_of(worker.process.pid)
    assert len(children) == 2
    await worker.end(signal.SIGKILL)
    await until(lambda: not any(is_alive(child) for child in children))


async def test_a_killed_workers_job_is_finished_by_another(bench: Bench, start_worker: StartWorker, gate: Gate) -> None:
    killed = await start_worker(VISIBILITY_TIMEOUT_SECONDS="2")
    job_id = await bench.submit(gate.video)
    await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
    await killed.end(signal.SIGKILL)
    gate.open()
    await start_worker()
    job = await bench.until_status(job_id, JobStatus.COMPLETED)
    await bench.until_depth(waiting=0, dead=0)
    assert job.attempts == 2


async def test_a_paused_worker_writes_nothing_once_its_lease_is_another_s(
    bench: Bench, start_worker: StartWorker, gate: Gate
) -> None:
    # Visibility as short as can be, one slot: a second one's poll would go on in the queue and take the message.
    paused = await start_worker(VISIBILITY_TIMEOUT_SECONDS="2")
    job_id = await bench.submit(gate.video)
    await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
    paused.process.send_signal(signal.SIGSTOP)
    gate.open()
    await start_worker()
    completed = await bench.until_status(job_id, JobStatus.COMPLETED)
    paused.process.send_signal(signal.SIGCONT)
    await paused.until_event("message_left")
    assert await bench.job(job_id) == completed
    assert completed.attempts == 2
    await bench.until_depth(waiting=0, dead=0)


async def test_a_drain_lets_running_jobs_finish(bench: Bench, start_worker: StartWorker, gate: Gate) -> None:
    worker = await start_worker(DRAIN_SECONDS="60")
    job_id = await bench.submit(gate.video)
    await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
    worker.process.send_signal(signal.SIGTERM)
    await worker.until_event("draining")
    gate.open()
    assert await worker.wait(SLACK_SECONDS) == 0
    job = await bench.job(job_id)
    assert (job.status, job.attempts) == (JobStatus.COMPLETED, 1)


async def test_a_drain_hands_back_what_does_not_finish(bench: Bench, start_worker: StartWorker) -> None:
    # Of ten seconds the job may have seven; what follows must end within the other three on a busy machine too.
    worker = await start_worker(DRAIN_SECONDS="10")
    message = await bench.make(LONG)
    old_message_id = await bench.send(message)
    await bench.until(message.job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
    worker.process.send_signal(signal.SIGTERM)
    assert await worker.wait(10 + SLACK_SECONDS) == 0

    job = await bench.job(message.job_id)
    assert (job.status, job.stage, job.attempts, job.progress) == (JobStatus.PROCESSING, Stage.WAITING, 0, 0)
    assert job.sqs_message_id not in {None, old_message_id}
    [received] = await bench.queue.receive(10, 30)
    assert (received.message_id, received.receive_count) == (job.sqs_message_id, 1)
    assert received.trace_id == bench.trace_ids[message.job_id]
    assert received.decode() == message


async def test_a_drain_hands_back_what_a_poll_in_flight_brings(
    bench: Bench, start_worker: StartWorker, service_environment: dict[str, str], aws: Emulator
) -> None:
    asked = bytearray()
    queue = Proxy(aws.port, lambda _port: None, lambda _port, data: asked.extend(data))
    await queue.open()
    through = {name: service_environment[name] for name in ("AWS_ENDPOINT_URL", "SQS_QUEUE_URL")}
    through = {name: url.replace(f":{aws.port}", f":{queue.port}") for name, url in through.items()}
    message = await bench.make("good")
    worker = await start_worker(DRAIN_SECONDS="100", **through)
    await until(lambda: b"ReceiveMessage" in asked)
    worker.process.send_signal(signal.SIGTERM)
    assert (await worker.until_event("draining"))["polls"] == 1
    old_message_id = await bench.send(message)
    assert await worker.wait() == 0
    queue.close()

    job = await bench.job(message.job_id)
    assert (job.status, job.stage, job.attempts) == (JobStatus.PROCESSING, Stage.WAITING, 0)
    assert job.sqs_message_id != old_message_id
    [received] = await bench.queue.receive(10, 30)
    assert (received.message_id, received.receive_count) == (job.sqs_message_id, 1)


async def test_three_deploys_in_a_row_cost_a_job_nothing(bench: Bench, start_worker: StartWorker, gate: Gate) -> None:
    job_id = await bench.submit(gate.video)
    for _ in range(3):
        worker = await start_worker(DRAIN_SECONDS="60")
        await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
        assert await worker.stop_at_once() == 0
        assert (await bench.job(job_id)).attempts == 0
    gate.open()
    await start_worker()
    job = await bench.until_status(job_id, JobStatus.COMPLETED)
    await bench.until_depth(waiting=0, dead=0)
    assert job.attempts == 1


async def test_a_worker_is_counted_while_it_runs(bench: Bench, start_worker: StartWorker) -> None:
    worker = await start_worker(DRAIN_SECONDS="60")
    await worker.until_event("worker_started")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if await count_workers(bench.database) == 1:
                break
            await asyncio.sleep(0.02)
    assert await worker.stop_at_once() == 0
    assert await count_workers(bench.database) == 0


async def test_an_error_in_a_side_task_ends_the_worker_loudly(
    start_worker: StartWorker, temporary_directory: Path
) -> None:
    worker = await start_worker()
    await worker.until_event("worker_started")
    for directory in living_directories(temporary_directory):
        # At once: the worker writes there while it is removed file by file.
        directory.rename(directory.with_name("gone"))
    assert await worker.wait() == 1
    assert worker.events("crashed")


async def test_a_second_signal_hands_back_at_once(bench: Bench, start_worker: StartWorker) -> None:
    worker = await start_worker(DRAIN_SECONDS="100")
    job_id = await bench.submit(LONG)
    await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
    worker.process.send_signal(signal.SIGINT)
    await worker.until_event("draining")
    assert await worker.end(signal.SIGINT) == 0
    job = await bench.job(job_id)
    assert (job.stage, job.attempts) == (Stage.WAITING, 0)


HANGING_PROGRAM = """
import os, time
from cricksy.settings import worker_settings
from cricksy_worker.queue.worker import WorkerLoop
from cricksy_worker.run import Tuning, run

async def hang(worker):
    time.sleep(60)

WorkerLoop._drain = hang
run(worker_settings(os.environ), os.environ, Tuning())
"""


async def test_a_drain_that_hangs_is_cut_off_and_says_so(
    service_environment: dict[str, str], temporary_directory: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HANGING_PROGRAM,
        stdout=asyncio.subprocess.PIPE,
        env={
            **service_environment,
            "TMPDIR": str(temporary_directory),
            "WORKER_CONCURRENCY": "1",
            "DRAIN_SECONDS": "1",
        },
    )
    worker = WorkerProcess(process)
    await worker.until_event("worker_started")
    assert await worker.end(signal.SIGTERM) == EXIT_DRAIN_CUT == 7
    last = msgspec.json.decode(worker.lines[-1])
    assert (last["event"], last["level"], last["exit_code"]) == ("drain_bound_reached", "error", EXIT_DRAIN_CUT)


async def test_health_tells_well_from_draining_and_gone(bench: Bench, start_worker: StartWorker, probe: Probe) -> None:
    assert await probe() == (1, "no worker is running\n")
    worker = await start_worker(DRAIN_SECONDS="60")
    pid = worker.process.pid
    job_id = await bench.submit(LONG)
    await bench.until(job_id, lambda job: job.stage == Stage.EXTRACTING_POSE)
    code, line = await probe()
    assert (code, line.startswith(f"worker {pid} is well")) == (0, True)
    worker.process.send_signal(signal.SIGTERM)
    await worker.until_event("draining")
    assert await probe() == (1, f"worker {pid} is draining\n")
    await worker.end(signal.SIGKILL)
    assert await probe() == (1, "no worker is running\n")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"}, "no answer of the bucket and the queue yet; "),
        ({"S3_BUCKET": "{S3_BUCKET}-gone"}, "is unwell: takes no jobs: the bucket {S3_BUCKET}-gone is not there"),
        ({"SQS_QUEUE_URL": "{SQS_QUEUE_URL}-gone"}, "is unwell: the queue refuses: "),
        ({"CRICKSY_POSE_MODEL": "/none.task"}, "is unwell: a pose model is missing"),
    ],
)
async def test_a_worker_that_cannot_work_is_not_well(
    start_worker: StartWorker, service_environment: dict[str, str], probe: Probe, changed: dict[str, str], words: str
) -> None:
    await start_worker(**{name: value.format(**service_environment) for name, value in changed.items()})
    async with asyncio.timeout(PATIENCE_SECONDS):
        while words.format(**service_environment) not in (answer := await probe())[1]:  # noqa: ASYNC110 - a file sets no event
            await asyncio.sleep(0.2)
    assert answer[0] == 1


async def test_a_missing_setting_stops_it_at_the_start_with_its_name(service_environment: dict[str, str]) -> None:
    del service_environment["S3_BUCKET"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from cricksy_worker.main import main; main(prog_name='cricksy-worker')",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=service_environment,
    )
    output, errors = await process.communicate()
    assert process.returncode == 2
    assert msgspec.json.decode(output)["problems"] == ["S3_BUCKET is missing"]
    assert errors == b"cricksy-worker: S3_BUCKET is missing\n"


async def test_a_parameter_of_the_databases_url_that_cannot_work_stops_it_at_the_start_with_its_name(
    service_environment: dict[str, str],
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from cricksy_worker.main import main; main(prog_name='cricksy-worker')",
        stderr=asyncio.subprocess.PIPE,
        env=service_environment | {"DATABASE_URL": "postgres://u:hunter2@h/d?pgbouncer=true"},
    )
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.startswith(b"cricksy-worker: DATABASE_URL: unknown parameter 'pgbouncer' ")
    assert b"hunter2" not in errors


async def test_a_worker_without_its_bucket_spends_no_attempt_of_a_job(bench: Bench, start_worker: StartWorker) -> None:
    lost = await start_worker(S3_BUCKET=f"{bench.aws.bucket}-gone")
    await lost.until_event("bucket_failed")
    job_id = await bench.submit()
    await start_worker()
    job = await bench.until_status(job_id, JobStatus.COMPLETED)
    assert job.attempts == 1
    assert lost.process.returncode is None


async def test_it_outlives_a_queue_that_does_not_answer(bench: Bench, start_worker: StartWorker) -> None:
    queue_url = bench.aws.queue_url
    worker = await start_worker(SQS_QUEUE_URL=f"{queue_url}-not-yet")
    await worker.until_event("receive_failed")
    await bench.sqs.create_queue(QueueName=f"{queue_url.rpartition('/')[2]}-not-yet")
    job_id = (await bench.make("good")).job_id
    await bench.sqs.send_message(
        QueueUrl=f"{queue_url}-not-yet",
        MessageBody=msgspec.json.encode(
            {"job_id": job_id, "session_id": job_id, "sample_fps": 15, "include_frames": True}
        ).decode(),
    )
    await bench.until_status(job_id, JobStatus.COMPLETED)
    assert worker.process.returncode is None
