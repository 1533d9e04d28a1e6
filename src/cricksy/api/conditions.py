"""Entity tags of small resources, and the conditions of requests on them (RFC 9110 §13)."""

import hashlib
from typing import Any

import msgspec
from litestar.connection import ASGIConnection

from cricksy.api.problems import PreconditionFailed

Connection = ASGIConnection[Any, Any, Any, Any]


def etag_of(shown: object) -> str:
    """A strong entity tag of what is shown."""
    return f'"{hashlib.blake2b(msgspec.json.encode(shown), digest_size=12).hexdigest()}"'


def validators(etag: str) -> dict[str, str]:
    """The headers with which a client may keep an answer."""
    return {"ETag": etag, "Cache-Control": "private, no-cache"}


def is_known(connection: Connection, etag: str) -> bool:
    """Whether ``If-None-Match`` names the tag, compared weakly, or any."""
    tags = {tag.removeprefix("W/") for tag in _tags(connection, "if-none-match")}
    return not tags.isdisjoint({etag, "*"})


def require_match(connection: Connection, etag: str) -> None:
    """Raise :class:`PreconditionFailed` if there is an ``If-Match`` that does not name the tag, compared strongly."""
    tags = _tags(connection, "if-match")
    if tags and tags.isdisjoint({etag, "*"}):
        raise PreconditionFailed


def _tags(connection: Connection, header: str) -> set[str]:
    # Our own tags have no comma inside.
    lines = connection.headers.getall(header, [])
    return {tag.strip() for line in lines for tag in line.split(",")}
