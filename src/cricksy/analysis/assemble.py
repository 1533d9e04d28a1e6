"""The results of one analysed video, put together from what was measured and what is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cricksy.analysis.actions import NO_ACTIONS, Actions
from cricksy.analysis.coaching.catalogue import CATALOGUE_VERSION
from cricksy.analysis.measure import Measurement
from cricksy.analysis.track import Track
from cricksy.results.coaching import Findings, Report
from cricksy.results.measurements import Frame, Pose
from cricksy.results.player import History, PlayerFacts
from cricksy.results.schema import Results, Versions
from cricksy.results.versions import ANALYSIS_VERSION
from cricksy.vocabulary import Given


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the poses were read from the video. No correction changes it.

    ``fine_window_ms``: start and end of the part that was read again at the video's own rate. ``models``: sha256 of
    each model file by name.
    """

    fine_window_ms: tuple[float, float] | None
    models: Mapping[str, str]


def assemble(  # noqa: PLR0913 - all that results are made of
    measurement: Measurement,
    findings: Findings,
    report: Report,
    frames: list[Frame],
    provenance: Provenance,
    *,
    given: Given,
    history: History,
    actions: Actions = NO_ACTIONS,
) -> Results:
    """``findings`` and ``report`` are those of ``measurement``; ``frames`` is empty where none were asked for.

    ``given`` and ``history``: what the findings and the report were made with. ``actions``: of the film, one of them
    being that of ``measurement``.
    """
    return Results(
        pose=Pose(pose_summary=measurement.pose_summary(provenance.fine_window_ms), frames=frames),
        metrics=measurement.metrics,
        findings=findings,
        report=report,
        versions=Versions(analysis=ANALYSIS_VERSION, catalogue=CATALOGUE_VERSION, models=dict(provenance.models)),
        actions=actions.listed,
        primary_action=actions.primary,
        primary_reason=actions.reason,
        measures=actions.measures,
        player=PlayerFacts(height_cm=given.height_cm, age_group=given.age_group, bowling_style=given.bowling_style),
        history=history,
    )


def published_frames(track: Track) -> list[Frame]:
    """The track as the results hold it: pixels to 0.01, visibility to 0.0001."""
    landmarks = np.concatenate([track.landmarks[..., :3].round(2), track.landmarks[..., 3:].round(4)], axis=-1)
    return [
        Frame(
            frame=int(frame),
            t_ms=float(t_ms),
            detected=bool(detected),
            model=track.model_names[int(model)],
            landmarks=[(x, y, z, visibility) for x, y, z, visibility in points.tolist()] if detected else None,
        )
        for frame, t_ms, detected, model, points in zip(
            track.frame, track.t_ms, track.detected, track.model, landmarks, strict=True
        )
    ]
