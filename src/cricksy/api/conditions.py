"""Entity tags and the conditions of requests on them (RFC 9110 §13), and which coding a client takes (§12.5.3)."""

import hashlib
from typing import Any, Final

import msgspec
from litestar.connection import ASGIConnection

from cricksy.api.problems import PreconditionFailed

_GZIP_TAG: Final = "-gzip"

Connection = ASGIConnection[Any, Any, Any, Any]


def etag_of(shown: object) -> str:
    """A strong entity tag of what is shown."""
    return f'"{hashlib.blake2b(msgspec.json.encode(shown), digest_size=12).hexdigest()}"'


def validators(etag: str) -> dict[str, str]:
    """The headers with which a client may keep an answer."""
    return {"ETag": etag, "Cache-Control": "private, no-cache"}


def gzip_etag(etag: str) -> str:
    """The entity tag of the compressed form: other bytes, so another strong tag."""
    return f'{etag[:-1]}{_GZIP_TAG}"'


def takes_gzip(connection: Connection) -> bool:
    """Whether the client takes gzip, and likes it no less than no encoding (RFC 9110 §12.5.3)."""
    weights: dict[str, float] = {}
    for item in ",".join(connection.headers.getall("accept-encoding", [])).split(","):
        coding, _, parameters = item.partition(";")
        weights[coding.strip().lower()] = _weight(parameters)
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def known_form(connection: Connection, *forms: str) -> str | None:
    """The first of ``forms``, the tags of what could be sent, that ``If-None-Match`` names or that its ``*`` covers."""
    tags = {tag.removeprefix("W/") for tag in _tags(connection, "if-none-match")}
    return next((form for form in forms if form in tags or "*" in tags), None)


def require_match(connection: Connection, *forms: str) -> None:
    """Raise :class:`PreconditionFailed` if there is an ``If-Match`` that names none of ``forms``, compared strongly."""
    tags = _tags(connection, "if-match")
    if tags and tags.isdisjoint({*forms, "*"}):
        raise PreconditionFailed


def _tags(connection: Connection, header: str) -> set[str]:
    # Our own tags have no comma inside.
    lines = connection.headers.getall(header, [])
    return {tag.strip() for line in lines for tag in line.split(",")}
