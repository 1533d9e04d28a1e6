"""Stored results of every release, read as results of today's schema.

Results may come to 40 MB, nearly all of it frames. No reader here decodes those: they stay the JSON that they are.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from cricksy.results.schema import Results
from cricksy.results.versions import SCHEMA


class UnreadableResults(Exception):  # noqa: N818 - of what is stored, not of the program
    """Stored results cannot be read. The message says why, for the operator."""


class _Stamp(msgspec.Struct):
    """What has to be known of results to serve them: msgspec skips the rest, 40 MB of it in 50 ms."""

    pose: msgspec.Raw
    schema: int = 1


_STAMP: Final = msgspec.json.Decoder(_Stamp)

# Two levels of JSON; what lies below them stays undecoded.
_Part = dict[str, msgspec.Raw] | list[msgspec.Raw] | str | int | float | bool | None
_PARTS: Final = msgspec.json.Decoder(dict[str, _Part])

_RAW_PARTS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])

# What msgspec raises of bytes that are not JSON, are not UTF-8, or are nested too deep.
_NOT_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def schema_of(stored: bytes) -> int:
    """The number of the schema of stored results: one that this release can read.

    Raises:
        UnreadableResults: See :func:`view`.
    """
    try:
        return _known(_STAMP.decode(stored).schema)
    except _NOT_JSON as error:
        raise UnreadableResults(f"not the JSON of results: {error}") from error


def view(stored: bytes) -> bytes:
    """Stored results as a client of today's API reads them: the bytes as they are, unless their schema is older.

    That they are whole, and of which schema, is told by one pass over them that decodes neither frames nor metrics.

    Raises:
        UnreadableResults: They are not JSON, not results, or of a schema that this release does not know.
    """
    return stored if schema_of(stored) == SCHEMA else msgspec.json.encode(upgrade(parse(stored)))


def without_frames(results: bytes) -> bytes:
    """The JSON of results as :func:`view` returns it, with no ``pose.frames``; nothing else is decoded.

    Raises:
        UnreadableResults: They are not the JSON of results.
    """
    try:
        parts = _RAW_PARTS.decode(results)
        pose = _RAW_PARTS.decode(parts["pose"])
    except (*_NOT_JSON, KeyError) as error:
        raise UnreadableResults(f"not the JSON of results: {error!r}") from error
    without = msgspec.json.encode(pose | {"frames": []})
    return msgspec.json.encode(parts | {"pose": msgspec.Raw(without)})


def parse(stored: bytes) -> dict[str, Any]:
    """The JSON of stored results of any schema, decoded but for ``pose.frames``, which is a :class:`msgspec.Raw`.

    Raises:
        UnreadableResults: It is not JSON, or not an object whose ``pose`` is one.
    """
    try:
        parts = _PARTS.decode(stored)
        raw = {name: _decoded(name, part) for name, part in parts.items()}
    except _NOT_JSON as error:
        raise UnreadableResults(f"not the JSON of results: {error}") from error
    if not isinstance(raw.get("pose"), dict):
        raise UnreadableResults("not results: they have no pose")
    return raw


def upgrade(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Results of any released schema, as :func:`parse` returns them, step by step as those of today's.

    Raises:
        UnreadableResults: Their schema is not known, or they are not as it says.
    """
    upgraded = dict(raw)
    while (number := _known(upgraded.get("schema", 1))) < SCHEMA:
        try:
            upgraded = {"schema": None} | _STEPS[number](upgraded) | {"schema": number + 1}
        except (KeyError, TypeError, AttributeError) as error:
            raise UnreadableResults(f"not as schema {number} has results: {error!r}") from error
    return upgraded


def read(stored: bytes) -> Results:
    """Stored results of any schema, decoded with their frames: for a report, not for the API.

    Raises:
        UnreadableResults: See :func:`view`; or a part of them is not as today's schema says.
    """
    try:
        return msgspec.json.decode(view(stored), type=Results)
    except _NOT_JSON as error:
        raise UnreadableResults(f"not as schema {SCHEMA} has results: {error}") from error


def _known(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise UnreadableResults(f"schema {number!r} is no number of a schema")
    if number > SCHEMA:
        raise UnreadableResults(f"schema {number} is newer than this release, which reads up to {SCHEMA}")
    return number


def _decoded(name: str, part: _Part) -> Any:  # noqa: ANN401 - any JSON
    decode = msgspec.json.decode
    if isinstance(part, list):
        return [decode(item) for item in part]
    if isinstance(part, dict):
        return {key: item if (name, key) == ("pose", "frames") else decode(item) for key, item in part.items()}
    return part


# A step is frozen with the schema that it leads to: it names no constant of today's analysis.

_JUDGED_FROM_2: Final = 0.35  # confidence below which schema 2 publishes no score


def _from_1(raw: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 gave values that are too unsure to be judged a score all the same, and no reason."""
    return raw | {"metrics": {name: _judged(metric) for name, metric in raw.get("metrics", {}).items()}}


def _judged(metric: dict[str, Any]) -> dict[str, Any]:
    if metric.get("score") is None or metric.get("confidence", 0.0) >= _JUDGED_FROM_2:
        return metric
    return metric | {"score": None, "reason": "Measured, but too unsure to be judged.", "worst": []}


_STEPS: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _from_1}
"""By the number that each starts from; it leads to the next one."""
