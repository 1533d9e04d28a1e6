"""Gzip that is put into a longer gzip without being decompressed, as any client reads it."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis.strategies import binary

from cricksy.gzipped import compress, decompress, wrap


@given(before=binary(max_size=300), content=binary(max_size=3000), after=binary(max_size=300))
def test_what_is_wrapped_is_one_member_with_the_whole_content(before: bytes, content: bytes, after: bytes) -> None:
    compressed = compress(content)
    assert gzip.decompress(compressed) == decompress(compressed) == content
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert reader.decompress(b"".join(wrap(before, compressed, after))) == before + content + after
    # Browsers, curl and httpx read no second member.
    assert (reader.eof, reader.unused_data) == (True, b"")


def test_a_large_content_is_handed_through_as_a_view_of_itself() -> None:
    content = bytes(range(256)) * 20_000
    compressed = compress(content)
    parts = wrap(b'{"results":', compressed, b"}")
    [middle] = [part for part in parts if isinstance(part, memoryview)]
    assert middle.obj is compressed
    assert sum(map(len, parts)) - len(middle) < 100
    assert decompress(b"".join(parts)) == b'{"results":' + content + b"}"


@pytest.mark.parametrize("damage", ["cut", "flipped", "appended"])
def test_damage_is_noticed(damage: str) -> None:
    whole = compress(b"a" * 1000 + b"b" * 1000)
    damaged = {
        "cut": whole[:-9],
        "flipped": whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:],
        "appended": whole + b"x",
    }[damage]
    with pytest.raises(zlib.error):
        decompress(damaged)
