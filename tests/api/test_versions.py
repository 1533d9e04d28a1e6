from datetime import UTC, datetime
from typing import Any

import httpx
from litestar import Litestar, get

from cricksy.api.versions import deprecated


async def test_a_deprecated_call_says_so_in_the_document_and_in_its_answers() -> None:
    @get("/", **deprecated(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)))
    async def old() -> None:
        pass

    app: Any = Litestar([old], logging_config=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test") as client:
        answer = await client.get("/")
    assert answer.headers["Deprecation"] == "@1798761600"
    assert answer.headers["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    operation = app.openapi_schema.to_schema()["paths"]["/"]["get"]
    assert operation["deprecated"] is True
    assert {"Deprecation", "Sunset"} <= set(operation["responses"]["200"]["headers"])
