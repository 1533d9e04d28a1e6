"""Wraps every request: its ids, its log line, and HEAD for every GET."""

import time
from uuid import UUID

import structlog
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from cricksy.tracing import new_trace_id, trace_id_of


def request_id_of(scope: Scope) -> UUID:
    return scope["state"]["request_id"]


def trace_id_of_request(scope: Scope) -> str:
    return scope["state"]["trace_id"]


def add_response_header(scope: Scope, name: str, value: str) -> None:
    """Put a header on the response to this request, whatever it will be."""
    scope["state"].setdefault("response_headers", []).append((name.lower().encode(), value.encode()))


def _header(scope: HTTPScope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


class RequestContext:
    """The outermost ASGI application, so that unknown routes and crashes of the framework are logged too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        request_id = uuid7()
        trace_id = trace_id_of(_header(scope, b"traceparent")) or new_trace_id()
        scope["state"] = {"request_id": request_id, "trace_id": trace_id}
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(request_id), trace_id=trace_id)
        await _Exchange(scope, send, request_id).run(self._app, receive)


class _Exchange:
    def __init__(self, scope: HTTPScope, send: Send, request_id: UUID) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._method = str(scope["method"])
        self._status = 500

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        started = time.perf_counter()
        if self._method == "HEAD":
            self._scope["method"] = "GET"
        try:
            await app(self._scope, receive, self._respond)
        finally:
            structlog.stdlib.get_logger().info(
                "http_request",
                method=self._method,
                # An unknown route has no template, whatever the type of a scope says.
                route=self._scope.get("path_template", "unmatched"),  # pyright: ignore[reportUnknownMemberType]
                status=self._status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
            )

    async def _respond(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            request_id = str(self._request_id).encode()
            added = self._scope["state"].get("response_headers", ())
            message["headers"] = [*message["headers"], (b"x-request-id", request_id), *added]
        elif message["type"] == "http.response.body" and self._method == "HEAD":
            message["body"] = b""
        await self._send(message)
