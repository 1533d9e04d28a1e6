"""Poses that no body can take, whatever visibility the model gives them: upside down, disjointed, or elsewhere at once.

The model sometimes tracks a player's picture the wrong way up for several frames and calls each landmark fully visible.
It also moves single joints, most often in a fast arm: a limb then is longer than this player's, or shrinks at once.
"""

from typing import Final

import numpy as np

from cricksy.analysis import body, filters
from cricksy.analysis.skeleton import BLAZEPOSE33, NOSE, Joint
from cricksy.analysis.track import BoolArray, FloatArray, Track

# Each limit lies well beyond the extremes of ten real deliveries, which stand beside it.

# H; of ears and nose below the hips: in a follow-through the head stayed 0.13 H above them
INVERTED: Final = 0.05
LONGEST_NECK: Final = 0.3  # H; middle of the ears to middle of the shoulders: at most 0.18
# H; of the ears before the shoulders, along a trunk that is seen at its length: at least 0.06 beyond them
SUNKEN_HEAD: Final = 0.05
LONGEST_TRUNK: Final = 0.65  # H; middle of the shoulders to middle of the hips: at most 0.46
SEEN_TRUNK: Final = 0.25  # H; a trunk that looks shorter points at the camera: the head may lie before it
FASTEST_HIPS: Final = 8.0  # H/s; of a sprinter's 10 m/s by 1.25 m of body scale
# H/s; of the head against the hips: a trunk of 0.4 H that bends at 700°/s. A bowler's bends at 500°/s
FASTEST_BEND: Final = 5.0
LEEWAY: Final = 0.12  # H; of both: the landmarks' own error on two frames, in a blurred one too
# ratio; provisional: of a frame, what one with the head below the hips is worth: it is kept only on the way to others
PASSING: Final = 0.1
STRAY_FRAMES: Final = 2  # frames; provisional: so few between two leaps are a part of what they leap from

# Left joints of a leg and of an arm from the trunk outwards, the right one next to each; the lengths between them in H.
_CHAINS: Final = np.array([[Joint.HIP, Joint.KNEE, Joint.ANKLE], [Joint.SHOULDER, Joint.ELBOW, Joint.WRIST]])
_SHARES: Final = np.array([[body.THIGH, body.SHANK], [body.UPPER_ARM_LENGTH, body.FOREARM_LENGTH]])
# ratio; of the anthropometric length: at most 1.46 in ten real deliveries and their copies, of a forearm
LONGEST_SEGMENT: Final = 1.5
# %; projection shortens: the player's own length is among the longest, and faults are fewer than a tenth of the frames
OWN_PERCENTILE: Final = 90
OWN_SAMPLES: Final = 20  # count; provisional: of both sides. Fewer may all show a limb that points at the camera
OWN_PERSPECTIVE: Final = 1.1  # ratio; of a limb 1.5 m nearer to a camera 16 m away than where its length was read
# H; BlazePose's slow error is 0.02 of each end: 2.3 standard deviations. Of 232 896 true segments of synthetic players
# with that error 24 are longer; 226 are longer than the anthropometric length with the same allowances
SEGMENT_ERROR: Final = 0.06
LENGTH_HALF_WINDOW_S: Final = 0.1  # s; a projected length peaks twice in a turn, and no limb turns in less than 0.2 s
# 1; of 232 896 true segments of synthetic players, as fast as a bowler's arm, 1 is rejected; 17 at three
LENGTH_SIGMAS: Final = 4.0
LENGTH_JUMP: Final = 0.08  # H; three standard deviations of a length by the slow error of both ends


def impossible(xy: FloatArray, t_s: FloatArray, scale_px: float) -> BoolArray:
    """(n,) frames whose landmarks ``xy`` (n, 33, 2), in pixels with y down, show no pose of a body of that scale.

    Either the pose by itself cannot be, or nobody gets there from the poses before and after: of the others the longest
    chain is kept that one body can pass through, with a cost for each leap over frames. The head is below the hips only
    where the body gets there without a leap, as one that bows low or turns a somersault. Frames without a person are
    possible. ``t_s`` (n,) rises, in seconds.
    """
    poses = xy / scale_px
    wrong, inverted = _disjointed(poses), _inverted(poses)
    told = np.flatnonzero(~wrong & np.isfinite(xy[:, Joint.HIP, 0]))
    wrong[told[~_longest_way(poses[told], t_s[told], np.where(inverted[told], PASSING, 1.0))]] = True
    return wrong | inverted if np.count_nonzero(~wrong & inverted) * 2 > np.count_nonzero(~wrong[told]) else wrong


def without_impossible_limbs(xy: FloatArray, t_s: FloatArray, scale_px: float) -> FloatArray:
    """``xy`` (n, 33, 2), in pixels, where the far joint of a limb's segment is missing that no such player can have.

    A picture only shortens a segment, but for perspective: one that is much longer than this player's own in the clip
    cannot be, and neither can one whose length jumps from that of the frames beside it. Where a joint is missing, the
    next one outwards is not judged by its distance from there. ``t_s`` (n,) rises, in seconds.
    """
    joints = np.stack([xy[:, _CHAINS], xy[:, _CHAINS + 1]], axis=-2)
    lengths = np.linalg.norm(np.diff(joints, axis=2), axis=-1) / scale_px
    # What is too long says nothing about the frames beside it.
    fitting = np.where(lengths > _longest(lengths)[..., None], np.nan, lengths)
    half_window = min(max(2, round(LENGTH_HALF_WINDOW_S * (len(t_s) - 1) / float(t_s[-1] - t_s[0]))), len(t_s))
    wrong = np.isfinite(lengths) & np.isnan(filters.hampel(fitting, half_window, LENGTH_SIGMAS, LENGTH_JUMP))
    wrong[:, :, 1] &= ~wrong[:, :, 0]
    frames, chain, segment, side = np.nonzero(wrong)
    kept = xy.copy()
    kept[frames, _CHAINS[chain, segment + 1] + side] = np.nan
    return kept


def _longest(lengths: FloatArray) -> FloatArray:
    """(2, 2) what each segment of ``lengths`` (n, 2, 2, 2) may measure at most, in H."""
    longest = LONGEST_SEGMENT * _SHARES
    for segment, share in np.ndenumerate(_SHARES):
        seen = lengths[:, *segment]
        seen = seen[np.isfinite(seen)]
        if len(seen) >= OWN_SAMPLES:
            # A limb may point at the camera, or be far away, for most of a clip.
            own = max(float(np.percentile(seen, OWN_PERCENTILE)), share)
            longest[segment] = min(longest[segment], OWN_PERSPECTIVE * own + SEGMENT_ERROR)
    return longest


def impossible_frames(track: Track) -> BoolArray:
    """(n,) the frames of ``track`` that show no pose that a body can take there. Each shot stands by itself.

    The limits are about BlazePose's landmarks: those of another skeleton are all possible.
    """
    xy = track.stabilised[..., :2]
    scale = body.scale(xy) if track.skeleton == BLAZEPOSE33 else None
    wrong = np.zeros(len(xy), dtype=np.bool_)
    if scale is not None:
        for shot in np.unique(track.shot):
            of_shot = track.shot == shot
            wrong[of_shot] = impossible(xy[of_shot], track.world_ms[of_shot] / 1000.0, scale)
    return wrong


def _inverted(xy: FloatArray) -> BoolArray:
    """(n,) poses with the head below the hips; ``xy`` in H."""
    highest = np.fmin(_middle(xy, Joint.EAR)[:, 1], xy[:, NOSE, 1])
    return highest - _middle(xy, Joint.HIP)[:, 1] > INVERTED


def _disjointed(xy: FloatArray) -> BoolArray:
    """(n,) poses whose head or trunk is not where any body has it; ``xy`` in H."""
    hips, shoulders, ears = (_middle(xy, joint) for joint in (Joint.HIP, Joint.SHOULDER, Joint.EAR))
    trunk, neck = shoulders - hips, ears - shoulders
    length = np.linalg.norm(trunk, axis=-1)
    along = (neck * trunk).sum(axis=-1) / np.fmax(length, SEEN_TRUNK)
    sunken = (along < -SUNKEN_HEAD) & (length > SEEN_TRUNK)
    return sunken | (np.linalg.norm(neck, axis=-1) > LONGEST_NECK) | (length > LONGEST_TRUNK)


def _longest_way(xy: FloatArray, t_s: FloatArray, weights: FloatArray) -> BoolArray:
    """(n,) the frames of most weight (n,), in order, between which hips and head move no faster than a body's can."""
    n = len(xy)
    kept = np.zeros(n, dtype=np.bool_)
    if n == 0:
        return kept
    hips = _middle(xy, Joint.HIP)
    bend = _middle(xy, Joint.EAR) - hips
    worth, before = weights.copy(), np.full(n, -1)
    leap = np.full(n, -float(STRAY_FRAMES))
    for at in range(1, n):
        seconds = t_s[at] - t_s[:at]
        reached = np.linalg.norm(hips[at] - hips[:at], axis=-1) <= LEEWAY + FASTEST_HIPS * seconds
        reached &= np.linalg.norm(bend[at] - bend[:at], axis=-1) <= LEEWAY + FASTEST_BEND * seconds
        leap[at - 1] = 0.0
        chains = np.where(reached, worth[:at] + leap[:at], 0.0)
        leap[at - 1] = -STRAY_FRAMES
        if chains.max() > 0:
            before[at] = int(np.argmax(chains))
            worth[at] += chains[before[at]]
    at = int(np.argmax(worth))
    while at >= 0:
        kept[at] = True
        at = int(before[at])
    return kept


def _middle(xy: FloatArray, joint: Joint) -> FloatArray:
    return (xy[:, joint] + xy[:, joint + 1]) / 2
