"""From a track to everything that is measured in it."""

from dataclasses import dataclass
from typing import Literal, cast

import msgspec
import numpy as np

from cricksy.analysis import events
from cricksy.analysis import thresholds as th
from cricksy.analysis.corrections import ORDER, Corrections, corrected_action, corrected_events, frames_around
from cricksy.analysis.disciplines import action
from cricksy.analysis.disciplines.action import Judged
from cricksy.analysis.events import Action
from cricksy.analysis.metrics.balance import balance_drift
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.elbow import elbow_drop
from cricksy.analysis.metrics.head import head_stability
from cricksy.analysis.metrics.knee import KneeAction, front_knee
from cricksy.analysis.metrics.rotation import separation_timing
from cricksy.analysis.metrics.scoring import Measured, missing
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import WHOLE_BODY
from cricksy.analysis.track import Film, Track
from cricksy.results.schema import Event, Evidence, MetricName, Metrics, PoseSummary
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness


class CannotMeasure(Exception):  # noqa: N818 - of the film, not of the program
    """Why corrected events cannot be measured, as a sentence for the coach."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """All that is known of one film; findings and report are made from it.

    ``shots``: uninterrupted ones among the frames read. ``scale_px``: body scale H, and ``rate``: frames a second
    of the part that was measured; ``None`` where too few frames show a person. ``whole_body_share``: of the action's
    frames, 0–1. ``corrections_doubted``: whether the body does nothing that fits the corrected events. ``evidence``:
    what decided each score. ``knee``: the phases behind ``front_knee_brace_score`` of a delivery.
    """

    film: Film
    shots: int
    frames_sampled: int
    frames_detected: int
    scale_px: float | None
    rate: float | None
    whole_body_share: float | None
    discipline: Judged[Discipline]
    handedness: Judged[Handedness]
    camera_view: Judged[CameraView]
    events: list[Event]
    corrections_doubted: bool
    metrics: Metrics
    evidence: dict[MetricName, Evidence]
    knee: KneeAction | None

    @property
    def detection_rate(self) -> float:
        """Share of the sampled frames that show a person, 0–1."""
        return self.frames_detected / self.frames_sampled if self.frames_sampled else 0.0

    def pose_summary(self, fine_window_ms: tuple[float, float] | None) -> PoseSummary:
        """The published summary; ``fine_window_ms`` is the part that was read again at the file's own rate."""
        film = self.film
        return PoseSummary(
            source_fps=film.source_fps,
            width=film.width,
            height=film.height,
            duration_ms=film.duration_ms,
            decoded_ms=film.decoded_ms,
            truncated=film.truncated,
            rotation=cast("Literal[0, 90, 180, 270]", film.rotation),
            frames_sampled=self.frames_sampled,
            frames_detected=self.frames_detected,
            detection_rate=round(self.detection_rate, 4),
            people_seen=film.people_seen,
            fine_window_ms=fine_window_ms,
            discipline=self.discipline.value,
            discipline_confidence=round(self.discipline.confidence, 3),
            discipline_source=self.discipline.source,
            handedness=self.handedness.value,
            handedness_confidence=round(self.handedness.confidence, 3),
            handedness_source=self.handedness.source,
            camera_view=self.camera_view.value,
            camera_view_confidence=round(self.camera_view.confidence, 3),
            camera_view_source=self.camera_view.source,
            events=self.events,
        )


def measure(track: Track, film: Film, given: Given, corrections: Corrections | None = None) -> Measurement:
    """Clean ``track``, find the action, and measure it; what the coach said is taken as true.

    Raises:
        CannotMeasure: There are ``corrections``, and no action with them.
    """
    motion = cleaning.clean(track if corrections is None else frames_around(track, corrections))
    sought = given if corrections is None else msgspec.structs.replace(given, discipline=corrections.discipline)
    found = action.find_action(motion, sought) if motion is not None else None
    performed = found if corrections is None else _corrected_action(motion, corrections, found, given)
    doubted = corrections is not None and performed is not None and performed.key.confidence <= th.GENERIC_CONFIDENCE
    view = action.judge_view(motion, performed, given)
    if corrections is None or given.discipline is not None:
        crowd = film.people_seen is not None and film.people_seen > 1
        discipline = action.judge_discipline(found, given, crowd=crowd)
    else:
        discipline = Judged(corrections.discipline, th.GENERIC_CONFIDENCE if doubted else th.CERTAIN, "inferred")
    knee: KneeAction | None = None
    if motion is None:
        values = _nothing("Nobody was seen in enough of the film.")
    elif performed is None:
        values = _nothing("No cricket action was found in the film.")
    else:
        values, knee = _measure_action(Scene(motion, performed, view))
    known = events.published(motion, performed) if motion is not None and performed is not None else []
    return Measurement(
        film=film,
        shots=len(np.unique(track.shot)),
        frames_sampled=len(track.frame),
        frames_detected=int(np.count_nonzero(track.detected)),
        scale_px=None if motion is None else motion.scale,
        rate=None if motion is None else motion.rate,
        whole_body_share=None if motion is None or performed is None else _whole_body_share(motion, performed),
        discipline=discipline,
        # The moment that a coach names says nothing of the hand: that is judged by what is found without it.
        handedness=action.judge_handedness(found, given),
        camera_view=view,
        events=known if corrections is None else corrected_events(track, film, known, corrections),
        corrections_doubted=doubted,
        metrics=Metrics(**{name: value.metric for name, value in values.items()}),
        evidence={name: value.evidence for name, value in values.items() if value.evidence is not None},
        knee=knee,
    )


def _corrected_action(motion: Motion | None, corrections: Corrections, found: Action | None, given: Given) -> Action:
    if motion is None:
        raise CannotMeasure("Nobody is seen in enough of the film.")
    performed = corrected_action(motion, corrections, found, given.handedness)
    if performed is None:
        key = ORDER[corrections.discipline][-1]
        if key in corrections.t_ms:
            raise CannotMeasure("No part of the film that can be measured holds all of the corrected events.")
        raise CannotMeasure(f"No {key} was found after it: correct that too.")
    return performed


def _measure_action(scene: Scene) -> tuple[dict[MetricName, Measured], KneeAction | None]:
    knee_angle, knee = front_knee(scene)
    values: dict[MetricName, Measured] = {
        "head_stability_score": head_stability(scene),
        "balance_drift_score": balance_drift(scene),
        "front_knee_brace_score": knee_angle,
        "hip_shoulder_separation_timing": separation_timing(scene),
        "elbow_drop_score": elbow_drop(scene),
    }
    return values, knee


def _nothing(reason: str) -> dict[MetricName, Measured]:
    """Five metrics that could not be measured, for one reason."""
    return {
        "head_stability_score": missing("percent_H", reason),
        "balance_drift_score": missing("ratio", reason),
        "front_knee_brace_score": missing("deg", reason),
        "hip_shoulder_separation_timing": missing("ms", reason),
        "elbow_drop_score": missing("deg", reason),
    }


def _whole_body_share(motion: Motion, found: Action) -> float:
    """Share of the action's frames with the whole body, feet included, inside the picture."""
    return float(np.mean(motion.inside[found.window][:, WHOLE_BODY].all(axis=1)))
