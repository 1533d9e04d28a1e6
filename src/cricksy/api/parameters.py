"""Checks path and query parameters before a handler runs: ids in one form, no unknown name, every fault at once."""

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Annotated, Any, Final, get_args
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter
from litestar.typing import FieldDefinition

from cricksy.api.problems import FieldError, Invalid, NotFound
from cricksy.api.segments import segments_of, with_true_text
from cricksy.api.validation import check_text

_KINDS: Final = "query_kinds"
_ERRORS: Final = "invalid_parameters"
_CONSTRAINTS: Final = ("ge", "le", "min_length", "max_length", "pattern")

Connection = ASGIConnection[Any, Any, Any, Any]


async def requires_valid_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """Guard of every route. Raises :class:`NotFound` for the path, :class:`Invalid` for the query.

    Where a body follows, the errors of the query wait for those of the body: see :func:`invalid_parameters`.
    """
    _require_one_form(connection)
    if connection.scope["type"] != "http" or connection.scope["method"] == "OPTIONS":
        return
    errors = _errors(connection, _kinds(handler))
    if errors and handler.parsed_fn_signature.parameters.get("data") is None:
        raise Invalid(errors=errors)
    connection.scope["state"][_ERRORS] = errors


def invalid_parameters(connection: Connection) -> list[FieldError]:
    """The errors of the query that the guard found."""
    return connection.scope["state"].get(_ERRORS, [])


def _require_one_form(connection: Connection) -> None:
    """The framework ignores empty segments, and reads a UUID in any case, with braces, or without dashes."""
    segments = segments_of(connection.scope["raw_path"])[1:]
    ids = [value for value in connection.path_params.values() if isinstance(value, UUID)]
    if "" in segments or any(str(value) not in segments for value in ids):
        raise NotFound
    # Not changed in place: the framework keeps the parameters of a path for the next request of it.
    connection.scope["path_params"] = with_true_text(connection)


def _kinds(handler: BaseRouteHandler) -> Mapping[str, tuple[msgspec.inspect.Type, bool]]:
    """The type of each query parameter of a handler, and whether it is required."""
    if _KINDS not in handler.opt:
        handler.opt[_KINDS] = {
            definition.name or name: (_kind(field, definition), field.is_required)
            for name, field in _parameters(handler)
            if isinstance(definition := field.kwarg_definition, QueryParameter)
        }
    return handler.opt[_KINDS]


def _parameters(handler: BaseRouteHandler) -> Iterator[tuple[str, FieldDefinition]]:
    """The parameters of a handler, and those of the dependencies that it names."""
    provided = handler.resolve_dependencies()
    for name, field in handler.parsed_fn_signature.parameters.items():
        yield name, field
        if name in provided:
            yield from provided[name].parsed_fn_signature.parameters.items()


def _kind(field: FieldDefinition, definition: QueryParameter) -> msgspec.inspect.Type:
    constraints = {name: value for name in _CONSTRAINTS if (value := getattr(definition, name)) is not None}
    # msgspec constrains a member of a union; of the union itself it knows no bounds.
    (declared,) = set(get_args(field.annotation) if field.is_optional else [field.annotation]) - {NoneType}
    return msgspec.inspect.type_info(Annotated[declared, msgspec.Meta(**constraints)])


def _errors(connection: Connection, kinds: Mapping[str, tuple[msgspec.inspect.Type, bool]]) -> list[FieldError]:
    errors: list[FieldError] = []
    given = connection.query_params
    for name in given:
        values = given.getall(name)
        if name not in kinds:
            errors.append(FieldError(name, "unknown parameter"))
        elif len(values) > 1:
            errors.append(FieldError(name, "must be given once"))
        else:
            errors += check_text(kinds[name][0], values[0], name)
    return errors + [
        FieldError(name, "required") for name, (_, required) in kinds.items() if required and name not in given
    ]
