from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.support.api import AUDIENCE, ISSUER, MAX_VIDEO_BYTES, SECRET, Caller, Login, make_token, serving

from cricksy import logs
from cricksy.api.health import Readiness
from cricksy.aws.queue import AnalysisQueue
from cricksy.settings import ApiSettings, AwsSettings, LimitSettings, TokenSettings

if TYPE_CHECKING:
    from types_aiobotocore_sqs.client import SQSClient


@pytest.fixture
def settings(database_url: str, aws_settings: AwsSettings) -> ApiSettings:
    return ApiSettings(
        database_url=database_url,
        aws=aws_settings,
        tokens=TokenSettings(secret=SECRET, audience=AUDIENCE, issuer=ISSUER),
        max_video_bytes=MAX_VIDEO_BYTES,
        log_level="INFO",
        limits=LimitSettings(requests_per_minute=1_000_000),
    )


@pytest.fixture
def queue(sqs: "SQSClient", aws_settings: AwsSettings) -> AnalysisQueue:
    return AnalysisQueue(sqs, aws_settings.queue_url, aws_settings.dlq_url)


@pytest.fixture
def readiness() -> Readiness:
    return Readiness()


@pytest.fixture(autouse=True)
def json_logs() -> None:
    """Log lines as in production, on the test's captured stdout."""
    logs.configure("api")


@pytest.fixture
async def anonymous(settings: ApiSettings, readiness: Readiness) -> AsyncGenerator[httpx.AsyncClient]:
    async with serving(settings, readiness) as client:
        yield client


@pytest.fixture
def login(anonymous: httpx.AsyncClient) -> Login:
    def log_in(sub: str | None = None, **claims: object) -> Caller:
        return Caller(anonymous, make_token(sub, changes=claims))

    return log_in


@pytest.fixture
def coach(login: Login) -> Caller:
    return login()
