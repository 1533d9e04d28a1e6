"""Which calls ``cricksy check`` tries: each that the role's policy allows, on nothing of anybody's."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest
from botocore.exceptions import ClientError
from tests.support.checks import outcomes_of

from cricksy.aws.probes import OBJECT_ACTIONS, try_object_calls
from cricksy.check.outcome import Finding
from cricksy.check.protected import protection_is_allowed
from cricksy.check.run import Plan
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

KEY: Final = "coach_plus/check/0/original.mp4"
OPERATIONS: Final[dict[str, Callable[[str, Any], bool]]] = {
    "s3:PutObject": lambda operation, _: operation == "put_object",
    "s3:GetObject": lambda operation, names: operation == "head_object" and "VersionId" not in names,
    "s3:GetObjectVersion": lambda operation, names: operation == "head_object" and "VersionId" in names,
    "s3:ListBucket": lambda operation, _: operation == "list_objects_v2",
    "s3:ListBucketVersions": lambda operation, _: operation == "list_object_versions",
    "s3:ListMultipartUploadParts": lambda operation, _: operation == "list_parts",
    "s3:AbortMultipartUpload": lambda operation, _: operation == "abort_multipart_upload",
    "s3:DeleteObject": lambda operation, names: operation == "delete_object" and "VersionId" not in names,
    "s3:DeleteObjectVersion": lambda operation, names: operation == "delete_object" and "VersionId" in names,
}
"""Service Authorization Reference, Amazon S3: which call asks for which action."""


class Refusing:
    """A client of S3 whose role lacks one action."""

    def __init__(self, client: "S3Client", action: str) -> None:
        self._client = client
        self._is_refused = OPERATIONS[action]

    def __getattr__(self, operation: str) -> Any:
        async def call(**arguments: Any) -> Any:
            if self._is_refused(operation, arguments):
                answer: Any = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
                raise ClientError(answer, operation)
            return await getattr(self._client, operation)(**arguments)

        return call


async def left_under_the_key(s3: "S3Client", bucket: str) -> list[Any]:
    answer = await s3.list_object_versions(Bucket=bucket, Prefix=KEY)
    return [*answer.get("Versions", []), *answer.get("DeleteMarkers", [])]


@pytest.fixture(params=["plain", "versioned"])
async def bucket(request: pytest.FixtureRequest, s3: "S3Client", aws_settings: AwsSettings) -> str:
    if request.param == "versioned":
        await s3.put_bucket_versioning(Bucket=aws_settings.bucket, VersioningConfiguration={"Status": "Enabled"})
    return aws_settings.bucket


async def test_a_role_that_may_is_told_so_and_nothing_is_left(s3: "S3Client", bucket: str) -> None:
    assert set(OPERATIONS) == OBJECT_ACTIONS
    assert await try_object_calls(s3, bucket, KEY) == dict.fromkeys(OPERATIONS)
    assert await left_under_the_key(s3, bucket) == []


@pytest.mark.parametrize("action", OPERATIONS)
async def test_an_action_that_the_role_lacks_is_named_alone(s3: "S3Client", bucket: str, action: str) -> None:
    client: Any = Refusing(s3, action)
    answers = await try_object_calls(client, bucket, KEY)
    assert {name for name, error in answers.items() if error is not None} == {action}
    assert action not in await try_object_calls(client, bucket, KEY, {action})


AGENT_ANSWERS: Final = [
    (b'{"protection": {"ProtectionEnabled": true, "TaskArn": "arn"}}', None),
    # A task of its own, as the check's is, belongs to no service.
    (b'{"failure": {"Arn": "arn", "Reason": "TASK_NOT_VALID"}}', None),
    (b'{"error": {"Arn": "arn", "Code": "AccessDeniedException", "Message": "m"}}', "UpdateTaskProtection is refused"),
    (b'{"error": {"Arn": "arn", "Code": "ServerException", "Message": "m"}}', "ECS answers ServerException"),
    (b"{}", "ECS answers 400"),
    (b"", "does not answer as it should"),
    (b"[]", "does not answer as it should"),
    (b"\xff", "does not answer as it should"),
]


@asynccontextmanager
async def agent(body: bytes) -> AsyncGenerator[tuple[str, list[dict[str, Any]]]]:
    """The agent of ECS that answers so: where, and what it was asked."""
    asked: list[dict[str, Any]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("put /task-protection/v1/state ")
        length = int(head.partition("content-length: ")[2].split()[0])
        asked.append(msgspec.json.decode(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 400 X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


@pytest.mark.parametrize(("body", "found"), AGENT_ANSWERS)
async def test_a_worker_may_protect_its_task(body: bytes, found: str | None) -> None:
    async with agent(body) as (uri, asked):
        if found is None:
            assert await protection_is_allowed(uri) == "ecs:UpdateTaskProtection is allowed."
        else:
            with pytest.raises(Finding, match=found):
                await protection_is_allowed(uri)
    # Never taken away: the check may run beside a worker at work.
    assert asked == [{"ProtectionEnabled": True, "ExpiresInMinutes": 10}]


@pytest.mark.parametrize("role", [None, "api", "worker", "operator"])
async def test_a_worker_in_ecs_alone_is_asked_whether_it_may_protect_its_task(plan: Plan, role: Any) -> None:
    async with agent(AGENT_ANSWERS[0][0]) as (uri, asked):
        inside = replace(plan, role=role, environ={**plan.environ, "ECS_AGENT_URI": uri}, poll_seconds=0.0)
        outcomes = await outcomes_of(inside)
    assert ("task_protection" in outcomes) == (role == "worker") == bool(asked)


async def test_an_operator_touches_neither_bucket_nor_queue(plan: Plan, sqs: Any, aws_settings: AwsSettings) -> None:
    outcomes = await outcomes_of(replace(plan, role="operator"))
    assert list(outcomes) == [
        "environment", "api_running", "workers_running", "database", "database_from_workers", "jobs_end",
        "logs_written", "sends", "database_calls",
    ]  # fmt: skip
    depth = await sqs.get_queue_attributes(QueueUrl=aws_settings.queue_url, AttributeNames=["All"])
    assert depth["Attributes"]["ApproximateNumberOfMessages"] == "0"
