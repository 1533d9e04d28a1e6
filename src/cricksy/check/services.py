"""What the checks speak to."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING, Generic, TypeVar

from cricksy.aws.clients import presigning_client, s3_client, sqs_client
from cricksy.aws.objects import VideoStore
from cricksy.aws.queue import AnalysisQueue
from cricksy.check.outcome import Check
from cricksy.data.engine import Database, connected
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

T = TypeVar("T")
U = TypeVar("U")


class _Service(Generic[T]):
    """Connected by the first check that asks for it: what cannot be connected fails the checks that need it alone."""

    def __init__(self, stack: AsyncExitStack, connect: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        self._stack = stack
        self._connect = connect
        self._connected: list[T] = []

    async def __call__(self) -> T:
        if not self._connected:
            self._connected.append(await self._stack.enter_async_context(self._connect()))
        return self._connected[0]


class Services:
    """Each is awaited by the check that needs it, and lives as long as ``stack``."""

    def __init__(self, database_url: str, aws: AwsSettings, stack: AsyncExitStack) -> None:
        self._aws = aws
        self.database: Callable[[], Awaitable[Database]] = _Service(
            stack, lambda: connected(database_url, application="cricksy-check", pool_size=4)
        )
        self.s3: Callable[[], Awaitable[S3Client]] = _Service(stack, lambda: s3_client(aws))
        self.sqs: Callable[[], Awaitable[SQSClient]] = _Service(stack, lambda: sqs_client(aws))
        self._presigning: Callable[[], Awaitable[S3Client]] = _Service(stack, lambda: presigning_client(aws))

    async def queue(self) -> AnalysisQueue:
        return AnalysisQueue(await self.sqs(), self._aws.queue_url, self._aws.dlq_url)

    async def videos(self) -> VideoStore:
        return VideoStore(await self.s3(), await self._presigning(), self._aws.bucket)


def given(service: Callable[[], Awaitable[T]], check: Callable[[T], Awaitable[str]]) -> Check:
    """A check that needs a service."""

    async def run() -> str:
        return await check(await service())

    return run


def given_both(
    first: Callable[[], Awaitable[T]], second: Callable[[], Awaitable[U]], check: Callable[[T, U], Awaitable[str]]
) -> Check:
    """A check that needs two services."""

    async def run() -> str:
        return await check(await first(), await second())

    return run
