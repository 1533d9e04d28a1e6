"""Rendered clips through the whole pipeline: pictures of bodies whose joints are known."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from bench.accuracy.films import FilmSource, Rendered
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, all_of, at_most
from bench.accuracy.trials import KEPT_BACK
from tools.synthetic.film import Truth, film

from cricksy.analysis import body
from cricksy.analysis.landmarks import Joint, Side
from cricksy.analysis.track import FloatArray

SECTION: Final = "Rendered clips"
FAR_SIDE: Final = 180.0
FILMS: Final = (
    Rendered(KEPT_BACK, "bowling", "right"),
    Rendered(KEPT_BACK, "bowling", "right", FAR_SIDE),
    Rendered(KEPT_BACK + 1, "bowling", "left"),
    Rendered(KEPT_BACK + 2, "batting", "right"),
    Rendered(KEPT_BACK + 3, "batting", "left"),
)
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
    """A film's landmarks beside its truth on the n frames that show a person within the action.

    ``off`` (n, 12): distance of the limbs' joints over the trunk's length, percent. ``knees`` (n, 2): found minus
    true angle of the left and the right knee in the picture, degrees.
    """

    off: FloatArray
    knees: FloatArray


def sources(_setting: Setting) -> list[FilmSource]:
    return list(FILMS)


def rows(setting: Setting) -> list[Row]:
    found: list[Row] = []
    hands: list[bool] = []
    legs: list[bool] = []
    for source in FILMS:
        take = source.take()
        truth = film(take.performance, take.view, fps=take.fps).truth
        seen = see(setting.store.poses(source))
        hands.append(seen.hand is truth.handedness)
        legs.append(_front_leg_right(seen, truth, take.fps))
        found += [*_landmark_rows(source.label, _compare(seen, truth)), _event_row(source.label, seen, truth, take.fps)]
    right = sum(source.hand == "right" for source in FILMS)
    return [
        *found,
        all_of(SECTION, "handedness in all", hands, f"{right}/{len(FILMS)}"),
        all_of(SECTION, "front leg in all", legs, f"{right}/{len(FILMS)} (the left one)"),
    ]


def _compare(seen: Seen, truth: Truth) -> Compared:
    track = seen.track
    times = truth.events.values()
    since, until = 1000.0 * (min(times) - AROUND_S), 1000.0 * (max(times) + AROUND_S)
    chosen = np.flatnonzero((track.t_ms >= since) & (track.t_ms <= until) & track.detected)
    frames, found = track.frame[chosen], track.landmarks[chosen, :, :2]
    true = truth.landmarks_px[frames]
    trunk = true[:, Joint.SHOULDER : Joint.SHOULDER + 2].mean(axis=1) - true[:, Joint.HIP : Joint.HIP + 2].mean(axis=1)
    trunk_px = float(np.median(np.linalg.norm(trunk, axis=1)))
    knees = np.stack([body.knee_angle(found, side) for side in Side], axis=1)
    off = np.linalg.norm(found[:, JOINTS] - true[:, JOINTS], axis=2) / trunk_px * 100.0
    return Compared(off, knees - truth.knee_in_picture_deg[frames])


def _landmark_rows(label: str, compared: Compared) -> list[Row]:
    frames = len(compared.off)
    return [
        at_most(
            SECTION,
            f"{label}: landmarks, mean over {frames} frames, of the trunk",
            float(compared.off.mean()) if frames else None,
            bound=LANDMARK_BOUND,
            unit=" %",
        ),
        at_most(
            SECTION,
            f"{label}: knees in the picture, mean",
            float(np.abs(compared.knees).mean()) if frames else None,
            bound=KNEE_BOUND,
            unit="°",
        ),
    ]


def _event_row(label: str, seen: Seen, truth: Truth, fps: int) -> Row:
    off: dict[str, int | None] = {}
    for name, t_s in truth.events.items():
        true = int(np.ceil(t_s * fps)) if name in CONTACTS else round(t_s * fps)
        found = next((event.frame for event in seen.measurement.events if event.name == name), None)
        off[name] = None if found is None else found - true
    listed = ", ".join(f"{name.replace('_', ' ')} {'none' if e is None else f'{e:+d}'}" for name, e in off.items())
    met = all(error is not None and abs(error) <= EVENT_BOUND for error in off.values())
    return Row(SECTION, f"{label}: events, frames", listed, _constant(truth, fps), f"± {EVENT_BOUND}", met)


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
