"""Corrected events: the stored landmarks measured anew, without the video."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib.metadata import version
from itertools import pairwise
from typing import Final

import msgspec

from cricksy.analysis.coaching.catalogue import CATALOGUE_VERSION
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines.registry import profile_of, with_events
from cricksy.analysis.measure import CannotMeasure, measure
from cricksy.analysis.track import Film, Given, unpack
from cricksy.results.schema import EventName, Findings, Metrics, PoseSummary, Report, Versions
from cricksy.vocabulary import Discipline

Changes = Mapping[EventName, float | None]
"""New times in ms by name; ``None`` takes a correction back, so that the event is found again."""


class CorrectionInvalid(Exception):  # noqa: N818 - what the coach sent, not a defect
    """``errors``: what is wrong with each event."""

    def __init__(self, errors: Mapping[EventName, str]) -> None:
        super().__init__("; ".join(f"{name}: {error}" for name, error in errors.items()))
        self.errors = errors


class StoredPose(msgspec.Struct, frozen=True, kw_only=True):
    """:class:`cricksy.results.schema.Pose` with its frames as they are stored: no correction changes them."""

    pose_summary: PoseSummary
    frames: msgspec.Raw


class StoredResults(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed of :class:`cricksy.results.schema.Results` to measure anew."""

    pose: StoredPose
    versions: Versions


class RescoredResults(msgspec.Struct, frozen=True, kw_only=True):
    """:class:`cricksy.results.schema.Results`, its frames as they were stored."""

    pose: StoredPose
    metrics: Metrics
    findings: Findings
    report: Report
    versions: Versions


_DECODER: Final = msgspec.json.Decoder(StoredResults)


def rescore(results: bytes, landmarks: bytes, changes: Changes) -> bytes:
    """The JSON of the results with ``changes`` added to the corrections that ``results`` hold already.

    ``landmarks`` as :func:`cricksy.analysis.track.pack` wrote them. The frames are handed through undecoded.

    Raises:
        CorrectionInvalid: The changes are impossible, or nothing could be measured with them.
    """
    stored = _DECODER.decode(results)
    summary = stored.pose.pose_summary
    film, track = _film(summary), unpack(landmarks)
    corrections = _corrections(summary, changes)
    if corrections is not None:
        start_ms = float(track.t_ms[0])
        _check_times(changes, start_ms, start_ms + film.decoded_ms)
        _check_order(corrections, changes)
    try:
        measurement = measure(track, film, _given(summary), corrections)
    except CannotMeasure as reason:
        raise _refusal(changes, str(reason)) from reason
    findings = find(measurement)
    rescored = RescoredResults(
        pose=StoredPose(pose_summary=measurement.pose_summary(summary.fine_window_ms), frames=stored.pose.frames),
        metrics=measurement.metrics,
        findings=findings,
        report=write_report(findings, measurement),
        versions=Versions(
            analysis=version("cricksy-coach-plus"), catalogue=CATALOGUE_VERSION, models=stored.versions.models
        ),
    )
    return msgspec.json.encode(rescored)


def _film(summary: PoseSummary) -> Film:
    return Film(**{field.name: getattr(summary, field.name) for field in fields(Film)})


def _given(summary: PoseSummary) -> Given:
    """What the coach said before the analysis."""
    return Given(
        discipline=summary.discipline if summary.discipline_source == "given" else None,
        handedness=summary.handedness if summary.handedness_source == "given" else None,
        camera_view=summary.camera_view if summary.camera_view_source == "given" else None,
    )


def _corrections(summary: PoseSummary, changes: Changes) -> Corrections | None:
    """The corrections made so far and the new ones together; ``None`` where none is left."""
    t_ms: dict[EventName, float] = {event.name: event.t_ms for event in summary.events if event.source == "given"}
    _refuse([name for name, new in changes.items() if new is None and name not in t_ms], "It was not corrected.")
    for name, new in changes.items():
        if new is None:
            del t_ms[name]
        else:
            t_ms[name] = round(new, 3)
    return Corrections(_discipline(summary, t_ms, changes), t_ms) if t_ms else None


def _discipline(summary: PoseSummary, t_ms: Mapping[EventName, float], changes: Changes) -> Discipline:
    """The film's discipline; where that is not known, the one whose events ``t_ms`` names."""
    if summary.discipline is not None:
        names = profile_of(summary.discipline).events
        known = ", ".join(names) or "none"
        reason = f"The events of {summary.discipline} are: {known}."
        if summary.discipline_source == "inferred":
            reason += " If the film shows something else, analyse it anew and say its discipline."
        _refuse([name for name in changes if name not in names], reason)
        return summary.discipline
    fitting = with_events(t_ms)
    if not fitting:
        raise _refusal(changes, "Events of bowling and of batting do not go together: take one of them back by null.")
    if len(fitting) > 1:
        raise _refusal(changes, "Give ball_release or impact too: the film may show bowling or batting.")
    return fitting[0]


def _check_times(changes: Changes, start_ms: float, end_ms: float) -> None:
    outside: list[EventName] = [
        name for name, t_ms in changes.items() if t_ms is not None and not start_ms <= t_ms <= end_ms
    ]
    _refuse(outside, f"The film runs from {start_ms:g} to {end_ms:g} ms.")


def _check_order(corrections: Corrections, changes: Changes) -> None:
    """Of two corrected events in the wrong order, name those that are new."""
    t_ms = corrections.t_ms
    names: list[EventName] = [name for name in corrections.profile.events if name in t_ms]
    errors: dict[EventName, str] = {}
    for earlier, later in pairwise(names):
        if t_ms[earlier] < t_ms[later]:
            continue
        if earlier in changes:
            errors[earlier] = f"It must come before {later} at {t_ms[later]:g} ms."
        if later in changes:
            errors[later] = f"It must come after {earlier} at {t_ms[earlier]:g} ms."
    if errors:
        raise CorrectionInvalid(errors)


def _refuse(names: Sequence[EventName], reason: str) -> None:
    if names:
        raise _refusal(names, reason)


def _refusal(names: Iterable[EventName], reason: str) -> CorrectionInvalid:
    return CorrectionInvalid(dict.fromkeys(names, reason))
