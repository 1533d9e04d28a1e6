"""Runs the checks of a role, each within a bound of time, and collects what they say."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from cricksy.aws.clients import presigning_client, s3_client, sqs_client
from cricksy.aws.errors import AwsError
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.check import logged, programs, queued, stored
from cricksy.check.logged import LogReader
from cricksy.check.outcome import CannotSee, Check, Finding, Outcome, Role
from cricksy.data.engine import connected
from cricksy.data.errors import DatabaseError
from cricksy.settings import AwsSettings, SettingsError, api_settings, worker_settings

CHECK_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to check. ``role`` ``None``: all that a machine with the settings of both programs can see."""

    role: Role | None
    environ: Mapping[str, str]
    api_url: str | None
    workers: int
    logs: Callable[[AwsSettings], LogReader]
    poll_seconds: float = 15.0
    """How long a visible message may wait for a worker with a free slot."""


async def run_checks(plan: Plan, say: Callable[[Outcome], None]) -> list[Outcome]:
    """Every item in the order of the list; ``say`` is told each as soon as it and those before it are known."""
    environment = _environment(plan)
    say(environment)
    try:
        settings = worker_settings(plan.environ)
    except SettingsError:
        # Without them nothing can be asked.
        return [environment]
    aws = settings.aws
    async with (
        connected(settings.database_url, application="cricksy-check", pool_size=4) as database,
        s3_client(aws) as s3,
        presigning_client(aws) as presigning,
        sqs_client(aws) as sqs,
    ):
        queue, videos = AnalysisQueue(sqs, aws.queue_url, aws.dlq_url), VideoStore(s3, presigning, aws.bucket)
        logs = plan.logs(aws)
        checks: dict[str, Check] = {
            "api_running": partial(programs.api_is_running, plan.api_url),
            "workers_running": partial(programs.workers_are_running, database, plan.workers),
            "bucket": partial(stored.bucket_is_ready, s3, aws.bucket),
            "queue": partial(queued.queue_is_ready, sqs, aws),
            "database": partial(programs.database_is_ready, database),
            "database_from_workers": partial(programs.workers_reach_the_database, database),
            "object_calls": partial(stored.object_calls_are_allowed, s3, aws.bucket),
            "message_calls": partial(queued.message_calls_are_allowed, sqs, aws, plan.role),
            "presigned_urls": partial(stored.presigned_urls_work, videos, aws.endpoint_url),
            "video_keys": partial(stored.videos_lie_under_their_keys, database, videos),
            "messages_arrive": partial(queued.messages_arrive, queue, database),
            "workers_poll": partial(queued.workers_poll, queue, database, plan.poll_seconds),
            "messages_deleted": partial(queued.messages_are_deleted, queue, database),
            "jobs_end": partial(programs.jobs_end, database, deadline_seconds=settings.job_deadline_seconds),
            "logs_written": partial(logged.logs_are_written, logs),
            "sends": partial(logged.sends_do_not_fail, logs),
            "database_calls": partial(logged.database_calls_do_not_fail, logs),
        }
        outcomes = [environment]
        # One after the other: what the probe message does is seen by those after it.
        for name, check in checks.items():
            outcomes.append(await _outcome(name, check))
            say(outcomes[-1])
    return outcomes


def _environment(plan: Plan) -> Outcome:
    """Whether the settings that the role reads are there."""
    read: list[Callable[[Mapping[str, str]], object]] = []
    if plan.role != "worker":
        read.append(api_settings)
    if plan.role != "api":
        read.append(worker_settings)
    problems: list[str] = []
    for settings in read:
        try:
            settings(plan.environ)
        except SettingsError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        return Outcome(
            check="environment",
            status="failed",
            found=f"{'; '.join(problems)}.",
            todo="Set it where the task is defined.",
        )
    return Outcome(check="environment", status="ok", found="Every setting is there and of the right form.")


async def _outcome(name: str, check: Callable[[], Awaitable[str]]) -> Outcome:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return Outcome(check=name, status="ok", found=await check())
    except Finding as finding:
        return Outcome(check=name, status="failed", found=str(finding), todo=finding.todo)
    except CannotSee as reason:
        return Outcome(check=name, status="skipped", found=str(reason))
    except AwsError as error:
        return Outcome(check=name, status="failed", found=f"AWS answers: {error}.", todo=_aws_todo(error))
    except DatabaseError as error:
        todo = "Check DATABASE_URL, the security group, the password and that PostgreSQL runs."
        return Outcome(check=name, status="failed", found=f"The database answers: {error}.", todo=todo)
    except TimeoutError:
        todo = "Check the network between this machine and the service: security groups, endpoints, DNS."
        return Outcome(check=name, status="failed", found=f"No answer in {CHECK_SECONDS:.0f} s.", todo=todo)


def _aws_todo(error: AwsError) -> str:
    if error.status is None:
        return "Check the network, AWS_ENDPOINT_URL and that the task has a role."
    return "Check the name, and that the task's role may make this call."
