"""Rendered clips through the whole pipeline: images of bodies whose joints are known.

Landmarks and knees are those that the metrics are measured from: gated by visibility, left and right corrected,
filtered. What is hidden has no place; a row says how much was given.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, all_of, at_most
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import Rendered, VideoSource
from tools.synthetic.film import Truth, film

from cricksy.analysis import body
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import FloatArray

SECTION: Final = "Rendered clips"
FAR_SIDE: Final = 180.0
HANDS_HIDDEN: Final = "batting, left-handed, from his back"
"""Where nothing shall be said of the stroke rather than something wrong."""
VIDEOS: Final = {
    "bowling, right-handed, side": Rendered(KEPT_BACK, "bowling", "right"),
    "bowling, right-handed, far side": Rendered(KEPT_BACK, "bowling", "right", FAR_SIDE),
    "bowling, left-handed, side": Rendered(KEPT_BACK + 1, "bowling", "left"),
    "batting, right-handed, side": Rendered(KEPT_BACK + 2, "batting", "right"),
    "batting, left-handed, side": Rendered(KEPT_BACK + 3, "batting", "left", FAR_SIDE),
    HANDS_HIDDEN: Rendered(KEPT_BACK + 3, "batting", "left"),
}
"""By what they show. A batter faces the camera from the one side and hides his hands from the other."""
LANDMARK_BOUND, KNEE_BOUND, EVENT_BOUND = 8.0, 7.0, 2
"""Percent of the trunk's length, degrees, frames."""
JOINTS: Final = [
    joint + side
    for joint in (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST, Joint.HIP, Joint.KNEE, Joint.ANKLE)
    for side in Side
]
AROUND_S: Final = 0.2
"""How long before the first and after the last event landmarks are compared."""
CONTACTS: Final = ("back_foot_contact", "front_foot_contact")
CONTACT_BEFORE_RELEASE_S: Final = 0.12


@dataclass(frozen=True, slots=True)
class Compared:
    """A video's landmarks beside its truth on the n frames of the action, NaN where none is given.

    ``off`` (n, 12): distance of the limbs' joints over the trunk's length, percent. ``knees`` (n, 2): found minus
    true angle of the left and the right knee in the image, degrees.
    """

    off: FloatArray
    knees: FloatArray


def sources(_setting: Setting) -> list[VideoSource]:
    return list(VIDEOS.values())


def rows(setting: Setting) -> list[Row]:
    found: list[Row] = []
    hands: list[bool] = []
    legs: list[bool] = []
    for label, source in VIDEOS.items():
        take = source.take()
        truth = film(take.performance, take.view, fps=take.fps).truth
        seen = see(setting.store.poses(source))
        if label != HANDS_HIDDEN:
            hands.append(seen.hand is truth.handedness)
            legs.append(_front_leg_right(seen, truth, take.fps))
        measured = bool(seen.measurement.events)
        landmarks = _landmark_rows(label, _compare(seen, truth), measured=measured)
        found += [*landmarks, _event_row(label, seen, truth, take.fps)]
    right = sum(source.hand == "right" for source in VIDEOS.values())
    n = len(hands)
    return [
        *found,
        all_of(SECTION, "handedness in all whose hands are seen", hands, f"{right}/{n}"),
        all_of(SECTION, "front leg in all whose hands are seen", legs, f"{right}/{n} (the left one)"),
    ]


def _compare(seen: Seen, truth: Truth) -> Compared:
    motion = cleaning.clean(seen.track)
    if motion is None:
        return Compared(np.full((0, len(JOINTS)), np.nan), np.full((0, len(Side)), np.nan))
    times = truth.events.values()
    chosen = (motion.t_s >= min(times) - AROUND_S) & (motion.t_s <= max(times) + AROUND_S)
    frames, found = motion.frame[chosen], motion.smooth[chosen]
    true = truth.landmarks_px[frames]
    trunk = true[:, Joint.SHOULDER : Joint.SHOULDER + 2].mean(axis=1) - true[:, Joint.HIP : Joint.HIP + 2].mean(axis=1)
    trunk_px = float(np.median(np.linalg.norm(trunk, axis=1)))
    knees = np.stack([body.knee_angle(found, side) for side in Side], axis=1)
    off = np.linalg.norm(found[:, JOINTS] - true[:, JOINTS], axis=2) / trunk_px * 100.0
    return Compared(off, knees - truth.knee_in_picture_deg[frames])


def _landmark_rows(label: str, compared: Compared, *, measured: bool) -> list[Row]:
    """Where no action was found, only the first pass has read the video, and nothing is measured from it."""
    rows = [
        _mean_row(f"{label}: landmarks, of the trunk", compared.off, LANDMARK_BOUND, " %"),
        _mean_row(f"{label}: knees in the picture", np.abs(compared.knees), KNEE_BOUND, "°"),
    ]
    return rows if measured else [replace(row, required=None, met=None) for row in rows]


def _mean_row(what: str, off: FloatArray, bound: float, unit: str) -> Row:
    given = np.isfinite(off)
    return at_most(
        SECTION,
        what,
        float(np.nanmean(off)) if given.any() else None,
        bound=bound,
        unit=unit,
        detail=f", mean over {len(off)} frames, {given.mean() if given.size else 0.0:.0%} given",
    )


def _event_row(label: str, seen: Seen, truth: Truth, fps: int) -> Row:
    off: dict[str, int | None] = {}
    for name, t_s in truth.events.items():
        true = int(np.ceil(t_s * fps)) if name in CONTACTS else round(t_s * fps)
        found = next((event.frame for event in seen.measurement.events if event.name == name), None)
        off[name] = None if found is None else found - true
    listed = ", ".join(f"{name.replace('_', ' ')} {'none' if e is None else f'{e:+d}'}" for name, e in off.items())
    met = all(error is not None and abs(error) <= EVENT_BOUND for error in off.values())
    silent = label == HANDS_HIDDEN and not seen.measurement.events
    required = f"none, or ± {EVENT_BOUND}" if label == HANDS_HIDDEN else f"± {EVENT_BOUND}"
    return Row(SECTION, f"{label}: events, frames", listed, _constant(truth, fps), required, met or silent)


def _constant(truth: Truth, fps: int) -> str | None:
    """Where a fixed time before the true release puts the front foot."""
    if "ball_release" not in truth.events:
        return None
    guess = truth.events["ball_release"] - CONTACT_BEFORE_RELEASE_S
    return f"front foot contact {(guess - truth.events['front_foot_contact']) * fps:+.0f}"


def _front_leg_right(seen: Seen, truth: Truth, fps: int) -> bool:
    """Whether the chosen ankle at the last event is the one of the true front leg."""
    key = round(max(truth.events.values()) * fps)
    chosen = seen.front_ankle(key)
    if chosen is None or truth.front is None:
        return False
    away = np.linalg.norm(truth.landmarks_px[key, Joint.ANKLE : Joint.ANKLE + 2] - chosen, axis=1)
    return int(np.argmin(away)) == truth.front
