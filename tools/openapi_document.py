"""Writes the OpenAPI document of the API, from which clients are generated, to the file that it is given."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx

from cricksy.api.app import create_app
from cricksy.settings import ApiSettings, AwsSettings, TokenSettings


async def document() -> str:
    """The document as JSON. It needs no service, so no setting has an effect on it."""
    aws = AwsSettings(
        region="us-east-1", endpoint_url=None, public_endpoint_url=None, bucket="none", queue_url="", dlq_url=""
    )
    settings = ApiSettings(
        database_url="postgresql+asyncpg://localhost/none",
        aws=aws,
        tokens=TokenSettings(secret="", audience="none", issuer="none"),
        max_video_bytes=1,
        log_level="CRITICAL",
    )
    app: Any = create_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api") as client:
        return (await client.get("/docs/openapi.json")).raise_for_status().text


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(document()))
