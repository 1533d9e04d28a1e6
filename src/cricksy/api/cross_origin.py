"""CORS: which pages of other origins may call the API, by an allow-list.

Tokens travel in a header that a page sets itself, never in a cookie, so ``Access-Control-Allow-Credentials`` is absent:
another origin's page can do nothing that its own token does not allow.
"""

from collections.abc import Iterable
from typing import Final

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

_METHODS: Final = b"GET, HEAD, POST, PATCH, DELETE"
_REQUEST_HEADERS: Final = (
    b"Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, traceparent"
)
_EXPOSED: Final = (
    b"ETag, Location, Retry-After, RateLimit, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    b"WWW-Authenticate, X-Request-Id, Deprecation, Sunset"
)
_PREFLIGHT_SECONDS: Final = 7200
"""The most that browsers keep a preflight's answer for."""


class CrossOrigin:
    """Answers preflights, which carry no token, and marks the answers that a page of a listed origin may read."""

    def __init__(self, app: ASGIApp, origins: Iterable[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._origins:
            await self._app(scope, receive, send)
            return
        sent = dict(scope["headers"])
        origin = sent.get(b"origin")
        allowed = origin if origin in self._origins else None
        if allowed and _is_preflight(scope, sent):
            await _answer_preflight(scope, allowed, send)
        else:
            await self._app(scope, receive, _marking(send, allowed))


def _is_preflight(scope: HTTPScope, sent: dict[bytes, bytes]) -> bool:
    return scope["method"] == "OPTIONS" and b"access-control-request-method" in sent


async def _answer_preflight(scope: HTTPScope, origin: bytes, send: Send) -> None:
    headers = [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _REQUEST_HEADERS),
        (b"access-control-max-age", str(_PREFLIGHT_SECONDS).encode()),
        (b"vary", b"Origin"),
    ]
    scope["path_template"] = "preflight"
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _marking(send: Send, origin: bytes | None) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            # A cache must not give one origin what was answered to another.
            message["headers"] = [*message["headers"], (b"vary", b"Origin")]
            if origin:
                message["headers"] += [
                    (b"access-control-allow-origin", origin),
                    (b"access-control-expose-headers", _EXPOSED),
                ]
        await send(message)

    return marked
