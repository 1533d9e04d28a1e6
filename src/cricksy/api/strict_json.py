"""Decodes request bodies strictly: only declared JSON, and every failure is a problem with a field."""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from cricksy.api.problems import FieldError, Invalid, UnsupportedMediaType

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_MISSING = re.compile(r"^Object missing required field `(\w+)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(.*)`$", re.DOTALL)


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body must match the type that the route declares.

    Litestar's own decoder accepts ``"15"`` for 15, and answers 500 to invalid UTF-8 and to nesting that is too deep.
    """

    async def json(self) -> Any:  # noqa: ANN401 - as the framework declares it
        """The decoded body. Raises :class:`Invalid`."""
        field = self.route_handler.parsed_data_field
        declared = Any if field is None else field.annotation
        try:
            return msgspec.json.decode(await self.body(), type=declared)
        except msgspec.ValidationError as error:
            raise Invalid(errors=[_field_error(str(error))]) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid(errors=[FieldError("", "The body is not valid JSON.")]) from error


def _field_error(text: str) -> FieldError:
    """Split msgspec's message into what is wrong and where."""
    message = _PLACE.sub("", text)
    place = _PLACE.search(text)
    named = _MISSING.search(message) or _UNKNOWN.search(message)
    fields = [place[1] if place else "", named[1] if named else ""]
    return FieldError(".".join(filter(None, fields)), message)


async def requires_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse a body without a JSON content type, which Litestar would decode all the same."""
    headers = connection.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and media_type != "application/json":
        raise UnsupportedMediaType
