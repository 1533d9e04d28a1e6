"""Checks values against a declared type and reports every fault at once, in a client's words.

msgspec stops at the first fault and words it for a Python programmer. So we walk its description of the type ourselves.
"""

import re
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import inspect

from cricksy.api.problems import FieldError

MAX_ERRORS: Final = 100
"""A body of 1 MB could have a million faults. More than these help nobody."""

NO_NUL: Final = r"^[^\x00]*$"
"""Pattern of a text that PostgreSQL can hold: any character but NUL."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})(\.0+)?", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?", re.ASCII)
_PLACE: Final = re.compile(r" - at `\$\.?(.*)`$", re.DOTALL)
_TRUTH: Final = {"true": True, "false": False}


class AtLeastOne(msgspec.Struct, frozen=True, kw_only=True):
    """Base of a body in which every field is optional and at least one is required."""


def read_uuid(text: str) -> UUID:
    """Read a UUID in the one form of the API: lower case with dashes. Raises :class:`ValueError` for any other."""
    if not _UUID.fullmatch(text):
        raise ValueError(text)
    return UUID(text)


def read_json(declared: Any, value: object) -> tuple[Any, list[FieldError]]:  # noqa: ANN401 - an instance of ``declared``
    """Convert decoded JSON to ``declared``. If any error is returned, the value is not usable.

    As in JSON Schema, 15.0 is a whole number. A :class:`ValueError` of a struct's ``__post_init__``, which sees fields
    together, is an error too. Raises :class:`TypeError` for a type that no body has so far.
    """
    reader = _Reader()
    plain = reader.read(_described(declared), value, "")
    if reader.errors:
        return None, reader.errors
    try:
        return msgspec.convert(plain, declared), []
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        return None, [FieldError(place[1] if place else "", _PLACE.sub("", str(error)))]


def check_text(kind: inspect.Type, text: str, name: str) -> list[FieldError]:
    """Check a query parameter, which is text whatever its type is."""
    reader = _Reader()
    reader.read(kind, _from_text(kind, text), name)
    return reader.errors


@cache
def _described(declared: Any) -> inspect.Type:  # noqa: ANN401 - any type
    return inspect.type_info(declared)


def _from_text(kind: inspect.Type, text: str) -> object:
    match kind:
        case inspect.UnionType():
            return _from_text(_non_null(kind), text)
        case inspect.Metadata():
            return _from_text(kind.type, text)
        case inspect.IntType() if _WHOLE.fullmatch(text):
            return int(text.partition(".")[0])
        case inspect.FloatType() if _DECIMAL.fullmatch(text):
            return float(text)
        case inspect.BoolType():
            return _TRUTH.get(text, text)
        case _:
            return text


def _non_null(kind: inspect.UnionType) -> inspect.Type:
    others = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
    if len(others) != 1:
        message = f"a union of {others} cannot be checked"
        raise TypeError(message)
    return others[0]


class _Reader:
    """Collects the errors of one value and of all values in it."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def read(self, kind: inspect.Type, value: Any, place: str, words: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """The value with whole numbers as integers. ``words`` say what a pattern means."""
        match kind:
            case inspect.Metadata():
                extra: dict[str, str] = msgspec.structs.asdict(kind)["extra"] or {}
                return self.read(kind.type, value, place, extra.get("words", words))
            case inspect.UnionType():
                return None if value is None else self.read(_non_null(kind), value, place, words)
            case inspect.StructType() | inspect.ListType() | inspect.DictType():
                return self._container(kind, value, place)
            case inspect.StrType():
                self._text(kind, value, place, words)
            case inspect.IntType() if _is_whole(value):
                self._require(_in_range(kind, value), place, kind)
                return int(value)
            case _:
                self._require(_fits(kind, value), place, kind)
        return value

    def _container(
        self, kind: inspect.StructType | inspect.ListType | inspect.DictType, value: object, place: str
    ) -> object:
        match kind:
            case inspect.StructType():
                return self._struct(kind, value, place)
            case inspect.ListType():
                return self._list(kind, value, place)
            case inspect.DictType():
                return self._dict(kind, value, place)

    def _struct(self, kind: inspect.StructType, value: Any, place: str) -> Any:  # noqa: ANN401 - JSON
        if not self._require(isinstance(value, dict), place, "an object"):
            return value
        fields = {field.encode_name: field for field in kind.fields}
        read: dict[str, Any] = {}
        for name, member in value.items():
            if name in fields:
                read[name] = self.read(fields[name].type, member, _join(place, name))
            elif kind.forbid_unknown_fields:
                self._add(_join(place, name), "unknown field")
        for name, field in fields.items():
            if field.required and name not in value:
                self._add(_join(place, name), "required")
        if issubclass(kind.cls, AtLeastOne) and not value:
            self._add(place, f"must have at least one of {', '.join(fields)}")
        return read

    def _list(self, kind: inspect.ListType, value: Any, place: str) -> Any:  # noqa: ANN401 - JSON
        wanted = _with_range("a list", kind.min_length, kind.max_length, "items")
        if not self._require(isinstance(value, list), place, wanted):
            return value
        if not self._require(_has_length(kind, value), place, wanted):
            return value
        return [self.read(kind.item_type, item, f"{place}[{index}]") for index, item in enumerate(value)]

    def _dict(self, kind: inspect.DictType, value: Any, place: str) -> Any:  # noqa: ANN401 - JSON
        if not self._require(isinstance(value, dict), place, "an object"):
            return value
        return {name: self.read(kind.value_type, member, _join(place, name)) for name, member in value.items()}

    def _text(self, kind: inspect.StrType, value: Any, place: str, words: str | None) -> None:  # noqa: ANN401 - JSON
        if self._require(isinstance(value, str) and _has_length(kind, value), place, words or kind):
            if kind.pattern == NO_NUL and "\x00" in value:
                self._add(place, "must not contain the character NUL")
            elif kind.pattern is not None and not re.search(kind.pattern, value):
                self._add(place, f"must be {words}" if words else f"must match {kind.pattern}")

    def _require(self, holds: bool, place: str, wanted: str | inspect.Type) -> bool:  # noqa: FBT001 - reads as a sentence
        if not holds:
            self._add(place, f"must be {wanted if isinstance(wanted, str) else _wanted(wanted)}")
        return holds

    def _add(self, place: str, message: str) -> None:
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(FieldError(place, message))


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _is_whole(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _fits(kind: inspect.Type, value: Any) -> bool:  # noqa: ANN401 - JSON
    match kind:
        case inspect.AnyType():
            return True
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.FloatType():
            return isinstance(value, (int, float)) and not isinstance(value, bool) and _in_range(kind, value)
        case inspect.EnumType() | inspect.LiteralType():
            return isinstance(value, str) and value in _members(kind)
        case inspect.UUIDType() | inspect.DateType():
            return isinstance(value, str) and _has_form(kind, value)
        case _:
            # A whole number would have been read before.
            return False


def _has_form(kind: inspect.UUIDType | inspect.DateType, text: str) -> bool:
    if isinstance(kind, inspect.UUIDType):
        return _UUID.fullmatch(text) is not None
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def _wanted(kind: inspect.Type) -> str:
    match kind:
        case inspect.StrType():
            return _with_range("text", kind.min_length, kind.max_length, "characters")
        case inspect.IntType():
            return _with_range("a whole number", kind.ge, kind.le)
        case inspect.FloatType():
            return _with_range("a number", kind.ge, kind.le)
        case inspect.BoolType():
            return "true or false"
        case inspect.EnumType() | inspect.LiteralType():
            return f"one of {', '.join(_members(kind))}"
        case inspect.UUIDType() | inspect.DateType():
            return "a UUID in lower case with dashes" if isinstance(kind, inspect.UUIDType) else "a day as 2026-11-28"
        case _:
            message = f"{kind} cannot be checked"
            raise TypeError(message)


def _members(kind: inspect.EnumType | inspect.LiteralType) -> list[str]:
    if isinstance(kind, inspect.EnumType):
        return [str(member.value) for member in kind.cls]
    return [str(value) for value in kind.values]


def _with_range(noun: str, low: float | None, high: float | None, unit: str = "") -> str:
    """``a whole number from 1 to 60``, ``text of 1 to 200 characters``."""
    opening, closing = ("of ", f" {unit}") if unit else ("from ", "")
    match low, high:
        case None, None:
            return noun
        case None, _:
            return f"{noun} of at most {high}{closing}"
        case _, None:
            return f"{noun} of at least {low}{closing}"
        case _ if low == high:
            return f"{noun} of exactly {low}{closing}"
        case _:
            return f"{noun} {opening}{low} to {high}{closing}"


def _in_range(kind: inspect.IntType | inspect.FloatType, value: float) -> bool:
    return (kind.ge is None or value >= kind.ge) and (kind.le is None or value <= kind.le)


def _has_length(kind: inspect.StrType | inspect.ListType, value: str | list[Any]) -> bool:
    return (kind.min_length or 0) <= len(value) and (kind.max_length is None or len(value) <= kind.max_length)
