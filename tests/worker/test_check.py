"""``cricksy check``: all well beside a worker at work, and each way in which it is not."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.support.checks import NOBODY, complete_a_job, execute, failures, write_logs
from tests.support.jobs import Bench
from tests.support.workers import RunWorker

from cricksy.check.run import Plan
from cricksy.check.stored import way_from_here
from cricksy.embedded.process import LOOPBACK, free_port
from cricksy.vocabulary import JobStatus

Break = Callable[[Bench], Awaitable[None]]


@pytest.mark.parametrize(
    ("public", "endpoint", "host"),
    [
        ("http://localhost:4566", "http://aws:4566", "aws"),
        ("http://127.0.0.1:4566", "http://aws:4566", "aws"),
        ("http://localhost:9000", "http://127.0.0.1:4566", "localhost"),
        ("https://videos.club.example", "http://aws:4566", "videos.club.example"),
        ("https://bucket.s3.us-east-1.amazonaws.com", None, "bucket.s3.us-east-1.amazonaws.com"),
    ],
)
def test_a_loopback_of_another_machine_is_reached_by_the_endpoint(public: str, endpoint: str | None, host: str) -> None:
    url = httpx.URL(f"{public}/bucket/key?X-Amz-Signature=0")
    way = way_from_here(url, endpoint)
    assert way.host == host
    assert (way.path, way.query) == (url.path, url.query)


async def test_a_system_at_work_is_well(bench: Bench, run_worker: RunWorker, plan: Plan) -> None:
    async with run_worker():
        await bench.until_status(await bench.submit("good"), JobStatus.COMPLETED)
        await bench.until_depth(waiting=0, dead=0)
        assert await failures(plan) == {}
        # The probe was received, belongs to no job, and is gone.
        await bench.until_depth(waiting=0, dead=0)


async def drop_bucket(bench: Bench) -> None:
    await bench.s3.delete_bucket(Bucket=bench.aws.bucket)


async def drop_cors(bench: Bench) -> None:
    await bench.s3.delete_bucket_cors(Bucket=bench.aws.bucket)


async def drop_queue(bench: Bench) -> None:
    await bench.sqs.delete_queue(QueueUrl=bench.aws.queue_url)


async def shorten_retention(bench: Bench) -> None:
    await bench.sqs.set_queue_attributes(
        QueueUrl=bench.aws.queue_url, Attributes={"MessageRetentionPeriod": "60", "VisibilityTimeout": "1"}
    )


async def put_a_dead_letter(bench: Bench) -> None:
    await bench.sqs.send_message(QueueUrl=bench.aws.dlq_url, MessageBody="{}")


async def outgrow_the_code(bench: Bench) -> None:
    await execute(bench, "INSERT INTO schema_version VALUES (99, 99)")


async def lose_a_video(bench: Bench) -> None:
    await complete_a_job(bench)
    listed = await bench.s3.list_objects_v2(Bucket=bench.aws.bucket, Prefix="coach_plus/")
    for item in listed.get("Contents", []):
        await bench.s3.delete_object(Bucket=bench.aws.bucket, Key=item.get("Key", ""))


async def leave_a_job_stuck(bench: Bench) -> None:
    await bench.submit("good")
    await execute(bench, "UPDATE jobs SET started_at = now() - interval '1 day', sent_at = now()")


async def fail_every_job(bench: Bench) -> None:
    await complete_a_job(bench)
    await execute(
        bench,
        "UPDATE jobs SET status = 'failed', progress = 0, error_code = 'child_died', error_message = 'died', "
        "results = NULL, results_id = NULL, landmarks_id = NULL, stills_id = NULL, summary = NULL",
    )


@pytest.mark.parametrize(
    ("break_it", "checks"),
    [
        (drop_bucket, {"bucket", "object_calls", "presigned_urls"}),
        (drop_cors, {"bucket"}),
        (drop_queue, {"queue", "message_calls", "messages_arrive", "workers_poll", "messages_deleted"}),
        (shorten_retention, {"queue"}),
        (put_a_dead_letter, {"messages_deleted"}),
        (outgrow_the_code, {"database"}),
        (lose_a_video, {"video_keys"}),
        (leave_a_job_stuck, {"jobs_end", "messages_arrive"}),
        (fail_every_job, {"jobs_end"}),
    ],
)
async def test_what_is_broken_is_named(bench: Bench, plan: Plan, break_it: Break, checks: set[str]) -> None:
    await break_it(bench)
    # No worker runs here, and so the probe stays.
    assert set(await failures(replace(plan, poll_seconds=0.0))) - NOBODY == checks - NOBODY


async def test_without_workers_that_is_what_it_says(plan: Plan) -> None:
    found = await failures(replace(plan, poll_seconds=0.0))
    assert set(found) == NOBODY
    assert found["workers_running"].found == "0 workers run, 1 should."


@pytest.mark.parametrize(
    ("changed", "checks"),
    [
        ({"JWT_SECRET": ""}, {"environment"}),
        ({"JWT_SECRET": "", "SQS_QUEUE_URL": ""}, {"environment"}),
        ({"S3_PUBLIC_ENDPOINT_URL": "http://127.0.0.1:1"}, {"presigned_urls"}),
    ],
)
async def test_a_setting_that_is_wrong_is_named(plan: Plan, changed: dict[str, str], checks: set[str]) -> None:
    found = await failures(replace(plan, environ={**plan.environ, **changed}, poll_seconds=0.0))
    assert set(found) - NOBODY == checks
    assert all(name in found["environment"].found for name, value in changed.items() if not value)


async def test_a_role_needs_its_own_settings_alone(plan: Plan) -> None:
    without = {name: value for name, value in plan.environ.items() if not name.startswith("JWT_")}
    found = await failures(replace(plan, role="worker", environ=without, poll_seconds=0.0))
    assert "environment" not in found


async def test_a_database_that_refuses_is_named_by_each_check_that_needs_it(plan: Plan) -> None:
    url = plan.environ["DATABASE_URL"].replace("/test_", "/none_")
    found = await failures(replace(plan, environ={**plan.environ, "DATABASE_URL": url}, poll_seconds=0.0))
    assert {"database", "database_from_workers", "jobs_end", "video_keys"} <= set(found)
    assert {"bucket", "queue", "object_calls", "presigned_urls"}.isdisjoint(found)


async def test_an_api_that_is_away_is_named(plan: Plan) -> None:
    found = await failures(replace(plan, api_url=f"http://{LOOPBACK}:{free_port()}", poll_seconds=0.0))
    assert "ConnectError" in found["api_running"].found


@pytest.mark.parametrize(
    ("lines", "check"),
    [
        ([{"event": "request_failed", "code": "queue_unavailable", "error": "throttled"}], "sends"),
        ([{"event": "not_ready", "check": "queue", "error": "away"}], "sends"),
        ([{"event": "claim_delayed", "error": "connection lost"}], "database_calls"),
        ([{"event": "results_not_committed", "error": "disk full"}], "database_calls"),
    ],
)
async def test_what_the_logs_tell_is_told(plan: Plan, tmp_path: Path, lines: list[dict[str, str]], check: str) -> None:
    write_logs(tmp_path / "logs", *lines)
    found = await failures(replace(plan, poll_seconds=0.0))
    assert lines[0]["error"] in found[check].found


async def test_silent_logs_are_named_and_missing_ones_are_not_judged(plan: Plan, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    (logs / "worker-1.log").write_text("")
    assert "worker" in (await failures(replace(plan, poll_seconds=0.0)))["logs_written"].found
    (logs / "worker-1.log").unlink()
    assert "logs_written" not in await failures(replace(plan, poll_seconds=0.0))
