"""The templates on the emulator, as far as it reaches: what they make is what ``cricksy aws init`` makes.

The emulator has no Application Auto Scaling, makes no secret of RDS's, and takes no number from a parameter.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
import pytest_asyncio
from aiobotocore.session import get_session
from tests.support.services import running_program, settings_of
from tools.templates import STACKS, properties, template

from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.errors import AwsError
from cricksy.aws.objects import VideoStore
from cricksy.aws.provision import create_bucket, create_queues
from cricksy.aws.queue import AnalysisMessage, AnalysisQueue
from cricksy.embedded.emulator import REGION, Emulator, emulator_program
from cricksy.embedded.process import accepts, free_port
from cricksy.settings import AwsSettings
from cricksy.vocabulary import ContentType

NOT_EMULATED = {"AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"}
TLS_ONLY = frozenset({"AWS::SQS::QueuePolicy"})
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rds-cricksy"
GIVEN = {
    "DatabaseSecretArn": SECRET,
    "ApiImage": "cricksy-api",
    "WorkerImage": "cricksy-worker",
    "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/0",
    "JwtIssuer": "https://issuer.example",
    "JwtJwksUrl": "https://issuer.example/keys",
}
QUEUE_ATTRIBUTES = ("VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "RedrivePolicy")


class Deployed(msgspec.Struct, frozen=True):
    emulator: Emulator
    outputs: dict[str, str]
    """Of all three stacks."""
    refused: list[str]
    """How SQS answered while its policy stood: the emulator speaks no TLS. Its S3 does not ask for it."""

    def aws(self) -> AwsSettings:
        return msgspec.structs.replace(
            settings_of(self.emulator),
            bucket=self.outputs["Bucket"],
            queue_url=self.outputs["QueueUrl"],
            dlq_url=self.outputs["DlqUrl"],
        )

    def client(self, service: str) -> Any:
        session: Any = get_session()
        return session.create_client(service, region_name=REGION, endpoint_url=self.emulator.endpoint_url)


def for_the_emulator(stack: str, left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    body = template(stack)
    body["Resources"] = {
        name: resource
        for name, resource in body["Resources"].items()
        if resource["Type"] not in NOT_EMULATED | left_out
    }
    body["Outputs"].pop("DatabaseSecretArn", None)
    if stack == "service":
        body["Resources"]["ApiService"]["Properties"]["DesiredCount"] = 1
    return body


async def deploy(
    client: Any, stack: str, values: dict[str, str], left_out: frozenset[str] | None = None
) -> dict[str, str]:
    """The stack's outputs; ``left_out``: update it to one without these types of resources."""
    body = for_the_emulator(stack, left_out or frozenset())
    parameters = [
        {"ParameterKey": name, "ParameterValue": values[name]} for name in body["Parameters"] if name in values
    ]
    apply = client.create_stack if left_out is None else client.update_stack
    await apply(StackName=stack, TemplateBody=json.dumps(body), Parameters=parameters, Capabilities=["CAPABILITY_IAM"])
    while True:
        (found,) = (await client.describe_stacks(StackName=stack))["Stacks"]
        if not found["StackStatus"].endswith("IN_PROGRESS"):
            break
        await asyncio.sleep(0.05)
    events = (await client.describe_stack_events(StackName=stack))["StackEvents"]
    assert found["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, [
        (event["LogicalResourceId"], event.get("ResourceStatusReason")) for event in events
    ]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


async def refusals(settings: AwsSettings) -> list[str]:
    codes: list[str] = []
    async with sqs_client(settings) as sqs:
        queue = AnalysisQueue(sqs, settings.queue_url, settings.dlq_url)
        for call in (queue.ping(), queue.depth()):
            try:
                await call
            except AwsError as error:
                codes.append(error.code)
    return codes


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def deployed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployed]:
    directory: Path = tmp_path_factory.mktemp("deployed")
    emulator = Emulator(port=free_port(), access_key_id="cricksy", secret_access_key="cricksy-secret")
    program = emulator_program(directory, emulator, directory / "log", os.environ)
    # All its services, not S3 and SQS alone.
    everything = {name: value for name, value in program.environment.items() if name != "SERVICES"}
    program = msgspec.structs.replace(program, environment=everything)
    with running_program(program, lambda: accepts(emulator.port)), pytest.MonkeyPatch.context() as patch:
        for name, value in emulator.environment().items():
            patch.setenv(name, value)
        made = Deployed(emulator, dict(GIVEN), [])
        async with made.client("cloudformation") as client:
            for stack in STACKS:
                made.outputs.update(await deploy(client, stack, made.outputs))
            made.refused.extend(await refusals(made.aws()))
            await deploy(client, "data", made.outputs, TLS_ONLY)
        yield made


async def test_a_queue_answers_nobody_without_tls(deployed: Deployed) -> None:
    assert deployed.refused == ["AccessDenied", "AccessDenied"]


async def attributes_of(client: Any, url: str) -> dict[str, Any]:
    answer = await client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    found = {name: answer["Attributes"].get(name) for name in QUEUE_ATTRIBUTES}
    if found["RedrivePolicy"]:
        policy = json.loads(found["RedrivePolicy"])
        found["RedrivePolicy"] = (policy["maxReceiveCount"], policy["deadLetterTargetArn"].rpartition(":")[2])
    return found


async def test_the_queues_are_those_of_the_command(deployed: Deployed) -> None:
    async with sqs_client(deployed.aws()) as sqs:
        mine = await create_queues(sqs, "by-hand", deployed.outputs["DlqName"])
        theirs = deployed.outputs
        assert await attributes_of(sqs, theirs["QueueUrl"]) == await attributes_of(sqs, mine.queue_url)
        assert await attributes_of(sqs, theirs["DlqUrl"]) == await attributes_of(sqs, mine.dlq_url)
        assert (await attributes_of(sqs, theirs["QueueUrl"]))["RedrivePolicy"] == (3, theirs["DlqName"])


async def test_the_bucket_is_that_of_the_command(deployed: Deployed) -> None:
    bucket, mine = deployed.outputs["Bucket"], f"by-hand-{uuid4().hex}"
    async with s3_client(deployed.aws()) as s3:
        await create_bucket(s3, mine, REGION)
        for read, part in (
            (s3.get_bucket_cors, "CORSRules"),
            (s3.get_public_access_block, "PublicAccessBlockConfiguration"),
        ):
            answers: list[Any] = [await read(Bucket=name) for name in (bucket, mine)]
            assert answers[0][part] == answers[1][part]
        policy = json.loads((await s3.get_bucket_policy(Bucket=bucket))["Policy"])
        (rule,) = (await s3.get_bucket_lifecycle_configuration(Bucket=mine))["Rules"]
    conditions = [statement["Condition"] for statement in policy["Statement"] if statement["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    # The emulator's CloudFormation leaves lifecycles out.
    (written,) = properties("data", "Bucket")["LifecycleConfiguration"]["Rules"]
    assert written == {
        "Id": rule.get("ID"),
        "Status": rule["Status"],
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }


async def test_a_video_and_its_message_travel(deployed: Deployed) -> None:
    settings, job = deployed.aws(), uuid4()
    async with AsyncExitStack() as stack:
        s3 = await stack.enter_async_context(s3_client(settings))
        sqs = await stack.enter_async_context(sqs_client(settings))
        videos, queue = VideoStore(s3, s3, settings.bucket), AnalysisQueue(sqs, settings.queue_url, settings.dlq_url)
        await videos.ping()
        await queue.ping()
        upload = await videos.presign_upload("coach_plus/coach/c/s/v/original.mp4", ContentType.MP4, 4, None)
        assert settings.bucket in upload.url
        await s3.put_object(Bucket=settings.bucket, Key="coach_plus/coach/c/s/v/original.mp4", Body=b"clip")
        assert (await videos.stat("coach_plus/coach/c/s/v/original.mp4")) is not None
        await queue.send(AnalysisMessage(job_id=job, session_id=job, sample_fps=15, include_frames=True), "0" * 32)
        (message,) = await queue.receive(1, 30)
        assert message.decode().job_id == UUID(str(job))
        await queue.delete(message)


async def test_the_services_the_logs_and_the_alarms_are_there(deployed: Deployed) -> None:
    async with AsyncExitStack() as stack:
        ecs = await stack.enter_async_context(deployed.client("ecs"))
        logs = await stack.enter_async_context(deployed.client("logs"))
        watch = await stack.enter_async_context(deployed.client("cloudwatch"))
        names = ["cricksy-ai-api-service", "cricksy-ai-worker-service"]
        services = (await ecs.describe_services(cluster="cricksy-ai-cluster", services=names))["services"]
        assert sorted(service["serviceName"] for service in services) == names
        groups = (await logs.describe_log_groups(logGroupNamePrefix="/cricksy-ai/"))["logGroups"]
        assert {group["logGroupName"]: group["retentionInDays"] for group in groups} == {
            "/cricksy-ai/api": 30,
            "/cricksy-ai/worker": 30,
        }
        found = (await watch.describe_alarms())["MetricAlarms"]
        queue = deployed.outputs["QueueName"]
        watched = [alarm for alarm in found if {"Name": "QueueName", "Value": queue} in alarm["Dimensions"]]
        assert sorted(alarm["Threshold"] for alarm in watched) == [10, 50, 600]
