"""What an operator does with the dead letters: the commands in this process, and two as programs, on real queues."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch
from uuid import UUID, uuid4

import msgspec
import pytest
from click.testing import CliRunner
from tests.support.jobs import Bench
from tests.support.waiting import PATIENCE_SECONDS

from cricksy.aws.dlq import DeadLetterQueue, Tally
from cricksy.aws.errors import QueueError
from cricksy.aws.provision import create_queues
from cricksy.aws.queue import AnalysisMessage
from cricksy.cli import main
from cricksy.data.engine import Database
from cricksy.data.leases import AlreadyFinal, Claim, Lease, claim, fail
from cricksy.embedded.directory import Identity
from cricksy.embedded.emulator import Emulator
from cricksy.embedded.programs import DLQ, QUEUE
from cricksy.settings import AwsSettings
from cricksy.tracing import traceparent_of
from cricksy.vocabulary import JobStatus, Stage

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

TRACEPARENT = traceparent_of("4bf92f3577b34da6a3ce929d0e0e4736")

Dlq = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def bench(database: Database, s3: "S3Client", sqs: "SQSClient", aws_settings: AwsSettings) -> Bench:
    return Bench(database, s3, sqs, aws_settings)


@pytest.fixture
def letters(bench: Bench) -> DeadLetterQueue:
    return DeadLetterQueue(bench.sqs, bench.aws.queue_url, bench.aws.dlq_url)


@pytest.fixture
def dlq(service_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Dlq:
    """Runs ``cricksy dlq`` in a thread; exit code, stdout, stderr."""
    # The emulator is one server: an answer that is empty at once is no chance.
    monkeypatch.setattr("cricksy.aws.dlq._WAIT_SECONDS", 0)

    def invoke(arguments: tuple[str, ...], answer: str, environment: dict[str, str]) -> tuple[int, str, str]:
        with patch.dict(os.environ, service_environment | environment, clear=True):
            result = CliRunner().invoke(main, ["dlq", *arguments], input=answer)
        return result.exit_code, result.stdout, result.stderr

    async def run(*arguments: str, answer: str = "", **environment: str) -> tuple[int, str, str]:
        return await asyncio.to_thread(invoke, arguments, answer, environment)

    return run


async def start(environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    """``cricksy dlq`` as a program."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "cricksy", "dlq", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )


async def bury(bench: Bench, *messages: AnalysisMessage | str) -> None:
    """Put messages into the dead-letter queue as SQS does, attributes and all."""
    bodies = [each if isinstance(each, str) else msgspec.json.encode(each).decode() for each in messages]
    for start in range(0, len(bodies), 10):
        await bench.sqs.send_message_batch(
            QueueUrl=bench.aws.dlq_url,
            Entries=[
                {
                    "Id": str(number),
                    "MessageBody": body,
                    "MessageAttributes": {"traceparent": {"DataType": "String", "StringValue": TRACEPARENT}},
                }
                for number, body in enumerate(bodies[start : start + 10])
            ],
        )


def new_message() -> AnalysisMessage:
    return AnalysisMessage(job_id=uuid4(), session_id=uuid4(), sample_fps=15, include_frames=True)


async def failed_for_good(bench: Bench) -> AnalysisMessage:
    """A job that failed for good, its message among the dead letters."""
    message = await bench.make()
    message_id = await bench.send(message)
    claimed = await claim(bench.database, Lease(message.job_id), message_id, lease_seconds=60)
    assert isinstance(claimed, Claim)
    await fail(bench.database, claimed.lease, code="c", message="m", final=True, spend_attempt=True)
    await bench.sqs.purge_queue(QueueUrl=bench.aws.queue_url)
    await bury(bench, message)
    return message


async def test_a_list_names_the_jobs_and_consumes_nothing(bench: Bench, dlq: Dlq) -> None:
    messages = [new_message() for _ in range(23)]
    await bury(bench, *messages, "not ours")
    # Twice, and at once: what the first looked at the second must see too.
    for _ in range(2):
        code, out, err = await dlq("list", "--json")
        assert (code, err) == (0, "")
        lines = [msgspec.json.decode(line) for line in out.splitlines()]
        assert sorted(line["job_id"] or "" for line in lines) == sorted(["", *(str(m.job_id) for m in messages)])
        assert all(line["sent_at"].endswith("Z") and line["receive_count"] >= 1 for line in lines)
    _, table, _ = await dlq("list", COLUMNS="60")
    assert str(messages[0].job_id) in table
    assert "24 dead letters" in table
    assert (await bench.queue.depth()).dead == 24


async def test_a_limit_bounds_what_is_looked_at(bench: Bench, dlq: Dlq) -> None:
    await bury(bench, *(new_message() for _ in range(12)))
    assert len((await dlq("list", "--json", "--limit", "11"))[1].splitlines()) == 11
    assert (await dlq("purge", "--yes", "--limit", "5"))[1] == "5 deleted, 0 left, of 5 looked at\n"
    assert (await bench.queue.depth()).dead == 7


async def test_a_redriven_job_can_be_claimed_again_with_all_its_attempts(bench: Bench, dlq: Dlq) -> None:
    message = await failed_for_good(bench)
    assert isinstance(await claim(bench.database, Lease(message.job_id), "1", 60), AlreadyFinal)
    await bury(bench, "not ours")
    code, out, err = await dlq("redrive")
    assert (code, out, err) == (0, "1 sent to the main queue, 1 left, of 2 looked at\n", "")
    job = await bench.job(message.job_id)
    assert (job.status, job.stage, job.attempts, job.final) == (JobStatus.PROCESSING, Stage.WAITING, 0, False)
    assert (job.error_code, job.error_message, job.completed_at) == (None, None, None)
    received = await bench.queue.receive(1, 10)
    assert (received[0].decode(), received[0].trace_id) == (message, TRACEPARENT.split("-")[1])
    assert isinstance(await claim(bench.database, Lease(message.job_id), received[0].message_id, 60), Claim)
    await bench.until_depth(waiting=1, dead=1)


async def test_only_the_jobs_that_are_named_are_redriven(bench: Bench, dlq: Dlq) -> None:
    wanted, other = await failed_for_good(bench), await failed_for_good(bench)
    await dlq("redrive", "--job", str(wanted.job_id))
    assert (await bench.job(wanted.job_id)).status == JobStatus.PROCESSING
    assert (await bench.job(other.job_id)).final
    _, out, _ = await dlq("list", "--json")
    assert [msgspec.json.decode(line)["job_id"] for line in out.splitlines()] == [str(other.job_id)]


async def test_a_purge_asks_first(bench: Bench, dlq: Dlq) -> None:
    await bury(bench, new_message())
    assert (await dlq("purge", answer="n\n"))[0] == 1
    assert (await bench.queue.depth()).dead == 1
    code, out, _ = await dlq("purge", answer="y\n")
    assert code == 0
    assert out.endswith("1 deleted, 0 left, of 1 looked at\n")
    assert (await bench.queue.depth()).dead == 0


@pytest.mark.parametrize("command", ["redrive", "purge"])
async def test_an_interruption_loses_nothing_and_says_how_far_it_came(
    command: str, bench: Bench, service_environment: dict[str, str]
) -> None:
    # More than are worked off before the signal comes, however busy the machine is.
    total = 600
    await bury(bench, *(new_message() for _ in range(total)))
    process = await start(service_environment, command, *(["--yes"] if command == "purge" else []))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await bench.queue.depth()).dead > total - 30:  # noqa: ASYNC110 - another process's work sets no event
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == 130
    assert b"interrupted; run it again" in err
    done = int(out.split()[0])
    depth = await bench.queue.depth()
    if command == "redrive":
        # At most the one in hand is in both.
        assert total <= depth.visible + depth.dead <= total + 1
    assert depth.dead in {total - done, total - done - 1}


async def test_a_fault_between_send_and_delete_doubles_and_never_loses(bench: Bench, letters: DeadLetterQueue) -> None:
    message = new_message()
    await bury(bench, message)
    bench.sqs.meta.events.register("before-call.sqs.DeleteMessage", _break_off)
    with pytest.raises(QueueError):
        await letters.redrive(None, 10, _leave_closed, Tally())
    bench.sqs.meta.events.unregister("before-call.sqs.DeleteMessage", _break_off)
    await bench.until_depth(waiting=1, dead=1)
    tally = Tally()
    await letters.redrive(None, 10, _leave_closed, tally)
    assert (tally.seen, tally.done) == (1, 1)
    await bench.until_depth(waiting=2, dead=0)


def _break_off(**_: object) -> None:
    raise ConnectionAbortedError


async def _leave_closed(_: UUID) -> None:
    pass


async def test_the_program_ends_with_the_commands_code(bench: Bench, service_environment: dict[str, str]) -> None:
    await bury(bench, new_message())
    good = await start(service_environment, "list", "--json")
    bad = await start(service_environment | {"DLQ_URL": ""}, "list")
    out, err = await good.communicate()
    assert (good.returncode, len(out.splitlines()), err) == (0, 1, b"")
    assert (await bad.communicate(), bad.returncode) == ((b"", b"cricksy: DLQ_URL is missing\n"), 2)


async def test_each_missing_setting_and_service_is_named(dlq: Dlq) -> None:
    assert (await dlq("list", DLQ_URL=""))[::2] == (2, "cricksy: DLQ_URL is missing\n")
    assert (await dlq("redrive", DATABASE_URL=""))[::2] == (2, "cricksy: DATABASE_URL is missing\n")
    code, _, err = await dlq("list", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "does not answer" in err


async def test_a_redrive_without_its_database_moves_nothing(bench: Bench, dlq: Dlq) -> None:
    await failed_for_good(bench)
    code, out, err = await dlq("redrive", DATABASE_URL="postgresql://cricksy:secret@127.0.0.1:1/cricksy")
    assert (code, out) == (1, "0 sent to the main queue, 1 left, of 1 looked at\n")
    assert "DATABASE_URL" in err
    assert "secret" not in err
    depth = await bench.queue.depth()
    assert (depth.visible, depth.dead) == (0, 1)


async def test_a_data_directory_names_the_services_of_its_stack(
    dlq: Dlq, aws: Emulator, sqs: "SQSClient", tmp_path: Path
) -> None:
    code, _, err = await dlq("list", "--data-dir", str(tmp_path))
    assert (code, "no stack has run" in err) == (1, True)
    identity = Identity(
        database_password="",
        aws_access_key_id=aws.access_key_id,
        aws_secret_access_key=aws.secret_access_key,
        jwt_secret="",
        database_port=1,
        aws_port=aws.port,
    )
    (tmp_path / "secrets.json").write_bytes(msgspec.json.encode(identity))
    code, _, err = await dlq("list", "--data-dir", str(tmp_path))
    assert (code, "no stack is running" in err) == (1, True)
    (tmp_path / "stack.json").touch()
    dlq_url = (await create_queues(sqs, QUEUE, DLQ)).dlq_url
    await sqs.send_message(QueueUrl=dlq_url, MessageBody="in the stack's own queue")
    nothing_else = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "SQS_QUEUE_URL": "", "DLQ_URL": ""}
    code, out, err = await dlq("list", "--json", "--data-dir", str(tmp_path), **nothing_else)
    assert (code, len(out.splitlines()), err) == (0, 1, "")
