"""What a video's images show beside the player: duplicate frames, scene cuts and how the camera moves.

All of it is read from small grey images, one of each source frame, and by differences between neighbours.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, cast

import cv2 as untyped_cv2
import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.filters import runs
from cricksy.analysis.preprocessing.cleaning import MANY_REPEATS
from cricksy.analysis.track import Background, BoolArray, FloatArray

# Duplicate frames. Change is the greatest difference in grey levels of 256 between two small, blurred images. Over 16
# videos a duplicate frame changed by 0–4 (what compressing it again costs), any other beside movement by at least 21.
QUIET: Final = 8.0  # grey; a duplicate changes by no more
LIVELY: Final = 16.0  # grey; the images around a duplicate change by this much or more
LIVELIER: Final = 4.0  # ratio; and this many times as much: where nothing moves at all, nothing is a duplicate
# grey; so much amid movement: the last of two to eight equal images differs by up to 16, where the encoder prepares the
# next, and a little more with another encoder
ALIKE_IMAGES: Final = 19.0
MOST_REPEATS: Final = 3  # frames; in a row: 15 images a second in a video of 60
LONGEST_SHOWN_MS: Final = 70.0  # ms; or as many as show one image for so long: 30 a second in a video of 240
# frames; whose image is known to be new or not, that say how often the video shows each where nothing moves
ENOUGH_KNOWN: Final = 20
STRAY_MOVES: Final = 0.005  # ratio; provisional: of all changes, that lie outside the part of the image that moves
# Scene cuts. Difference is the mean one.
CUT_DIFFERENCE: Final = 8.0  # grey; a pan over grass makes 5; cuts between videos of like fields made 11–54
CUT_JUMP: Final = 2.0  # ratio; to the usual difference of the frames around
CUT_NEAR: Final = 6  # frames; on each side, that are usual
CUT_AGREEMENT: Final = 0.2  # ratio; of the corners: within a shot at least 0.62 moved alike, across a cut at most 0.08
# Where a bowler fills the image of a camera that goes with him, the hundred best corners, 12 pixels apart, all lay on
# him, and of 336 frames the movement of 177 was misread. With these two it was one, with a third or three times the
# quality and 18 to 26 pixels one to four.
CORNER_SPACING: Final = 22  # px; of the small image, in which such a bowler covers a third
CORNER_QUALITY: Final = 0.0003  # ratio; to the best corner's: grass has none better
FEWEST_CORNERS: Final = 8  # count; fewer do not separate the background from a player
ALIKE: Final = 0.5  # px; of the small image, within which a corner moves as the middle one does
# ratio; of the corners that are found again: the background is what most of the image shows
CAMERA_AGREEMENT: Final = 0.5
# ratio; of a shot's frames, for the camera to be followed at all: at least 0.97 were in clips that pan
KNOWN_MOVEMENTS: Final = 0.5
STILL_CAMERA: Final = 0.5  # px; of the small image: over a whole shot less is compression, not the camera

cv2 = cast("Any", untyped_cv2)  # its stubs miss that a corner may be found nowhere

Grey = NDArray[np.uint8]

cv2.setNumThreads(1)  # one video takes one core, the others have videos of their own


@dataclass(frozen=True, slots=True)
class SceneParams:
    """What counts as a duplicate, a cut and a camera's movement; see the constants of the same names."""

    quiet: float = QUIET
    lively: float = LIVELY
    livelier: float = LIVELIER
    alike_images: float = ALIKE_IMAGES
    most_repeats: int = MOST_REPEATS
    longest_shown_ms: float = LONGEST_SHOWN_MS
    enough_known: int = ENOUGH_KNOWN
    stray_moves: float = STRAY_MOVES
    cut_difference: float = CUT_DIFFERENCE
    cut_jump: float = CUT_JUMP
    cut_near: int = CUT_NEAR
    cut_agreement: float = CUT_AGREEMENT
    corner_spacing: int = CORNER_SPACING
    corner_quality: float = CORNER_QUALITY
    fewest_corners: int = FEWEST_CORNERS
    alike: float = ALIKE
    camera_agreement: float = CAMERA_AGREEMENT
    known_movements: float = KNOWN_MOVEMENTS
    still_camera: float = STILL_CAMERA


SCENES: Final = SceneParams()


class SceneChanges:
    """Compares each image of a video with the one before it."""

    def __init__(self, params: SceneParams = SCENES) -> None:
        self._params = params
        self._before: tuple[Grey, Grey] | None = None
        self._change: list[float] = []
        self._difference: list[float] = []
        self._agreement: list[float] = []
        self._shift: list[FloatArray] = []
        self._moves = np.zeros((1, 1), dtype=np.int64)

    def see(self, small: Grey) -> None:
        """Look at the next frame, (height, width) and no larger than ``SMALL_SIDE``."""
        blurred = np.asarray(cv2.blur(small, (3, 3)), dtype=np.uint8)
        before = self._before
        self._before = small, blurred
        if before is None or before[0].shape != small.shape:
            self._moves = np.zeros(small.shape, dtype=np.int64)
            self._note(change=np.inf, difference=np.inf if before else 0.0, agreement=0.0, shift=np.zeros(2))
            return
        changes = np.asarray(cv2.absdiff(blurred, before[1]))
        self._moves = self._moves + (changes > self._params.lively)
        change = float(changes.max())
        if change <= self._params.quiet:
            self._note(change=change, difference=0.0, agreement=1.0, shift=np.zeros(2))
            return
        shift, agreement = background_shift(before[0], small, self._params)
        self._note(
            change=change, difference=float(cv2.absdiff(small, before[0]).mean()), agreement=agreement, shift=shift
        )

    def difference(self) -> FloatArray:
        """(n,) mean difference of each image from the one before in grey levels, 0 where it is not worth a look."""
        difference = np.array(self._difference)
        return np.where(np.isfinite(difference), difference, 0.0)

    def movement(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of where the images change, in shares of width and height.

        It is the whole image if the camera moves, or nothing does.
        """
        columns, rows = (np.cumsum(self._moves.sum(axis=axis), dtype=np.float64) for axis in (0, 1))
        if not rows[-1]:
            return 0.0, 0.0, 1.0, 1.0
        stray = self._params.stray_moves
        left, right = np.searchsorted(columns, [stray * columns[-1], (1 - stray) * columns[-1]])
        top, bottom = np.searchsorted(rows, [stray * rows[-1], (1 - stray) * rows[-1]])
        height, width = len(rows), len(columns)
        return float(left) / width, float(top) / height, float(right + 1) / width, float(bottom + 1) / height

    def background(self, t_ms: FloatArray, scale: float) -> Background:
        """All frames seen, which are at ``t_ms`` (n,); ``scale``: pixels of the video for one of the small image."""
        boundaries = shot_boundaries(np.array(self._difference), np.array(self._agreement), self._params)
        shot = np.cumsum(boundaries, dtype=np.int64)
        shift = np.zeros((len(shot), 2))
        for start, end in _stretches(shot):
            path = np.cumsum(_steady(np.array(self._shift[start:end]), self._params.known_movements), axis=0)
            if np.ptp(path, axis=0).max() > self._params.still_camera:
                shift[start:end] = path * scale
        return Background(duplicate_frames(np.array(self._change), t_ms, self._params), shot, shift)

    def _note(self, *, change: float, difference: float, agreement: float, shift: FloatArray) -> None:
        self._change.append(change)
        self._difference.append(difference)
        self._agreement.append(agreement)
        self._shift.append(shift)


def duplicate_frames(change: FloatArray, t_ms: FloatArray, params: SceneParams = SCENES) -> BoolArray:
    """(n,) which frames repeat the image before, from each one's ``change`` since that image; the first is new.

    ``t_ms`` (n,): when they are shown. A frame is a duplicate only amid movement. When a tripod videos somebody who
    stands still, each image is like the one before, and still each is a new one. But a video that shows its images
    several times where they move does so elsewhere too.
    """
    repeated, unknown = np.zeros((2, len(change)), dtype=np.bool_)
    for start, end in runs(change <= params.alike_images):
        around = [change[place] for place in (start - 1, end) if 1 <= place < len(change)]
        most = float(change[start:end].max())
        shown_ms = t_ms[min(end, len(t_ms) - 1)] - t_ms[max(start - 1, 0)]
        is_short = end - start <= params.most_repeats or shown_ms <= params.longest_shown_ms
        if is_short and around and min(around) >= max(params.lively, params.livelier * most):
            repeated[start:end] = True
        else:
            unknown[start:end] = True
    known = ~unknown
    new = np.count_nonzero(known & ~repeated)
    if new < (1.0 - MANY_REPEATS) * np.count_nonzero(known) and np.count_nonzero(known) >= params.enough_known:
        each = np.count_nonzero(known) / new
        for start, end in runs(unknown):
            place = np.arange(1, end - start + 1)
            repeated[start:end] = np.floor(place / each) == np.floor((place - 1) / each)
    return repeated


def shot_boundaries(difference: FloatArray, agreement: FloatArray, params: SceneParams = SCENES) -> BoolArray:
    """(n,) which frames begin a new shot: unlike the one before, suddenly so, and without a common movement."""
    cut = (difference >= params.cut_difference) & (agreement < params.cut_agreement)
    for place in map(int, np.flatnonzero(cut)):
        near = np.delete(difference, place)[max(0, place - params.cut_near) : place + params.cut_near]
        usual = np.median(near[np.isfinite(near)]) if np.isfinite(near).any() else 0.0
        cut[place] = difference[place] >= params.cut_jump * usual
    return cut


def background_shift(before: Grey, after: Grey, params: SceneParams = SCENES) -> tuple[FloatArray, float]:
    """Movement (x, y) in pixels of what fills most of the image, and the share of its corners that move so, 0–1.

    Corners are followed by pyramidal Lucas–Kanade, and believed that are found again on the way back (Kalal 2010).
    They outvote the player by their median; NaN where they disagree.
    """
    # However good the player's corners are, spacing leaves most of them to the rest of the image.
    corners = cv2.goodFeaturesToTrack(before, 0, params.corner_quality, params.corner_spacing)
    if corners is None or len(corners) < params.fewest_corners:
        return np.full(2, np.nan), 1.0
    start = np.asarray(corners, dtype=np.float32)
    found, there, _ = cv2.calcOpticalFlowPyrLK(before, after, start, np.empty_like(start))
    returned, back, _ = cv2.calcOpticalFlowPyrLK(after, before, found, np.empty_like(start))
    near = np.linalg.norm((np.asarray(returned) - start)[:, 0], axis=1) <= params.alike
    kept = (np.asarray(there)[:, 0] == 1) & (np.asarray(back)[:, 0] == 1) & near
    if np.count_nonzero(kept) < params.fewest_corners:
        return np.full(2, np.nan), 0.0
    moved: FloatArray = (np.asarray(found, dtype=np.float64) - start)[kept, 0]
    middle: FloatArray = np.asarray(np.median(moved, axis=0))
    alike = np.linalg.norm(moved - middle, axis=1) <= params.alike
    agreement = float(np.count_nonzero(alike)) / len(start)
    return (middle if np.mean(alike) >= params.camera_agreement else np.full(2, np.nan)), agreement


def _steady(moved: FloatArray, least_known: float) -> FloatArray:
    """(n, 2) movements of the camera in one shot, the first none; where one is unknown it keeps its pace.

    If most are unknown, as before a bare wall, those known may be the player's: then the camera counts as still.
    """
    known = np.isfinite(moved[:, 0])
    known[0] = False
    if np.count_nonzero(known) < max(1.0, least_known * (len(moved) - 1)):
        return np.zeros_like(moved)
    places, steady = np.arange(len(moved)), np.zeros_like(moved)
    for axis in (0, 1):
        steady[1:, axis] = np.interp(places[1:], places[known], moved[known, axis])
    return steady


def _stretches(shot: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each shot."""
    edges = [0, *(np.flatnonzero(np.diff(shot)) + 1).tolist(), len(shot)]
    return list(pairwise(edges))
