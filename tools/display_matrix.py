"""Display matrices: how a player turns and mirrors the images of an MP4, which stay as they are."""

import struct
from pathlib import Path

Matrix = tuple[float, float, float, float]
"""a, b, c, d of a display matrix: a stored point (p, q), y down, is shown at (a·p + c·q, b·p + d·q)."""

PLAIN: Matrix = (1, 0, 0, 1)
MATRICES: dict[tuple[int, bool], Matrix] = {
    (0, False): PLAIN,
    (90, False): (0, 1, -1, 0),
    (180, False): (-1, 0, 0, -1),
    (270, False): (0, -1, 1, 0),
    (0, True): (-1, 0, 0, 1),
    (90, True): (0, 1, 1, 0),
    (180, True): (1, 0, 0, -1),
    (270, True): (0, -1, -1, 0),
}
"""By the turn clockwise in degrees, and whether left and right are exchanged after it."""

_MATRIX_OF_TRACK = 44  # bytes from the name of an MP4's track header, version 0, to its matrix


def with_matrix(film: Path, matrix: Matrix, *, last: int = 1 << 30, target: Path | None = None) -> Path:
    """The MP4 ``film`` with this display matrix in every track header; ``last`` is its ninth number.

    Written to ``target``, or in its place.
    """
    content = bytearray(film.read_bytes())
    a, b, c, d = (round(number * 65536) for number in matrix)
    place = content.find(b"tkhd")
    while place >= 0:
        struct.pack_into(">9i", content, place + _MATRIX_OF_TRACK, a, b, 0, c, d, 0, 0, 0, last)
        place = content.find(b"tkhd", place + 1)
    written = film if target is None else target
    written.write_bytes(content)
    return written
