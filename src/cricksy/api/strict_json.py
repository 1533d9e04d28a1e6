"""Decodes request bodies strictly: only declared JSON, and every failure is a problem that names its fields."""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from cricksy.api.parameters import invalid_parameters
from cricksy.api.problems import FieldError, Invalid, UnsupportedMediaType
from cricksy.api.validation import read_json

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body must match the type that the route declares.

    Litestar's own decoder accepts ``"15"`` for 15, and answers 500 to invalid UTF-8 and to nesting that is too deep.
    """

    async def json(self) -> Any:  # noqa: ANN401 - as the framework declares it
        """The decoded body. Raises :class:`Invalid` with all that is wrong with it and with the parameters."""
        field = self.route_handler.parsed_data_field
        value = _decoded(await self.body())
        if field is None:
            return value
        body, errors = read_json(field.annotation, value)
        errors = invalid_parameters(self) + errors
        if errors:
            raise Invalid(errors=errors)
        return body


def _decoded(body: bytes) -> object:
    """The JSON of ``body``; the last of equal names counts. Raises :class:`Invalid`."""
    if not body:
        raise Invalid(errors=[FieldError("", "The body is missing.")])
    try:
        return msgspec.json.decode(body)
    except msgspec.ValidationError as error:
        raise Invalid(errors=[FieldError("", "The body has a number that is out of range.")]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(errors=[FieldError("", "The body is not valid JSON.")]) from error


async def requires_json(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse a body that is not plain JSON in UTF-8, which Litestar would decode all the same."""
    headers = connection.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if not has_body:
        return
    content_type = headers.get("content-type", "")
    charset = _CHARSET.search(content_type)
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType("Send the body in UTF-8.")
    if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        # RFC 9110 §15.5.16: the header says that the coding is the reason.
        raise UnsupportedMediaType("Send the body without Content-Encoding.", headers={"Accept-Encoding": "identity"})
