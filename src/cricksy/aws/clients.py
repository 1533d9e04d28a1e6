"""aiobotocore's clients: made once a process, because the first costs up to 700 ms."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from cricksy.aws.errors import log_errors, queue_errors, storage_errors
from cricksy.settings import AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_sqs.client import SQSClient

LONG_POLL_SECONDS = 20
_ERRORS: dict[str, Callable[[], AbstractAsyncContextManager[None]]] = {
    "s3": storage_errors,
    "sqs": queue_errors,
    "logs": log_errors,
}


def s3_client(settings: AwsSettings, *, pool: int = 10) -> "AbstractAsyncContextManager[S3Client]":
    return _create("s3", settings.region, settings.endpoint_url, pool=pool, read_seconds=30)


def presigning_client(settings: AwsSettings) -> "AbstractAsyncContextManager[S3Client]":
    """A client that never connects: its URLs name the endpoint that a coach's phone reaches, which SigV4 signs."""
    return _create("s3", settings.region, settings.public_endpoint_url, pool=1, read_seconds=10)


def sqs_client(settings: AwsSettings, *, pool: int = 10) -> "AbstractAsyncContextManager[SQSClient]":
    return _create("sqs", settings.region, settings.endpoint_url, pool=pool, read_seconds=10)


def sqs_polling_client(settings: AwsSettings, *, pollers: int) -> "AbstractAsyncContextManager[SQSClient]":
    """A client of its own for long polls, so that they never starve a heartbeat or a delete of a connection."""
    return _create(
        "sqs",
        settings.region,
        settings.endpoint_url,
        pool=pollers + 1,
        read_seconds=LONG_POLL_SECONDS + 10,
        # The worker's loop tries again itself, later and later, and says so each time.
        attempts=1,
    )


def logs_client(settings: AwsSettings) -> AbstractAsyncContextManager[Any]:
    """CloudWatch Logs. The stubs of this client are not installed: one call of it is made."""
    return _create("logs", settings.region, settings.endpoint_url, pool=1, read_seconds=20)


@cache
def _session() -> Any:  # noqa: ANN401 - the library has no types
    # One a process: it reads the description of a service once, which is most of what a first client costs.
    return get_session()


@asynccontextmanager
async def _create(  # noqa: PLR0913 - what differs between the clients
    service: str, region: str, endpoint_url: str | None, *, pool: int, read_seconds: float, attempts: int = 3
) -> AsyncGenerator[Any]:
    config = AioConfig(
        # The default presigns with SigV2, which signs neither type nor length. SQS knows only the plain v4.
        signature_version="s3v4" if service == "s3" else "v4",
        s3={"addressing_style": "path"},
        connect_timeout=5,
        read_timeout=read_seconds,
        max_pool_connections=pool,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    errors = _ERRORS[service]
    async with AsyncExitStack() as stack:
        # The keys and the profile are read here: what is wrong with them is an error of the first call.
        async with errors():
            made = _session().create_client(service, region_name=region, endpoint_url=endpoint_url, config=config)
            client = await stack.enter_async_context(made)
        yield client
