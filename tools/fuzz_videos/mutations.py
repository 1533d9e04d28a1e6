"""What may be wrong with a file: each mutation takes sound bytes and a source of chance, and gives malformed ones."""

import random
from collections.abc import Callable
from typing import Final

from tools.fuzz_videos.parts import Part, read, walk, write

Mutation = Callable[[bytes, random.Random], bytes]

_EXTREMES: Final = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_HEADERS: Final = {b"mvhd", b"tkhd", b"mdhd", b"mehd", b"trex", *map(bytes.fromhex, ("2ad7b1", "4489", "e7"))}
"""Durations, time scales and clocks."""
_TABLES: Final = {b"stts", b"ctts", b"stsz", b"stz2", b"stco", b"co64", b"stsc", b"stss", b"elst"} | {
    *(b"tfhd", b"tfdt", b"trun", b"sidx"),
    *map(bytes.fromhex, ("53ac", "f1", "b3")),
}
"""When and where each sample is."""
_PICTURES: Final = {b"stsd", b"tkhd", *map(bytes.fromhex, ("b0", "ba", "54b0", "54ba", "63a2", "86"))}
"""Sizes, codecs and their settings."""
_MEDIA: Final = {b"mdat", *map(bytes.fromhex, ("a3", "a1"))}
_DEEP: Final = 2000


def flip_bits(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 8, 64, 512))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def splice(content: bytes, chance: random.Random) -> bytes:
    """Bytes that are missing, doubled, zero or noise."""
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.choice((1, 16, 256, 4096)))
    amid = chance.choice((b"", content[start:end] * 2, bytes(end - start), chance.randbytes(end - start)))
    return content[:start] + amid + content[end:]


def lie_about_length(content: bytes, chance: random.Random) -> bytes:
    parts = read(content)
    part = _any(parts, chance)
    true = len(part.body) or len(write(part.parts))
    part.lie = chance.choice((0, 1, 7, 8, true - 1, true + 9, true * 2, len(content) * 2, 1 << 31, (1 << 56) - 1))
    return write(parts)


def remove(content: bytes, chance: random.Random) -> bytes:
    parts = read(content)
    siblings, place = chance.choice(list(walk(parts)))
    del siblings[place]
    return write(parts)


def duplicate(content: bytes, chance: random.Random) -> bytes:
    parts = read(content)
    siblings, place = chance.choice(list(walk(parts)))
    siblings[place:place] = [siblings[place].copy() for _ in range(chance.choice((1, 2, 50)))]
    return write(parts)


def swap(content: bytes, chance: random.Random) -> bytes:
    """Two parts in each other's place, of different tracks too."""
    parts = read(content)
    places = list(walk(parts))
    (first, one), (second, other) = chance.choice(places), chance.choice(places)
    first[one], second[other] = second[other].copy(), first[one].copy()
    return write(parts)


def nest(content: bytes, chance: random.Random) -> bytes:
    """A part within parts of the same kind, two thousand deep."""
    parts = read(content)
    siblings, place = chance.choice([(held, at) for held, at in walk(parts) if held[at].parts])
    part = siblings[place]
    inner = write([part])
    for _ in range(_DEEP):
        inner = write([Part(part.name, inner)])
    siblings[place] = Part(part.name, inner)
    return write(parts)


def extreme_clock(content: bytes, chance: random.Random) -> bytes:
    return _extreme(content, chance, _HEADERS)


def extreme_table(content: bytes, chance: random.Random) -> bytes:
    return _extreme(content, chance, _TABLES | _HEADERS)


def extreme_picture(content: bytes, chance: random.Random) -> bytes:
    return _extreme(content, chance, _PICTURES)


def wrong_codec_settings(content: bytes, chance: random.Random) -> bytes:
    parts = read(content)
    part = _any(parts, chance, _PICTURES)
    part.body = flip_bits(part.body or b"\0", chance)
    return write(parts)


def damaged_media(content: bytes, chance: random.Random) -> bytes:
    parts = read(content)
    for _ in range(chance.choice((1, 4, 16))):
        part = _any(parts, chance, _MEDIA)
        part.body = chance.choice((flip_bits, splice, cut))(part.body or b"\0", chance)
    return write(parts)


def empty_samples(content: bytes, chance: random.Random) -> bytes:
    """Samples of no bytes, or blocks that end after their header."""
    parts = read(content)
    for siblings, place in walk(parts):
        part = siblings[place]
        if part.name == b"stsz":
            words = bytearray(part.body)
            for at in range(12, len(words), 4):
                if chance.random() < 0.5:  # noqa: PLR2004 - every other one
                    words[at : at + 4] = bytes(4)
            part.body = bytes(words)
        elif part.name in _MEDIA - {b"mdat"} and chance.random() < 0.5:  # noqa: PLR2004 - the same
            part.body = part.body[:4]
    return write(parts)


def edit_list(content: bytes, chance: random.Random) -> bytes:
    """Edits of a track that lead anywhere; of WebM, which has none, clocks of blocks that jump."""
    parts = read(content)
    tracks = [held[at] for held, at in walk(parts) if held[at].name == b"trak"]
    for track in tracks:
        count = chance.choice((1, 3, 1000))
        # Each: duration, time in the media (of which -1 is an empty edit), rate.
        entries = b"".join(chance.choice(_EXTREMES).to_bytes(4) for _ in range(3 * count))
        track.parts = [part for part in track.parts if part.name != b"edts"]
        track.parts.insert(1, Part(b"edts", parts=[Part(b"elst", bytes(4) + count.to_bytes(4) + entries)]))
    if not tracks:
        for held, at in walk(parts):
            if held[at].name in _MEDIA and chance.random() < 0.5:  # noqa: PLR2004 - every other one
                body = held[at].body
                held[at].body = body[:1] + chance.randbytes(2) + body[3:]
    return write(parts)


MUTATIONS: Final[dict[str, Mutation]] = {
    mutation.__name__: mutation
    for mutation in (
        *(flip_bits, cut, splice, lie_about_length, remove, duplicate, swap, nest, extreme_clock, extreme_table),
        *(extreme_picture, wrong_codec_settings, damaged_media, empty_samples, edit_list),
    )
}


def _any(parts: list[Part], chance: random.Random, names: set[bytes] | None = None) -> Part:
    """A part of one of ``names``, or any where there is none of them."""
    found = [held[at] for held, at in walk(parts)]
    return chance.choice([part for part in found if names and part.name in names] or found)


def _extreme(content: bytes, chance: random.Random, names: set[bytes]) -> bytes:
    """Some numbers of parts of ``names`` are as small or as large as can be, or anything."""
    parts = read(content)
    for _ in range(chance.choice((1, 2, 4))):
        part = _any(parts, chance, names)
        width = min(4, len(part.body)) or 1
        at = chance.randrange(0, max(1, len(part.body) - width + 1), width)
        number = chance.choice((*_EXTREMES, chance.getrandbits(32)))
        part.body = part.body[:at] + (number & ((1 << 8 * width) - 1)).to_bytes(width) + part.body[at + width :]
    return write(parts)
