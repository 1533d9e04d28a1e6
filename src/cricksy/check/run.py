"""Runs the checks of a role, each within a bound of time, and collects what they say."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cricksy.aws.errors import AwsError
from cricksy.check import logged, programs, protected, queued, stored
from cricksy.check.logged import LogReader
from cricksy.check.outcome import CannotSee, Check, Finding, Outcome, Role
from cricksy.check.services import Services, given, given_both
from cricksy.data.errors import DatabaseError
from cricksy.settings import AwsSettings, SettingsError, WorkerSettings, api_settings, worker_settings

CHECK_SECONDS: Final = 30.0
OF_OPERATOR: Final = frozenset(
    {
        "api_running",
        "workers_running",
        "database",
        "database_from_workers",
        "jobs_end",
        "logs_written",
        "sends",
        "database_calls",
    }
)
"""Of the operator's task, whose role reads the logs and may touch neither bucket nor queue."""
_OURS: Final = Path(__file__).parents[1]


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
    check_seconds: float = CHECK_SECONDS
    """How long each check may take."""


async def run_checks(plan: Plan, say: Callable[[Outcome], None]) -> list[Outcome]:
    """Every item in the order of the list; ``say`` is told each as soon as it and those before it are known."""
    environment, settings = _environment(plan)
    say(environment)
    outcomes = [environment]
    async with AsyncExitStack() as stack:
        checks = {"api_running": partial(programs.api_is_running, plan.api_url)}
        if settings is not None:
            # Without settings nothing else can be asked.
            checks |= _checks(plan, settings, Services(settings.database_url, settings.aws, stack))
        # One after the other: what the probe message does is seen by those after it.
        for name, check in checks.items():
            if plan.role != "operator" or name in OF_OPERATOR:
                outcomes.append(await _outcome(name, check, plan.check_seconds))
                say(outcomes[-1])
    return outcomes


def _checks(plan: Plan, settings: WorkerSettings, services: Services) -> dict[str, Check]:
    """Those that need settings."""
    aws, logs = settings.aws, plan.logs(settings.aws)
    database, s3, sqs = services.database, services.s3, services.sqs
    queue, videos = services.queue, services.videos
    checks: dict[str, Check] = {
        "workers_running": given(database, lambda it: programs.workers_are_running(it, plan.workers)),
        "bucket": given(s3, lambda it: stored.bucket_is_ready(it, aws.bucket)),
        "queue": given(sqs, lambda it: queued.queue_is_ready(it, aws)),
        "database": given(database, programs.database_is_ready),
        "database_from_workers": given(database, programs.workers_reach_the_database),
        "object_calls": given(s3, lambda it: stored.object_calls_are_allowed(it, aws.bucket, plan.role)),
        "message_calls": given(sqs, lambda it: queued.message_calls_are_allowed(it, aws, plan.role)),
        "presigned_urls": given(videos, lambda it: stored.presigned_urls_work(it, aws.endpoint_url)),
        "video_keys": given_both(database, videos, stored.videos_lie_under_their_keys),
        "messages_arrive": given_both(queue, database, queued.messages_arrive),
        "workers_poll": given_both(queue, database, lambda it, rows: queued.workers_poll(it, rows, plan.poll_seconds)),
        "messages_deleted": given_both(queue, database, queued.messages_are_deleted),
        "jobs_end": given(database, lambda it: programs.jobs_end(it, deadline_seconds=settings.job_deadline_seconds)),
        "logs_written": partial(logged.logs_are_written, logs),
        "sends": partial(logged.sends_do_not_fail, logs),
        "database_calls": partial(logged.database_calls_do_not_fail, logs),
    }
    if plan.role == "worker" and settings.ecs_agent_uri is not None:
        checks["task_protection"] = partial(protected.protection_is_allowed, settings.ecs_agent_uri)
    return checks


def _environment(plan: Plan) -> tuple[Outcome, WorkerSettings | None]:
    """Whether the settings that the role reads are there; ``None`` where they do not say what the checks need."""
    # The worker's say where everything is, and a form that is wrong in them is a fault in any task.
    problems: list[str] = []
    settings: WorkerSettings | None = None
    try:
        settings = worker_settings(plan.environ)
    except SettingsError as error:
        problems += error.problems
    if plan.role in {None, "api"}:
        try:
            api_settings(plan.environ)
        except SettingsError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        found = f"{'; '.join(problems)}."
        todo = "Set it where the task is defined."
        return Outcome(check="environment", status="failed", found=found, todo=todo), settings
    found = "Every setting is there and of the right form."
    return Outcome(check="environment", status="ok", found=found), settings


async def _outcome(name: str, check: Callable[[], Awaitable[str]], seconds: float) -> Outcome:
    try:
        async with asyncio.timeout(seconds):
            return Outcome(check=name, status="ok", found=await check())
    except CannotSee as reason:
        return Outcome(check=name, status="skipped", found=str(reason))
    except Exception as error:  # noqa: BLE001 - told by type and place; the checks after it must run
        found, todo = _failure(error, seconds)
        return Outcome(check=name, status="failed", found=found, todo=todo)


def _failure(error: Exception, seconds: float) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    match error:
        case Finding():
            return str(error), error.todo
        case AwsError():
            return f"AWS answers: {error}.", _aws_todo(error)
        case DatabaseError():
            todo = "Check DATABASE_URL, the security group, the password and that PostgreSQL runs."
            return f"The database answers: {error}.", todo
        case TimeoutError():
            todo = "Check the network between this machine and the service: security groups, endpoints, DNS."
            return f"No answer in {seconds:g} s.", todo
        case _:
            # Its message may hold an address with its password.
            todo = "Check the settings that it uses, such as AWS_ENDPOINT_URL. If they are right, report this line."
            return f"The check itself ended in {type(error).__name__} at {_place(error)}.", todo


def _place(error: Exception) -> str:
    """The last line of our own code on the way to the error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _OURS in Path(frame.filename).parents]
    return f"{Path(frames[-1].filename).relative_to(_OURS)}:{frames[-1].lineno}"


def _aws_todo(error: AwsError) -> str:
    if error.status is None:
        return "Check the network, AWS_ENDPOINT_URL and that the task has a role."
    return "Check the name, and that the task's role may make this call."
