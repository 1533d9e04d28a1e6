"""Stills: frames that the passes decode anyway, kept as JPEGs one after another in one file.

A page that steps through an action shows them: seeking a video in a browser shows a wrong frame now and then.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import structlog
from numpy.typing import NDArray

from cricksy.analysis.track import FloatArray
from cricksy.results.stills import Still, StillsIndex
from cricksy_worker.vision.frames import SourceFrame
from cricksy_worker.vision.regions import WHOLE, around
from cricksy_worker.vision.sampling import Sampler

log = structlog.stdlib.get_logger()

ACTION_WIDTH: Final = 960  # px; of an action's image at most
OVERVIEW_SIDE: Final = 480  # px; longer side of an evenly spaced image at most
OVERVIEW_IMAGES: Final = 60  # count; the most images of the overview
OVERVIEW_FPS: Final = 2.0  # fps; and of a shorter video no more than so many a second
QUALITY: Final = 72  # 1; JPEG's quality: some 65 kB an image at full width
MARGIN: Final = 0.35  # ratio; of the player's height, added on every side: bat, ball and ground are outside the body
ACTION_IMAGES: Final = 120  # count; the most images of several actions together: as many as of a long single one
KEY_SHARE: Final = 0.75  # ratio; of an action's images, that follow each other around its key event, frame by frame
BEFORE_KEY: Final = 0.7  # ratio; of these, before it: a delivery and a stroke end with their key event

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _View:
    """What the images of an action show.

    ``frame``: width and height of the upright frame. ``crop``: x, y, width and height in its pixels.
    ``size``: width and height of the images.
    """

    frame: tuple[int, int]
    crop: tuple[int, int, int, int]
    size: tuple[int, int]


class Stills:
    """Collects the images of one video in ``file``; what cannot be kept is a warning, never an error."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._items: list[Still] = []
        self._offset = 0
        self._view: _View | None = None
        self._overview: Sampler | None = None
        self._overviews = 0
        self._whole: tuple[int, int] = (0, 0)
        self._is_broken = False
        self._most: int | None = None
        self._action = -1
        self._begun = 0, 0
        self._wanted: set[int] | None = None

    def expect_size(self, size: tuple[int, int]) -> None:
        """Say the width and height of the video's upright frames."""
        self._whole = size

    def expect_overview(self, duration_ms: float) -> None:
        """Keep evenly spaced images of a video that is about so long."""
        self._overview = Sampler(min(OVERVIEW_FPS, OVERVIEW_IMAGES * 1000 / max(duration_ms, 1.0)))

    def see_whole(self, frame: SourceFrame, image: Image) -> None:
        """Keep the frame in the overview, if it is due. ``image``: of :meth:`SourceFrame.pixels`."""
        if self._overview is None or self._overviews == OVERVIEW_IMAGES or not self._overview.takes(frame.t_ms):
            return
        self._overviews += 1
        height, width = image.shape[:2]
        scale = min(1.0, OVERVIEW_SIDE / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        self._add(frame, None, image, size)

    def expect_action(self, size: tuple[int, int], boxes: Sequence[FloatArray], actions: int = 1) -> None:
        """Say where the player is: ``boxes`` (4,) of left, top, right, bottom, in pixels of a frame of ``size``.

        Several ``actions`` share the number of images that one may have.
        """
        width, height = size
        self._most = None if actions <= 1 else ACTION_IMAGES // actions
        region = WHOLE
        if boxes:
            all_boxes = np.stack(boxes)
            margin = MARGIN * float(np.median(all_boxes[:, 3] - all_boxes[:, 1]))
            region = around(all_boxes, width, height, margin)
        left, top = int(region.left * width), int(region.top * height)
        right, bottom = round(region.right * width), round(region.bottom * height)
        crop = (left, top, max(1, right - left), max(1, bottom - top))
        self._view = _View(size, crop, crop[2:])

    def begin_action(self, frames: Sequence[int], share: float) -> None:
        """The next images are of another action, read on ``frames``; its key event is about that ``share`` of them on.

        Of more frames than may be kept, most of those kept are around the key event, and the others far apart.
        """
        self._action += 1
        self._begun = len(self._items), self._offset
        self._wanted = None if self._most is None else _key_frames(frames, share, self._most)

    def forget_action(self) -> None:
        """What was kept since the last beginning shows no action."""
        count, self._offset = self._begun
        del self._items[count:]
        self._action -= 1
        if self._file.exists() and not self._is_broken:
            os.truncate(self._file, self._offset)

    def see_action(self, frame: SourceFrame, image: Image) -> None:
        """Keep the player's part of the frame. ``image``: of :meth:`SourceFrame.pixels`."""
        view = self._view
        if view is None or not self._wants(frame):
            return
        across, down = image.shape[1] / view.frame[0], image.shape[0] / view.frame[1]
        x, y, width, height = view.crop
        left, top = round(x * across), round(y * down)
        shown = image[top : max(top + 1, round((y + height) * down)), left : max(left + 1, round((x + width) * across))]
        if not self._has_action():
            scale = min(1.0, ACTION_WIDTH / shown.shape[1])
            size = max(1, round(shown.shape[1] * scale)), max(1, round(shown.shape[0] * scale))
            self._view = view = _View(view.frame, view.crop, size)
        self._add(frame, self._action, shown, view.size)

    def repeat_action(self, frame: SourceFrame) -> None:
        """Keep a frame that shows the image of the frame before once more: without a JPEG of its own."""
        if self._has_action() and self._wants(frame) and self._items[-1].action == self._action:
            before = self._items[-1]
            self._append(
                frame, self._action, before.offset, before.length, (before.width, before.height), is_repeated=True
            )

    def index(self) -> StillsIndex | None:
        """What the file holds; ``None`` where it holds nothing, or could not be written."""
        if self._is_broken or not self._items:
            return None
        if self._view is None or not self._has_action():
            whole = (0, 0, *self._whole)
            last = self._items[-1]
            return StillsIndex(width=last.width, height=last.height, crop=whole, items=self._items)
        width, height = self._view.size
        return StillsIndex(width=width, height=height, crop=self._view.crop, items=self._items)

    def _wants(self, frame: SourceFrame) -> bool:
        return self._wanted is None or frame.index in self._wanted

    def _has_action(self) -> bool:
        return bool(self._items) and self._items[-1].action is not None

    def _add(self, frame: SourceFrame, action: int | None, image: Image, size: tuple[int, int]) -> None:
        if self._is_broken:
            return
        try:
            jpeg = _jpeg(image, size)
            with self._file.open("ab") as file:
                file.write(jpeg)
        except (OSError, cv2.error) as error:
            self._is_broken = True
            log.warning("stills_not_kept", frame=frame.index, error=str(error))
            return
        self._append(frame, action, self._offset, len(jpeg), size)
        self._offset += len(jpeg)

    def _append(  # noqa: PLR0913 - the fields of an item
        self,
        frame: SourceFrame,
        action: int | None,
        offset: int,
        length: int,
        size: tuple[int, int],
        *,
        is_repeated: bool = False,
    ) -> None:
        self._items.append(
            Still(
                frame=frame.index,
                t_ms=frame.t_ms,
                action=action,
                offset=offset,
                length=length,
                repeated=is_repeated,
                width=size[0],
                height=size[1],
            )
        )


def _key_frames(frames: Sequence[int], share: float, most: int) -> set[int]:
    """No more than ``most`` of ``frames``, most of them around that ``share`` of all."""
    if len(frames) <= most:
        return set(frames)
    near = round(KEY_SHARE * most)
    first = min(max(round(share * len(frames) - BEFORE_KEY * near), 0), len(frames) - near)
    others = [*frames[:first], *frames[first + near :]]
    spread = np.linspace(0, len(others) - 1, most - near).round().astype(int)
    return {*frames[first : first + near], *(others[place] for place in spread)}


def _jpeg(image: Image, size: tuple[int, int]) -> bytes:
    """``image`` (height, width, 3) of RGB, shrunk to ``size``, as a JPEG without metadata."""
    # Halving and then interpolating looks as one average over areas does, and takes a fifth of its time.
    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if size != (image.shape[1], image.shape[0]):
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes()
