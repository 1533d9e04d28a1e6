"""Gzip whose content can be put into a longer gzip without being decompressed.

:func:`compress` ends its DEFLATE blocks on a byte and adds an empty last block. What lies between header and that block
is then a run of whole blocks, and :func:`wrap` writes other blocks before and after it. The outcome is one member of
RFC 1952, which every client reads; of several members in a row browsers, curl and httpx read the first alone.
"""

import zlib
from functools import lru_cache
from struct import Struct
from typing import Final

Bytes = bytes | memoryview

LEVEL: Final = 5

# RFC 1952 §2.3: magic, DEFLATE, no flags, no time, no extra flags, unknown system.
_HEADER: Final = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255))
_LAST_BLOCK: Final = b"\x03\x00"
"""An empty one, with fixed codes (RFC 1951 §3.2.6)."""
_TRAILER: Final = Struct("<LL")
"""CRC-32 of the content, and its length modulo 2³²."""
_AFTER_BLOCKS: Final = len(_LAST_BLOCK) + _TRAILER.size
_LENGTHS: Final = 1 << 32


def compress(data: Bytes, level: int = LEVEL) -> bytes:
    """``data`` as gzip that :func:`wrap` takes. The same bytes give the same gzip: it holds no time."""
    content = memoryview(data)
    trailer = _TRAILER.pack(zlib.crc32(content), content.nbytes % _LENGTHS)
    return b"".join((_HEADER, *_blocks(content, level), _LAST_BLOCK, trailer))


def decompress(data: Bytes) -> bytes:
    """The content of one gzip member.

    Raises:
        zlib.error: It is not one, or it is damaged.
    """
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    content = reader.decompress(data)
    if not reader.eof or reader.unused_data:
        raise zlib.error("not one whole gzip member")
    return content


def wrap(before: bytes, compressed: bytes, after: bytes) -> tuple[Bytes, ...]:
    """Gzip of ``before``, the content of ``compressed`` and ``after``, in parts to be sent one after another.

    ``compressed`` is of :func:`compress`. The part with its content is a view, not a copy.
    """
    middle_crc, middle_length = _TRAILER.unpack_from(compressed, len(compressed) - _TRAILER.size)
    crc = _joined(zlib.crc32(before), middle_crc, middle_length)
    crc = _joined(crc, zlib.crc32(after), len(after))
    trailer = _TRAILER.pack(crc, (len(before) + middle_length + len(after)) % _LENGTHS)
    return (
        b"".join((_HEADER, *_blocks(before, LEVEL))),
        memoryview(compressed)[len(_HEADER) : -_AFTER_BLOCKS],
        b"".join((*_blocks(after, LEVEL), _LAST_BLOCK, trailer)),
    )


def _blocks(data: Bytes, level: int) -> tuple[bytes, bytes]:
    """``data`` as whole DEFLATE blocks, none of them the last, that end on a byte."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(data), deflate.flush(zlib.Z_SYNC_FLUSH)


def _joined(first: int, second: int, second_length: int) -> int:
    """CRC-32 of two contents in a row, from that of each. Source: zlib's ``crc32_combine``."""
    return _product(_power(8 * second_length), first) ^ second


# Polynomials over GF(2) modulo CRC-32's, as zlib writes them: the highest bit is the coefficient of x⁰.
_POLYNOMIAL: Final = 0xEDB88320
_ONE: Final = 1 << 31
_X: Final = 1 << 30


def _product(a: int, b: int) -> int:
    product = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = b >> 1 ^ _POLYNOMIAL if b & 1 else b >> 1
    return product


@lru_cache(maxsize=1024)
def _power(exponent: int) -> int:
    """The polynomial x to the power of ``exponent``."""
    power, square = _ONE, _X
    while exponent:
        if exponent & 1:
            power = _product(square, power)
        square = _product(square, square)
        exponent >>= 1
    return power
