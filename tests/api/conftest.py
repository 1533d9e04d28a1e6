"""Tests call one API in a process, each as coaches of its own.

A test that looks behind the API has a database, a bucket, queues and an API to itself.
"""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest
import pytest_asyncio
from tests.support.api import MAX_VIDEO_BYTES, Caller, Login, make_token, serving
from tests.support.services import copied_database, provisioned, settings_of
from tests.support.settings import api_settings

from cricksy import logs
from cricksy.api.health import Readiness
from cricksy.aws.clients import s3_client, sqs_client
from cricksy.aws.queue import AnalysisQueue
from cricksy.embedded.emulator import Emulator
from cricksy.settings import ApiSettings, AwsSettings

if TYPE_CHECKING:
    from types_aiobotocore_sqs.client import SQSClient


class Shared(msgspec.Struct, frozen=True):
    """What the tests of a process call, each as coaches of its own."""

    settings: ApiSettings
    client: httpx.AsyncClient


@pytest_asyncio.fixture(scope="session")
async def shared(postgres: str, schema_template: str, aws: Emulator) -> AsyncGenerator[Shared]:
    endpoint = settings_of(aws)
    async with (
        copied_database(postgres, schema_template) as database_url,
        s3_client(endpoint) as s3,
        sqs_client(endpoint) as sqs,
    ):
        settings = api_settings(database_url, await provisioned(endpoint, s3, sqs), MAX_VIDEO_BYTES)
        async with serving(settings, Readiness()) as client:
            yield Shared(settings, client)


BEHIND_THE_API = {"database", "s3", "sqs", "readiness"}
"""What shows or changes more than a test's own coaches do."""


def is_alone(request: pytest.FixtureRequest) -> bool:
    return not BEHIND_THE_API.isdisjoint(request.fixturenames)


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> ApiSettings:
    if not is_alone(request):
        return request.getfixturevalue("shared").settings
    return api_settings(
        request.getfixturevalue("own_database_url"), request.getfixturevalue("own_aws_settings"), MAX_VIDEO_BYTES
    )


@pytest.fixture
def database_url(settings: ApiSettings) -> str:
    return settings.database_url


@pytest.fixture
def aws_settings(settings: ApiSettings) -> AwsSettings:
    return settings.aws


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
async def own_client(settings: ApiSettings, readiness: Readiness) -> AsyncGenerator[httpx.AsyncClient]:
    async with serving(settings, readiness) as client:
        yield client


@pytest.fixture
def anonymous(request: pytest.FixtureRequest) -> httpx.AsyncClient:
    if is_alone(request):
        return request.getfixturevalue("own_client")
    return request.getfixturevalue("shared").client


@pytest.fixture
def login(anonymous: httpx.AsyncClient) -> Login:
    def log_in(sub: str | None = None, **claims: object) -> Caller:
        return Caller(anonymous, make_token(sub, changes=claims))

    return log_in


@pytest.fixture
def coach(login: Login) -> Caller:
    return login()
