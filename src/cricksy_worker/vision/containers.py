"""Which containers and codecs are opened, and what one is that is not: its name helps the coach.

FFmpeg tries some four hundred demuxers and five hundred decoders on a file from outside; it gets the few below.
"""

from pathlib import Path
from typing import Final

CODECS: Final = {"h264": "H.264", "hevc": "HEVC", "vp8": "VP8", "vp9": "VP9", "av1": "AV1"}
"""What phones, action cameras and browsers record."""
DECODERS: Final = (*CODECS, "libdav1d", "libvpx-vp9")
"""FFmpeg's names. Without a list it runs other decoders on a few frames when it opens a file, before any check."""
CONTAINERS: Final = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm")
"""FFmpeg's names of its two demuxers for MP4, QuickTime and WebM."""

_STARTS: Final = {
    b"OggS": "Ogg",
    b"FLV\x01": "FLV",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "WMV",
    b"\x00\x00\x01\xba": "MPEG",
    b"\x00\x00\x01\xb3": "MPEG",
    b"GIF8": "GIF",
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n": "PNG",
    b"ID3": "MP3",
    b"fLaC": "FLAC",
    b"DKIF": "IVF",
    b"#EXTM3U": "HLS",
    b"ffconcat": "ffconcat",
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP",
}
_RIFFS: Final = {b"AVI ": "AVI", b"WAVE": "WAV", b"WEBP": "WebP"}
_SYNC, _TS_PACKETS = b"\x47", {188: "MPEG-TS", 192: "MPEG-TS"}
"""Of a transport stream each packet begins with a sync byte; camcorders put four bytes before each (ISO 13818-1)."""


def name_of_other(path: Path) -> str | None:
    """The name of a container that is not among :data:`CONTAINERS`, by its first bytes; ``None`` of what is none.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(600)
    if head[:4] == b"RIFF":
        return _RIFFS.get(head[8:12])
    for start, name in _STARTS.items():
        if head.startswith(start):
            return name
    for length, name in _TS_PACKETS.items():
        first = length - 188
        if head[first : first + 1] == head[first + length : first + length + 1] == _SYNC:
            return name
    return None
