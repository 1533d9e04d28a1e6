"""HEAD for every GET, and ``Allow`` with every method of the URL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from litestar.routes import BaseRoute, HTTPRoute
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


class Methods:
    """Wraps the application: it answers a HEAD as the GET, without the body.

    The framework lists in ``Allow`` the methods of the first handler of a URL only, and never HEAD.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._allowed = _allowed(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await _Head(scope, receive, send).run(self._with_allow)
        else:
            await self._with_allow(scope, receive, send)

    async def _with_allow(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def respond(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [self._complete(scope, *header) for header in message["headers"]]
            await send(message)

        await self._app(scope, receive, respond)

    def _complete(self, scope: Scope, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name.lower() != b"allow":
            return name, value
        # Where the method is not allowed there is no template, but the framework's list lacks HEAD only.
        template = scope.get("path_template", "")  # pyright: ignore[reportUnknownMemberType]
        allowed = self._allowed.get(template) or _with_head(value.decode().split(", "))
        return name, ", ".join(sorted(allowed)).encode()


class _Head:
    def __init__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_answered = False

    async def run(self, app: ASGIApp) -> None:
        self._scope["method"] = "GET"
        await app(self._scope, self._read, self._respond)

    async def _read(self) -> HTTPReceiveMessage | WebSocketReceiveMessage:
        # To a stream the client seems to have left.
        return {"type": "http.disconnect"} if self._is_answered else await self._receive()

    async def _respond(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            # The server sends no body for a HEAD, and expects none.
            self._scope["method"] = "HEAD"
            self._is_answered = True
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        elif not self._is_answered:
            await self._send(message)


def _allowed(routes: Iterable[BaseRoute]) -> Mapping[str, set[str]]:
    """The methods of each URL, by its template."""
    found: dict[str, set[str]] = defaultdict(set)
    for route in routes:
        if isinstance(route, HTTPRoute):
            found[route.path_format] |= _with_head(route.methods)
    return found


def _with_head(methods: Iterable[str]) -> set[str]:
    listed = set(methods)
    return listed | {"HEAD"} if "GET" in listed else listed
