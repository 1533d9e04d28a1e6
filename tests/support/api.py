"""The API as a coach's client calls it."""

import hashlib
import time
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jwt
import msgspec
from tests.support.lifespan import running
from uuid_utils.compat import uuid7

from cricksy.api.app import PREFIX, create_app
from cricksy.api.health import Readiness
from cricksy.settings import ApiSettings

SECRET = "a shared secret of the tests, which is longer than 48 bytes"
AUDIENCE = "cricksy-tests"
ISSUER = "https://issuer.test"
MAX_VIDEO_BYTES = 4096
VIDEO = b"\x00\x00\x00\x18ftypmp42 not a film, but nobody looks inside before the worker"


def make_token(sub: str | None = None, secret: str = SECRET, changes: Mapping[str, object] | None = None) -> str:
    """An entitled token, with claims changed, or taken away by ``None``."""
    now = int(time.time())
    claims: dict[str, object] = {
        "sub": sub or f"coach-{uuid7()}",
        "plan": "coach_pro_plus",
        "aud": AUDIENCE,
        "iss": ISSUER,
        "iat": now,
        "exp": now + 3600,
    } | dict(changes or {})
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, secret, "HS256")


def checksum(body: bytes) -> str:
    return b64encode(hashlib.sha256(body).digest()).decode()


@asynccontextmanager
async def serving(settings: ApiSettings, readiness: Readiness) -> AsyncGenerator[httpx.AsyncClient]:
    app: Any = create_app(settings, readiness)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield client


def without(settings: ApiSettings, missing: str) -> ApiSettings:
    """The settings with one service that is not there."""
    replace = msgspec.structs.replace
    match missing:
        case "database":
            return replace(settings, database_url="postgresql+asyncpg://nobody:x@127.0.0.1:1/postgres")
        case "queue":
            return replace(settings, aws=replace(settings.aws, queue_url=f"{settings.aws.queue_url}-gone"))
        case _:
            return replace(settings, aws=replace(settings.aws, bucket=f"{settings.aws.bucket}-gone"))


class Caller:
    """A coach who calls the API, in the words of the contract."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token
        self.headers = {"Authorization": f"Bearer {token}"}

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = [*self.headers.items(), *httpx.Headers(options.pop("headers", {})).multi_items()]
        return await self.client.request(method, PREFIX + path, headers=headers, **options)

    async def session(self, **fields: object) -> dict[str, Any]:
        body = {"title": "Nets", "player_ids": ["p1"]} | fields
        response = await self.call("POST", "/sessions", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    async def initiate(self, **fields: object) -> dict[str, Any]:
        body = fields if "session_id" in fields else {"session_id": (await self.session())["session_id"]} | fields
        response = await self.call("POST", "/videos/upload/initiate", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    async def upload(self, initiated: dict[str, Any], body: bytes = VIDEO) -> httpx.Response:
        async with httpx.AsyncClient() as s3:
            return await s3.put(initiated["presigned_url"], content=body, headers=initiated["required_headers"])

    async def complete(self, job_id: str) -> httpx.Response:
        return await self.call("POST", "/videos/upload/complete", json={"job_id": job_id})

    async def uploaded(self, **fields: object) -> str:
        initiated = await self.initiate(**fields)
        assert (await self.upload(initiated)).status_code == 200
        return initiated["job_id"]

    async def job(self, job_id: str) -> dict[str, Any]:
        response = await self.call("GET", f"/analysis-jobs/{job_id}")
        assert response.status_code == 200, response.text
        return response.json()


Login = Callable[..., Caller]
"""Makes a caller: the coach's name, and claims of the token to change."""
