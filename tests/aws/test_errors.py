"""Each way in which a call to S3 or SQS fails, by the name that the rest of the program knows."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import msgspec
import pytest
from aiobotocore.session import get_session
from botocore.exceptions import EndpointConnectionError

from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.errors import ObjectForbidden, ObjectMissing, QueueError, StorageError
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.settings import AwsSettings

ANSWERS = {
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nand then no more",
    "forbidden": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    "missing": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "strange": b"HTTP/1.1 599 Whatever\r\nContent-Length: 0\r\n\r\n",
    "whole": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nvideo",
}


@asynccontextmanager
async def store(settings: AwsSettings, answer: bytes) -> AsyncGenerator[VideoStore]:
    """A bucket whose every answer is this one."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    endpoint_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, s3_client(msgspec.structs.replace(settings, endpoint_url=endpoint_url)) as s3:
        yield VideoStore(s3, s3, "bucket")


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [
        ("cut", StorageError, None),
        ("forbidden", ObjectForbidden, HTTPStatus.FORBIDDEN),
        ("missing", ObjectMissing, HTTPStatus.NOT_FOUND),
        ("strange", StorageError, None),
    ],
)
async def test_a_download_that_fails_says_how(
    answer: str, kind: type[StorageError], status: HTTPStatus | None, aws_settings: AwsSettings, tmp_path: Path
) -> None:
    async with store(aws_settings, ANSWERS[answer]) as videos:
        with pytest.raises(StorageError) as failed:
            await videos.download("key", tmp_path / "video", 10_000)
    assert (type(failed.value), failed.value.status) == (kind, status)
    assert str(failed.value)


async def test_a_full_disk_is_the_disks_error_and_not_s3s(aws_settings: AwsSettings) -> None:
    async with store(aws_settings, ANSWERS["whole"]) as videos:
        with pytest.raises(OSError, match="No space left on device"):
            await videos.download("key", Path("/dev/full"), 10_000)


async def test_an_endpoint_that_nobody_listens_on_is_an_error_of_the_service(aws_settings: AwsSettings) -> None:
    nowhere = msgspec.structs.replace(aws_settings, endpoint_url="http://127.0.0.1:1")
    async with s3_client(nowhere) as s3, sqs_client(nowhere) as sqs:
        with pytest.raises(StorageError) as away:
            await VideoStore(s3, s3, "bucket").ping()
        assert isinstance(away.value.__cause__, EndpointConnectionError)
        with pytest.raises(QueueError):
            await AnalysisQueue(sqs, "http://127.0.0.1:1/q", "http://127.0.0.1:1/d").depth()


async def test_keys_that_cannot_be_read_are_an_error_of_the_service(
    aws_settings: AwsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    # Keys that were found once are kept.
    monkeypatch.setattr("cricksy.aws.clients._session", get_session)
    with pytest.raises(QueueError, match="Partial credentials"):
        async with sqs_client(aws_settings):
            pass
