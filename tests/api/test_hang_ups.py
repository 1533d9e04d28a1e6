"""A client that leaves once its answer has begun."""

from typing import Any

from structlog.testing import capture_logs

from cricksy.api.context import RequestContext


async def test_a_stream_hears_that_its_client_left_before_anyone_read_the_body() -> None:
    heard: list[Any] = []

    async def stream(_scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        heard.append(await receive())

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        pass

    context: Any = RequestContext(stream, body_seconds=30, trusts_forwarded_proto=False)
    scope: dict[str, object] = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "headers": []}
    with capture_logs() as logs:
        await context(scope, receive, send)
    assert heard == [{"type": "http.disconnect"}]
    assert [(line["event"], line["status"], line["log_level"]) for line in logs] == [("http_request", 200, "info")]
