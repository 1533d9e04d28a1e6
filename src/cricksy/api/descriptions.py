"""Brings docstrings into the OpenAPI document: those of msgspec structs and of their fields.

Litestar documents a struct's fields but not the string that follows each of them in the source, so we read the source.
"""

import ast
import inspect
import re
from functools import cache
from types import ModuleType
from typing import Any, Final, cast

import msgspec
from litestar.openapi.spec import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from cricksy.api.constraints import constrain
from cricksy.api.job_examples import AT_LEAST_ONE_FIELD, EXAMPLES

_ROLE: Final = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")


class StructDescriptions(OpenAPISchemaPlugin):
    """Describes the schema that the framework makes of a struct, with an example where there is one.

    Register it before the framework's own plugins.
    """

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        return not field_definition.is_union and field_definition.is_subclass_of(msgspec.Struct)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:  # noqa: ANN401 - its type is private
        """The framework's schema of a struct, with its docstrings, those of its fields, and its constraints."""
        struct: type[msgspec.Struct] = field_definition.annotation
        others = [plugin for plugin in schema_creator.plugins if plugin is not self]
        maker = next(plugin for plugin in others if schema_creator.plugin_supports_field(plugin, field_definition))
        schema: Schema = maker.to_openapi_schema(field_definition, schema_creator)
        schema.description = schema.description or _text(struct.__dict__.get("__doc__"))
        names = {field.name: field.encode_name for field in msgspec.structs.fields(struct)}
        described = {names[name]: words for name, words in field_docstrings(struct).items()}
        constrain(schema, cast("msgspec.inspect.StructType", msgspec.inspect.type_info(struct)))
        for name, member in (schema.properties or {}).items():
            member.description = member.description or described.get(name)
        if struct in EXAMPLES:
            # As JSON: of anything else the framework drops the nulls.
            schema.examples = [msgspec.Raw(msgspec.json.encode(EXAMPLES[struct]))]
        if struct in AT_LEAST_ONE_FIELD:
            schema.min_properties = 1
        return schema


def field_docstrings(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The docstring of each field that has one, in the words of the wire; a subclass's before its base's."""
    found: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        if issubclass(base, msgspec.Struct) and base is not msgspec.Struct:
            found |= _classes_of(inspect.getmodule(base)).get(base.__qualname__, {})
    return found


@cache
def _classes_of(module: ModuleType | None) -> dict[str, dict[str, str]]:
    """The docstrings of fields by name, of every top-level class of ``module``."""
    if module is None:
        return {}
    tree = ast.parse(inspect.getsource(module))
    return {node.name: _fields_of(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields_of(node: ast.ClassDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(docstring))):
                found[name] = _text(docstring) or ""
            case _:
                pass
    return found


def _text(docstring: str | None) -> str | None:
    """A docstring as the reader of an API takes it: no roles of Sphinx, null rather than ``None``."""
    if docstring is None:
        return None
    words = " ".join(inspect.cleandoc(docstring).split())
    return _ROLE.sub(r"`\1`", words).replace("``None``", "null").replace("``", "`")
