"""A video file as the tree that its container is: the boxes of MP4 and QuickTime, the elements of WebM."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final


@dataclass(slots=True)
class Part:
    """``name``: of a box its four letters, of an element its identifier. Either ``body`` or ``parts`` is empty."""

    name: bytes
    body: bytes = b""
    parts: "list[Part]" = field(default_factory=list["Part"])
    lie: int | None = None
    """A length to state in the place of the true one."""

    def copy(self) -> "Part":
        return Part(self.name, self.body, [part.copy() for part in self.parts], self.lie)


def walk(parts: "list[Part]") -> "Iterator[tuple[list[Part], int]]":
    """Each part of the tree, as the list that holds it and its place there."""
    for place, part in enumerate(parts):
        yield parts, place
        yield from walk(part.parts)


_BOXES_OF_BOXES: Final = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta", b"dinf", b"mvex", b"moof"} | {
    b"traf"
}
_EBML: Final = b"\x1a\x45\xdf\xa3"
_ELEMENTS_OF_ELEMENTS: Final = {
    bytes.fromhex(name)
    for name in ("1a45dfa3", "18538067", "1549a966", "1654ae6b", "ae", "e0", "1f43b675", "a0", "1c53bb6b", "bb", "b7")
}


def read(content: bytes) -> list[Part]:
    """The parts of a sound file."""
    return _read_elements(content) if content.startswith(_EBML) else _read_boxes(content)


def write(parts: list[Part]) -> bytes:
    return b"".join(_write_element(part) if _is_element(part) else _write_box(part) for part in parts)


def _is_element(part: Part) -> bool:
    """An identifier begins with its length in its first set bit; four letters do not, but for very rare ones."""
    return len(part.name) < 4 or part.name[0] < 0x20  # noqa: PLR2004 - a box's name is four letters, none before a space


def _read_boxes(content: bytes) -> list[Part]:
    parts: list[Part] = []
    place = 0
    while place + 8 <= len(content):
        length, name = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        header = 8
        if length == 1:
            length, header = int.from_bytes(content[place + 8 : place + 16]), 16
        end = place + length if length else len(content)
        body = content[place + header : end]
        parts.append(Part(name, parts=_read_boxes(body)) if name in _BOXES_OF_BOXES else Part(name, body))
        place = max(end, place + 8)
    return parts


def _write_box(part: Part) -> bytes:
    body = part.body or write(part.parts)
    length = 8 + len(body) if part.lie is None else part.lie
    return (length & 0xFFFFFFFF).to_bytes(4) + part.name + body


def _read_elements(content: bytes) -> list[Part]:
    parts: list[Part] = []
    place = 0
    while place < len(content):
        name_length = 9 - content[place].bit_length()
        name = content[place : place + name_length]
        place += name_length
        size_length = 9 - content[place].bit_length()
        size = int.from_bytes(content[place : place + size_length]) & ((1 << 7 * size_length) - 1)
        place += size_length
        if size == (1 << 7 * size_length) - 1:
            size = len(content) - place
        body = content[place : place + size]
        parts.append(Part(name, parts=_read_elements(body)) if name in _ELEMENTS_OF_ELEMENTS else Part(name, body))
        place += size
    return parts


def _write_element(part: Part) -> bytes:
    body = part.body or write(part.parts)
    size = len(body) if part.lie is None else part.lie & ((1 << 56) - 1)
    return part.name + (1 << 56 | size).to_bytes(8) + body
