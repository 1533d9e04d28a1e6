"""A contact sheet: the key frames of the film's own action as one picture, with the skeleton and what is said of each.

A coach or a developer sees at once whether a number belongs to what the picture shows.
"""

import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cricksy.analysis.coaching.numbers import SUFFIXES, numbers_of
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray, Track
from cricksy.results.coaching import Finding
from cricksy.results.schema import Results
from cricksy.results.stills import Still, StillsIndex
from cricksy.terminal import DECIMALS

TILE_WIDTH: Final = 420  # px; of one frame
TILE_HEIGHT: Final = 520  # px; of one frame, at most
MARGIN: Final = 1.5  # ratio; of a tile to the largest box of the player in any: room for bat, ball and ground
COLUMNS: Final = 4  # count; of frames in a row
GAP: Final = 16  # px; between tiles, and around them
TITLE_SIZE: Final = 24  # px; of letters
TEXT_SIZE: Final = 16  # px; of letters
LINE: Final = 22  # px; from one line of text to the next
WRAP: Final = 50  # count; letters in a line under a frame
DRAWN_VISIBILITY: Final = 0.5  # ratio; what the model takes for hidden is drawn thinly

_PAPER: Final = "#101418"
_INK: Final = "#f2f4f6"
_FAINT: Final = "#9aa4ad"
SIDES: Final[Mapping[Side, str]] = {Side.LEFT: "#4db8ff", Side.RIGHT: "#ffb347"}
_MIDDLE: Final = "#f2f4f6"
# Pillow's own font has no dash but the hyphen.
_DASHES: Final[dict[int, str]] = dict.fromkeys((0x2013, 0x2014, 0x2212), "-")
_CHAINS: Final = (
    (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST),
    (Joint.HIP, Joint.KNEE, Joint.ANKLE, Joint.HEEL, Joint.TOE, Joint.ANKLE),
    (Joint.SHOULDER, Joint.HIP),
)


Box = tuple[float, float, float, float]


@dataclass(slots=True)
class _Tile:
    """One frame, and what is said of it."""

    frame: int
    t_ms: float
    lines: list[str] = field(default_factory=list[str])


def draw_sheet(results: Results, track: Track, stills: StillsIndex | None, images: Path) -> bytes:
    """A PNG of the events, findings and measures of the film's own action, each frame once, in the order of time.

    ``track``: the landmarks that the results are of. ``images``: the file that ``stills`` is the index of. A frame of
    which no image was kept shows its skeleton alone.

    Raises:
        OSError: The images cannot be read.
    """
    of_frame = {} if stills is None else {still.frame: still for still in stills.items if still.action is not None}
    whole = (0, 0, track.width, track.height) if stills is None else stills.crop
    rows = {int(frame): row for row, frame in enumerate(track.frame)}
    tiles = _tiles(results)
    poses = [track.landmarks[rows[tile.frame]] if tile.frame in rows else None for tile in tiles]
    size = _size(poses, whole)
    drawn = [
        _drawn(tile, pose, _Part(whole, _around(pose, size, whole)), of_frame.get(tile.frame), images)
        for tile, pose in zip(tiles, poses, strict=True)
    ]
    written = io.BytesIO()
    _arranged(_heading(results), drawn).save(written, "PNG", optimize=True)
    return written.getvalue()


def _tiles(results: Results) -> list[_Tile]:
    tiles: dict[int, _Tile] = {}

    def say(frame: int, t_ms: float, line: str) -> None:
        lines = tiles.setdefault(frame, _Tile(frame, t_ms)).lines
        if line not in lines:
            lines.append(line)

    for event in results.pose.pose_summary.events:
        sure = "as given" if event.source == "given" else f"{event.confidence:.0%} sure"
        say(event.frame, event.t_ms, f"{event.name.replace('_', ' ').capitalize()}, {sure}")
    for finding in [*results.findings.findings, *results.findings.strengths]:
        for moment in finding.evidence.moments[:1]:
            say(moment.frame, moment.t_ms, f"{finding.title}: {_value(finding)}")
    named = {one.name: one.named for one in numbers_of({}, results.measures, results.primary_action)}
    for measure in results.measures:
        if measure.action == results.primary_action and measure.name in named:
            line = named[measure.name]
            for moment in measure.moments[-1:]:
                say(moment.frame, moment.t_ms, f"{line[0].upper()}{line[1:]}")
    return sorted(tiles.values(), key=lambda tile: tile.t_ms)


def _value(finding: Finding) -> str:
    found = finding.evidence
    if found.value is None or found.unit is None:
        return finding.code
    decimals = DECIMALS[found.unit]
    error = "" if found.error is None else f" ± {found.error:.{decimals}f}"
    line = "" if found.threshold is None else f", fault line {found.threshold:.{decimals}f}"
    return f"{found.value:.{decimals}f}{error}{SUFFIXES[found.unit]}{line}"


def printable(text: str) -> str:
    """``text`` in letters that the font has."""
    return text.translate(_DASHES)


def _heading(results: Results) -> list[str]:
    summary = results.pose.pose_summary
    player = [summary.handedness and f"{summary.handedness}-handed", summary.discipline, summary.camera_view]
    return [" · ".join(part for part in player if part) or "No action found", results.report.summary]


@dataclass(frozen=True, slots=True)
class _Part:
    """Boxes of left, top, width and height in pixels of the upright frame.

    ``whole``: what the kept image shows. ``shown``: what the tile shows of it.
    """

    whole: Box
    shown: Box


def _size(poses: Sequence[FloatArray | None], whole: Box) -> tuple[float, float]:
    """Width and height of what every tile shows: the player is drawn to one scale."""
    extents = [np.nanmax(xy, axis=0) - np.nanmin(xy, axis=0) for pose in poses if (xy := _seen(pose)) is not None]
    if not extents:
        return whole[2], whole[3]
    width, height = np.max(extents, axis=0) * MARGIN
    height = max(height, width * TILE_HEIGHT / TILE_WIDTH)
    return min(height * TILE_WIDTH / TILE_HEIGHT, whole[2]), min(height, whole[3])


def _around(pose: FloatArray | None, size: tuple[float, float], whole: Box) -> Box:
    """A box of ``size`` around the player, inside ``whole``."""
    xy = _seen(pose)
    if xy is None:
        return whole
    middle = (np.nanmax(xy, axis=0) + np.nanmin(xy, axis=0)) / 2
    left = float(np.clip(middle[0] - size[0] / 2, whole[0], whole[0] + whole[2] - size[0]))
    top = float(np.clip(middle[1] - size[1] / 2, whole[1], whole[1] + whole[3] - size[1]))
    return left, top, *size


def _seen(pose: FloatArray | None) -> FloatArray | None:
    return None if pose is None or not np.isfinite(pose[:, :2]).any() else pose[:, :2]


def _drawn(tile: _Tile, pose: FloatArray | None, part: _Part, still: Still | None, images: Path) -> Image.Image:
    """The player's part of the frame with the skeleton over it, and its text below."""
    left, top, width, height = part.shown
    scale = min(TILE_WIDTH / width, TILE_HEIGHT / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    picture = Image.new("RGB", size, "#20262c")
    if still is not None:
        kept = still.width / part.whole[2], still.height / part.whole[3]
        box = (left - part.whole[0]) * kept[0], (top - part.whole[1]) * kept[1]
        box += box[0] + width * kept[0], box[1] + height * kept[1]
        picture = _image(images, still).resize(size, Image.Resampling.LANCZOS, box)
    if pose is not None:
        _draw_skeleton(ImageDraw.Draw(picture), (pose[:, :2] - (left, top)) * scale, pose[:, 3])
    lines = [line for said in tile.lines for line in textwrap.wrap(printable(said), WRAP)]
    lines += [] if still is not None else ["No picture of this frame was kept"]
    panel = Image.new("RGB", (TILE_WIDTH, size[1] + LINE * (len(lines) + 2)), _PAPER)
    panel.paste(picture, ((TILE_WIDTH - size[0]) // 2, 0))
    draw = ImageDraw.Draw(panel)
    font = ImageFont.load_default(TEXT_SIZE)
    draw.text((0, size[1] + 4), f"Frame {tile.frame}, {tile.t_ms / 1000:.3f} s", _FAINT, font)
    for number, line in enumerate(lines, start=1):
        draw.text((0, size[1] + 4 + LINE * number), line, _INK, font)
    return panel


def _image(images: Path, still: Still) -> Image.Image:
    with images.open("rb") as file:
        file.seek(still.offset)
        return Image.open(io.BytesIO(file.read(still.length))).convert("RGB")


def _draw_skeleton(draw: ImageDraw.ImageDraw, xy: FloatArray, visibility: FloatArray) -> None:
    def bone(first: int, second: int, colour: str) -> None:
        ends = xy[[first, second]]
        if np.isfinite(ends).all():
            seen = visibility[[first, second]].min() >= DRAWN_VISIBILITY
            draw.line([tuple(end) for end in ends.tolist()], colour, 3 if seen else 1)

    for joint in (Joint.SHOULDER, Joint.HIP):
        bone(joint + Side.LEFT, joint + Side.RIGHT, _MIDDLE)
    for side, colour in SIDES.items():
        for chain in _CHAINS:
            for first, second in pairwise(chain):
                bone(first + side, second + side, colour)


def _arranged(heading: Sequence[str], tiles: Sequence[Image.Image]) -> Image.Image:
    width = GAP + COLUMNS * (TILE_WIDTH + GAP)
    title, *texts = heading
    lines = [line for text in texts for line in textwrap.wrap(printable(text), WRAP * COLUMNS)]
    rows = [tiles[start : start + COLUMNS] for start in range(0, len(tiles), COLUMNS)]
    top = GAP + TITLE_SIZE + GAP + LINE * len(lines) + GAP
    height = top + sum(max(tile.height for tile in row) + GAP for row in rows)
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, GAP), title[0].upper() + title[1:], _INK, ImageFont.load_default(TITLE_SIZE))
    for number, line in enumerate(lines):
        draw.text((GAP, GAP + TITLE_SIZE + GAP + LINE * number), line, _FAINT, ImageFont.load_default(TEXT_SIZE))
    for row in rows:
        for column, tile in enumerate(row):
            sheet.paste(tile, (GAP + column * (TILE_WIDTH + GAP), top))
        top += max(tile.height for tile in row) + GAP
    return sheet
