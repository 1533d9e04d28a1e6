"""Whether a file was cut off: its last part states more bytes than are left.

A container need not state how long it lasts, as those that browsers record do not, and what is left of it plays well.
"""

from pathlib import Path
from typing import BinaryIO, Final

MOST_PARTS: Final = 1_000_000  # count; looked at: ten minutes of one block for each image and sound are a tenth of that

_BOXES: Final = {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"free", b"skip", b"wide", b"udta"}
"""Of MP4 and QuickTime, at the top of the file (ISO 14496-12). Others may be what a phone appends."""
_LARGE_BOX: Final = 1  # 1; a box's length where its true one follows, of 64 bits
_OPEN_BOX: Final = 0  # 1; a box's length where it reaches to the end of the file

_EBML: Final = b"\x1a\x45\xdf\xa3"
_CONTAINERS: Final = {0x18538067, 0x1F43B675}
"""Of WebM and Matroska (RFC 9559), a segment and a cluster: they hold the others, and their size may be unknown."""
_ELEMENTS: Final = _CONTAINERS | {
    *(0x1A45DFA3, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1254C367, 0x1941A469, 0x1043A770),
    *(0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0xBF, 0xEC, 0x5854),
}


def is_cut_off(path: Path) -> bool:
    """Whether the MP4, QuickTime, WebM or Matroska file ends within one of its parts.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        is_matroska = file.read(4) == _EBML
        file.seek(0)
        return _ends_in_element(file, size) if is_matroska else _ends_in_box(file, size)


def _ends_in_box(file: BinaryIO, size: int) -> bool:
    place = 0
    for _ in range(MOST_PARTS):
        file.seek(place)
        header = file.read(16)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if kind not in _BOXES or length == _OPEN_BOX:
            return False
        if length == _LARGE_BOX:
            length = int.from_bytes(header[8:16])
        if place + length > size:
            return True
        if length < len(kind) + 4:
            return False
        place += length
    return False


def _ends_in_element(file: BinaryIO, size: int) -> bool:
    place = 0
    for _ in range(MOST_PARTS):
        file.seek(place)
        header = file.read(12)
        if not header:
            return False
        id_length = _length(header[0])
        size_length = _length(header[id_length]) if len(header) > id_length else 0
        start = id_length + size_length
        if int.from_bytes(header[:id_length]) not in _ELEMENTS:
            return False
        if len(header) < start or not size_length:
            return True
        value_bits = 7 * size_length
        value = int.from_bytes(header[id_length:start]) & ((1 << value_bits) - 1)
        is_container, is_unknown = int.from_bytes(header[:id_length]) in _CONTAINERS, value == (1 << value_bits) - 1
        if not is_unknown and place + start + value > size:
            return True
        if is_unknown and not is_container:
            return False
        is_segment = header[:1] == b"\x18"
        place += start if is_unknown or is_segment else start + value
    return False


def _length(first: int) -> int:
    """Bytes of a number of variable length, by its first one: one more than it has leading zeros."""
    return 9 - first.bit_length()
