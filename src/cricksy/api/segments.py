"""A path by its segments: an encoded slash belongs to its segment, and separates none."""

import re
from typing import Any, Final
from urllib.parse import unquote

from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

_ENCODED_SLASH: Final = re.compile(rb"%2f", re.IGNORECASE)


class EncodedSlashes:
    """Wraps the application: it finds the route of a path whose segments hold encoded slashes.

    A server hands the framework the whole path decoded, and with it the slashes. Here they stay encoded; what a segment
    says is read by :func:`with_true_text`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _ENCODED_SLASH.search(scope["raw_path"]):
            scope["path"] = "/".join(segment.replace("/", "%2F") for segment in segments_of(scope["raw_path"]))
        await self._app(scope, receive, send)


def segments_of(raw_path: bytes) -> list[str]:
    """The decoded segments of a path as it was sent, the empty one before the first slash too."""
    return [unquote(segment) for segment in raw_path.decode("latin-1").split("/")]


def with_true_text(connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, Any]:
    """The path parameters, each text as the client encoded it. The path has no empty segment."""
    sent = reversed(segments_of(connection.scope["raw_path"]))
    names = reversed(connection.scope["path_template"].split("/"))
    text = {name[1:-1]: segment for name, segment in zip(names, sent, strict=False) if name.startswith("{")}
    return {
        name: text[name] if isinstance(value, str) and name in text else value
        for name, value in connection.path_params.items()
    }
