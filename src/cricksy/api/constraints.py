"""What the framework leaves out of the OpenAPI schema of a struct: bounds of items, unknown and missing fields."""

import dataclasses

from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Reference, Schema
from msgspec import inspect

from cricksy.api.validation import AtLeastOne


def constrain(schema: Schema, struct: inspect.StructType) -> None:
    """Make ``schema`` refuse what :mod:`cricksy.api.validation` refuses."""
    if struct.forbid_unknown_fields:
        schema.additional_properties = False
    if issubclass(struct.cls, AtLeastOne):
        schema.min_properties = 1
    properties = schema.properties or {}
    for field in struct.fields:
        described = properties[field.encode_name]
        if isinstance(described, Schema):
            properties[field.encode_name] = described = without_choice(described)
            _constrain_items(described, field.type)
            if field.encode_name.rpartition("_")[2] == "url":
                _mark_as_url(described)


def without_choice(schema: Schema) -> Schema:
    """The schema with its only alternative drawn into it: a field that may be absent has no other."""
    match schema.one_of:
        case [Schema() as only]:
            return _merged(only, schema)
        case _:
            return schema


def without_null(schema: Schema) -> Schema:
    """The schema of a query parameter, which is absent rather than null."""
    schema.one_of = [
        choice for choice in schema.one_of or [] if isinstance(choice, Reference) or choice.type != OpenAPIType.NULL
    ] or None
    return without_choice(schema)


def _merged(inner: Schema, outer: Schema) -> Schema:
    given = {field.name: getattr(outer, field.name) for field in dataclasses.fields(outer)}
    return dataclasses.replace(
        inner, **{name: value for name, value in given.items() if value is not None and name != "one_of"}
    )


def _mark_as_url(schema: Schema) -> None:
    for choice in [schema, *(schema.one_of or [])]:
        if isinstance(choice, Schema) and choice.type == OpenAPIType.STRING:
            choice.format = OpenAPIFormat.URI


def _constrain_items(schema: Schema, kind: inspect.Type) -> None:
    match kind:
        case inspect.Metadata():
            _constrain_items(schema, kind.type)
        case inspect.UnionType():
            arrays = [choice for choice in schema.one_of or [] if isinstance(choice, Schema)]
            lists = [member for member in kind.types if isinstance(member, inspect.ListType)]
            for choice in arrays:
                for member in lists if choice.type == OpenAPIType.ARRAY else []:
                    choice.max_items = member.max_length
                    _constrain_items(choice, member)
        case inspect.ListType() if isinstance(schema.items, Schema):
            _constrain_item(schema.items, kind.item_type)
        case _:
            pass


def _constrain_item(schema: Schema, kind: inspect.Type) -> None:
    match kind:
        case inspect.Metadata():
            _constrain_item(schema, kind.type)
        case inspect.StrType():
            schema.min_length, schema.max_length, schema.pattern = kind.min_length, kind.max_length, kind.pattern
        case inspect.IntType() | inspect.FloatType():
            schema.minimum, schema.maximum = kind.ge, kind.le
        case _:
            pass
