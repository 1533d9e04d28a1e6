"""Wraps every request: its ids, its log line and the headers that every answer carries."""

import asyncio
import time
from http import HTTPStatus
from typing import cast
from uuid import UUID

import structlog
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)
from uuid_utils.compat import uuid7

from cricksy.api.headers import SecurityHeaders
from cricksy.metrics import metrics
from cricksy.spans import span
from cricksy.tracing import new_trace_id, trace_id_of

_PROBES = "/health/"
"""Asked every few seconds; a trace of each would hide the others."""


def request_id_of(scope: Scope) -> UUID:
    return scope["state"]["request_id"]


def trace_id_of_request(scope: Scope) -> str:
    return scope["state"]["trace_id"]


def add_response_header(scope: Scope, name: str, value: str) -> None:
    """Put a header on the response to this request, whatever it will be."""
    scope["state"].setdefault("response_headers", []).append((name.lower().encode(), value.encode()))


def _header(scope: HTTPScope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


class ClientDisconnected(Exception):  # noqa: N818 - a state of the client
    """The client hung up before its body was read."""


class BodyTooLate(Exception):  # noqa: N818 - a state of the client
    """The body did not arrive in time."""


class RequestContext:
    """The outermost ASGI application, so that unknown routes and crashes of the framework are logged too.

    ``body_seconds`` bounds the arrival of a body. ``trusts_forwarded_proto``: a proxy before us says in
    ``X-Forwarded-Proto`` how the client connected.
    """

    def __init__(self, app: ASGIApp, *, body_seconds: float, trusts_forwarded_proto: bool) -> None:
        self._app = app
        self._body_seconds = body_seconds
        self._trusts_forwarded_proto = trusts_forwarded_proto

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
        headers = SecurityHeaders(over_tls=self._is_over_tls(scope))
        exchange = _Exchange(scope, receive, send, headers, asyncio.get_running_loop().time() + self._body_seconds)
        if scope["path"].startswith(_PROBES):
            await exchange.run(self._app)
            return
        parent = _header(scope, b"traceparent")
        method = str(scope["method"])
        with span(method, "server", trace_id=trace_id, parent=parent, http__request__method=method) as answering:
            await exchange.run(self._app)
            answering.update_name(f"{method} {exchange.route}")
            answering.set_attribute("http.route", exchange.route)
            answering.set_attribute("http.response.status_code", exchange.status)
            answering.set_attribute("request_id", str(request_id))
            if exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                answering.fail(str(exchange.status))

    def _is_over_tls(self, scope: HTTPScope) -> bool:
        forwarded = _header(scope, b"x-forwarded-proto") if self._trusts_forwarded_proto else None
        # The last proxy, which is ours, has the last word.
        return (forwarded or scope["scheme"]).rpartition(",")[2].strip() == "https"


class _Exchange:
    def __init__(
        self, scope: HTTPScope, receive: Receive, send: Send, headers: SecurityHeaders, late_at: float
    ) -> None:
        self._scope = scope
        self._receive_from_client = receive
        self._send = send
        self._headers = headers
        self._late_at = late_at
        self._body_is_read = False
        self._has_begun = False
        self._request_id = str(request_id_of(scope)).encode()
        self._method = str(scope["method"])
        self.status = 500

    @property
    def route(self) -> str:
        # An unknown route has no template, whatever the type of a scope says.
        return self._scope.get("path_template", "unmatched")  # pyright: ignore[reportUnknownMemberType]

    @property
    def asked_for(self) -> dict[str, str]:
        """The job or the session that the path names, by which a log is searched."""
        found = cast("dict[str, object]", self._scope.get("path_params") or {})  # pyright: ignore[reportUnknownMemberType]
        return {name: str(found[name]) for name in ("job_id", "session_id") if name in found}

    async def run(self, app: ASGIApp) -> None:
        started = time.perf_counter()
        try:
            await app(self._scope, self._receive, self._respond)
        finally:
            structlog.stdlib.get_logger().info(
                "http_request",
                method=self._method,
                route=self.route,
                status=self.status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
                **self.asked_for,
                **(metrics(requests_limited=1) if self.status == HTTPStatus.TOO_MANY_REQUESTS else {}),
            )

    async def _receive(self) -> HTTPReceiveMessage | WebSocketReceiveMessage:
        if self._body_is_read:
            return await self._receive_from_client()
        try:
            async with asyncio.timeout_at(self._late_at):
                message = await self._receive_from_client()
        except TimeoutError:
            raise BodyTooLate from None
        if message["type"] != "http.request":
            if self._has_begun:
                # A stream listens for it, so as to end.
                return message
            raise ClientDisconnected
        self._body_is_read = not message.get("more_body", False)
        return message

    async def _respond(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_begun = True
            self.status = message["status"]
            added = self._scope["state"].get("response_headers", ())
            completed = self._headers.completed(message["headers"])
            message["headers"] = [*completed, (b"x-request-id", self._request_id), *added]
        await self._send(message)
