"""What a film's pictures show beside the player: repeated frames, scene cuts and how the camera moves.

All of it is read from small grey pictures, one of each source frame, and by differences between neighbours.
"""

from itertools import pairwise
from typing import Any, Final, cast

import cv2 as untyped_cv2
import numpy as np
from numpy.typing import NDArray

from cricksy.analysis.filters import runs
from cricksy.analysis.track import BoolArray, FloatArray, Pictures

# Repeated frames. Change is the greatest difference in grey levels of 256 between two small, blurred pictures. Over 16
# films a repeated frame changed by 0–4 (what compressing it again costs), any other beside movement by at least 21.
QUIET: Final = 8.0
LIVELY: Final = 16.0  # the pictures around a repeated one change this much or more
LIVELIER: Final = 4.0  # and this many times as much: where nothing moves at all, nothing is repeated
MOST_REPEATS: Final = 3  # in a row: 15 pictures a second in a film of 60
STRAY_MOVES: Final = 0.005  # provisional: of all changes, that lie outside the part of the picture that moves
# Scene cuts. Difference is the mean one in grey levels.
CUT_DIFFERENCE: Final = 8.0  # a pan over grass makes 5; cuts between films of like fields made 11–54
CUT_JUMP: Final = 2.0  # times the usual difference of the frames around
CUT_NEAR: Final = 6  # frames on each side that are usual
CUT_AGREEMENT: Final = 0.2  # of the corners: within a shot at least 0.62 moved alike, across a cut at most 0.08
# Where a bowler fills the picture of a camera that goes with him, the hundred best corners, 12 pixels apart, all lay on
# him, and of 336 frames the movement of 177 was misread. With these two it was one, with a third or thrice the quality
# and 18 to 26 pixels one to four.
CORNER_SPACING: Final = 22  # pixels of the small picture, in which such a bowler covers a third
CORNER_QUALITY: Final = 0.0003  # of the best corner's: grass has none better
FEWEST_CORNERS: Final = 8  # fewer tell no background from a player
ALIKE: Final = 0.5  # pixel of the small picture within which a corner moves as the middle one does
CAMERA_AGREEMENT: Final = 0.5  # of the corners that are found again: the background is what most of the picture shows
# of a shot's frames, for the camera to be followed at all: at least 0.97 were in clips that pan
KNOWN_MOVEMENTS: Final = 0.5
STILL_CAMERA: Final = 0.5  # pixel of the small picture: over a whole shot less is compression, not the camera

cv2 = cast("Any", untyped_cv2)  # its stubs miss that a corner may be found nowhere

Grey = NDArray[np.uint8]

cv2.setNumThreads(1)  # one film takes one core, the others have films of their own


class PictureWatch:
    """Compares each picture of a film with the one before it."""

    def __init__(self) -> None:
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
        self._moves = self._moves + (changes > LIVELY)
        change = float(changes.max())
        if change <= QUIET:
            self._note(change=change, difference=0.0, agreement=1.0, shift=np.zeros(2))
            return
        shift, agreement = background_shift(before[0], small)
        self._note(
            change=change, difference=float(cv2.absdiff(small, before[0]).mean()), agreement=agreement, shift=shift
        )

    def difference(self) -> FloatArray:
        """(n,) mean difference of each picture from the one before in grey levels, 0 where it is not worth a look."""
        difference = np.array(self._difference)
        return np.where(np.isfinite(difference), difference, 0.0)

    def movement(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of where the pictures change, in shares of width and height.

        It is all of the picture where the camera moves, or nothing does.
        """
        columns, rows = (np.cumsum(self._moves.sum(axis=axis), dtype=np.float64) for axis in (0, 1))
        if not rows[-1]:
            return 0.0, 0.0, 1.0, 1.0
        left, right = np.searchsorted(columns, [STRAY_MOVES * columns[-1], (1 - STRAY_MOVES) * columns[-1]])
        top, bottom = np.searchsorted(rows, [STRAY_MOVES * rows[-1], (1 - STRAY_MOVES) * rows[-1]])
        height, width = len(rows), len(columns)
        return float(left) / width, float(top) / height, float(right + 1) / width, float(bottom + 1) / height

    def pictures(self, scale: float) -> Pictures:
        """All frames seen; ``scale``: pixels of the film for one of the small picture."""
        cut = cuts(np.array(self._difference), np.array(self._agreement))
        shot = np.cumsum(cut, dtype=np.int64)
        shift = np.zeros((len(shot), 2))
        for start, end in _stretches(shot):
            path = np.cumsum(_steady(np.array(self._shift[start:end])), axis=0)
            if np.ptp(path, axis=0).max() > STILL_CAMERA:
                shift[start:end] = path * scale
        return Pictures(repeats(np.array(self._change)), shot, shift)

    def _note(self, *, change: float, difference: float, agreement: float, shift: FloatArray) -> None:
        self._change.append(change)
        self._difference.append(difference)
        self._agreement.append(agreement)
        self._shift.append(shift)


def repeats(change: FloatArray) -> BoolArray:
    """(n,) which frames repeat the picture before, from each one's ``change`` since that picture; the first is new.

    A frame is a repeated one only amid movement. Where a tripod films somebody who stands still, each picture is like
    the one before, and still each is a new one.
    """
    repeated = np.zeros(len(change), dtype=np.bool_)
    for start, end in runs(change <= QUIET):
        around = [change[place] for place in (start - 1, end) if 1 <= place < len(change)]
        least = max(LIVELY, LIVELIER * float(change[start:end].max()))
        if end - start <= MOST_REPEATS and around and min(around) >= least:
            repeated[start:end] = True
    return repeated


def cuts(difference: FloatArray, agreement: FloatArray) -> BoolArray:
    """(n,) which frames begin a new shot: unlike the one before, suddenly so, and without a common movement."""
    cut = (difference >= CUT_DIFFERENCE) & (agreement < CUT_AGREEMENT)
    for place in map(int, np.flatnonzero(cut)):
        near = np.delete(difference, place)[max(0, place - CUT_NEAR) : place + CUT_NEAR]
        usual = np.median(near[np.isfinite(near)]) if np.isfinite(near).any() else 0.0
        cut[place] = difference[place] >= CUT_JUMP * usual
    return cut


def background_shift(before: Grey, after: Grey) -> tuple[FloatArray, float]:
    """Movement (x, y) in pixels of what fills most of the picture, and the share of its corners that move so, 0–1.

    Corners are followed by pyramidal Lucas–Kanade, and believed that are found again on the way back (Kalal 2010).
    They outvote the player by their median; NaN where they disagree.
    """
    # However good the player's corners are, spacing leaves most of them to the rest of the picture.
    corners = cv2.goodFeaturesToTrack(before, 0, CORNER_QUALITY, CORNER_SPACING)
    if corners is None or len(corners) < FEWEST_CORNERS:
        return np.full(2, np.nan), 1.0
    start = np.asarray(corners, dtype=np.float32)
    found, there, _ = cv2.calcOpticalFlowPyrLK(before, after, start, np.empty_like(start))
    returned, back, _ = cv2.calcOpticalFlowPyrLK(after, before, found, np.empty_like(start))
    near = np.linalg.norm((np.asarray(returned) - start)[:, 0], axis=1) <= ALIKE
    kept = (np.asarray(there)[:, 0] == 1) & (np.asarray(back)[:, 0] == 1) & near
    if np.count_nonzero(kept) < FEWEST_CORNERS:
        return np.full(2, np.nan), 0.0
    moved: FloatArray = (np.asarray(found, dtype=np.float64) - start)[kept, 0]
    middle: FloatArray = np.asarray(np.median(moved, axis=0))
    alike = np.linalg.norm(moved - middle, axis=1) <= ALIKE
    agreement = float(np.count_nonzero(alike)) / len(start)
    return (middle if np.mean(alike) >= CAMERA_AGREEMENT else np.full(2, np.nan)), agreement


def _steady(moved: FloatArray) -> FloatArray:
    """(n, 2) movements of the camera in one shot, the first none; where one is unknown it keeps its pace.

    Where most are unknown, as before a bare wall, those known may be the player's: then it stands.
    """
    known = np.isfinite(moved[:, 0])
    known[0] = False
    if np.count_nonzero(known) < max(1.0, KNOWN_MOVEMENTS * (len(moved) - 1)):
        return np.zeros_like(moved)
    places, steady = np.arange(len(moved)), np.zeros_like(moved)
    for axis in (0, 1):
        steady[1:, axis] = np.interp(places[1:], places[known], moved[known, axis])
    return steady


def _stretches(shot: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each shot."""
    edges = [0, *(np.flatnonzero(np.diff(shot)) + 1).tolist(), len(shot)]
    return list(pairwise(edges))
