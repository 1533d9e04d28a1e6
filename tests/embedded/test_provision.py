import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from click.testing import CliRunner

from cricksy.aws.provision import provision
from cricksy.cli import main
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient


async def attributes_of(sqs: "SQSClient", url: str) -> dict[str, str]:
    answer = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return {str(name): value for name, value in answer["Attributes"].items()}


async def test_the_queue_is_as_the_worker_needs_it(aws_settings: AwsSettings, sqs: "SQSClient") -> None:
    urls = await provision(aws_settings)
    queue, dlq = await attributes_of(sqs, urls.queue_url), await attributes_of(sqs, urls.dlq_url)
    assert queue["VisibilityTimeout"] == "3600"
    assert queue["MessageRetentionPeriod"] == str(4 * 24 * 3600)
    assert queue["ReceiveMessageWaitTimeSeconds"] == "20"
    assert json.loads(queue["RedrivePolicy"]) == {"deadLetterTargetArn": dlq["QueueArn"], "maxReceiveCount": 3}
    assert dlq["MessageRetentionPeriod"] == str(14 * 24 * 3600)


async def test_what_was_changed_is_set_right_and_nothing_is_lost(aws_settings: AwsSettings, sqs: "SQSClient") -> None:
    await sqs.set_queue_attributes(QueueUrl=aws_settings.queue_url, Attributes={"VisibilityTimeout": "30"})
    await sqs.send_message(QueueUrl=aws_settings.queue_url, MessageBody="kept")
    urls = await provision(aws_settings)
    assert urls.queue_url == aws_settings.queue_url
    queue = await attributes_of(sqs, urls.queue_url)
    assert (queue["VisibilityTimeout"], queue["ApproximateNumberOfMessages"]) == ("3600", "1")


async def test_a_browser_may_put_and_get(aws_settings: AwsSettings) -> None:
    await provision(aws_settings)
    async with httpx.AsyncClient() as client:
        for method in ("PUT", "GET"):
            preflight = await client.options(
                f"{aws_settings.endpoint_url}/{aws_settings.bucket}/coach_plus/key",
                headers={
                    "Origin": "https://coach.example",
                    "Access-Control-Request-Method": method,
                    "Access-Control-Request-Headers": "content-type,x-amz-checksum-sha256",
                },
            )
            assert preflight.status_code == 200
            assert method in preflight.headers["access-control-allow-methods"]


async def test_uploads_that_are_never_completed_end_beside_the_rules_of_an_operator(
    aws_settings: AwsSettings, s3: "S3Client"
) -> None:
    theirs: list[Any] = [
        {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}},
        {"ID": "cricksy-abandoned-uploads", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
    ]
    await s3.put_bucket_lifecycle_configuration(Bucket=aws_settings.bucket, LifecycleConfiguration={"Rules": theirs})
    for _ in range(2):
        await provision(aws_settings)
    rules = (await s3.get_bucket_lifecycle_configuration(Bucket=aws_settings.bucket))["Rules"]
    assert [rule.get("ID") for rule in rules] == ["theirs", "cricksy-abandoned-uploads"]
    assert rules[0].get("Expiration") == {"Days": 30}
    assert (rules[1]["Status"], rules[1].get("AbortIncompleteMultipartUpload")) == (
        "Enabled",
        {"DaysAfterInitiation": 2},
    )
    assert "Expiration" not in rules[1]


def test_the_command_prints_the_addresses(
    aws_settings: AwsSettings, service_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in service_environment.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["aws", "init"])
    assert result.exit_code == 0
    assert f"SQS_QUEUE_URL={aws_settings.queue_url}\n" in result.stdout
    assert f"DLQ_URL={aws_settings.dlq_url}\n" in result.stdout


def test_an_emulator_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "S3_BUCKET": "bucket",
        "SQS_QUEUE_URL": "http://127.0.0.1:1/0/queue",
        "DLQ_URL": "http://127.0.0.1:1/0/dlq",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["aws", "init"])
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
