"""What the newest results of a job say of its clip, for what is asked over many clips: numbers, deliveries, a picture.

Read from their JSON without decoding the frames.
"""

from collections.abc import Collection
from typing import Final

import msgspec

from cricksy.results.measurements import is_from_the_side
from cricksy.results.measures import Reference
from cricksy.results.upgrade import UnreadableResults, view
from cricksy.vocabulary import CameraView, Discipline, NumberKind


class ClipNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A metric or measure of the primary action that has a value."""

    name: str
    kind: NumberKind
    action: int | None
    """Index of the action; ``None`` in results that list none."""
    value: float
    uncertainty: float
    """Half-width of a 90 % interval around ``value``."""
    unit: str
    """Of both."""
    confidence: float
    """How much to trust the value, 0–1."""
    title: str | None = None
    digits: int | None = None
    """Decimals that are worth showing. Both of a measure only: it brings its own words."""
    reference: Reference | None = None


class ClipFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What one clip says."""

    discipline: Discipline | None
    """Of the primary action; ``None`` if none is known: then it has no numbers.

    Neither has a clip in which no delivery or stroke was found although the coach said there is one.
    """
    deliveries: int
    key_frame: int | None
    """Of release or impact."""
    drill_ids: list[str]
    """Drills of the plan."""
    height_cm: int | None
    """By which lengths and speeds were told in metres."""
    numbers: list[ClipNumber]
    """Those that mean the same in every clip that has them."""


class _Event(msgspec.Struct):
    name: str
    frame: int


class _Summary(msgspec.Struct):
    discipline: Discipline | None = None
    camera_view: CameraView | None = None
    camera_view_confidence: float = 0.0
    events: list[_Event] = []


class _Pose(msgspec.Struct):
    pose_summary: _Summary


class _Action(msgspec.Struct):
    discipline: Discipline | None = None


class _Metric(msgspec.Struct):
    unit: str
    value: float | None = None
    error: float | None = None
    confidence: float = 0.0


class _Measure(msgspec.Struct):
    name: str
    unit: str
    title: str
    digits: int
    value: float | None = None
    uncertainty: float | None = None
    confidence: float = 0.0
    action: int | None = None
    reference: Reference | None = None


class _Drill(msgspec.Struct):
    id: str


class _Report(msgspec.Struct):
    drills: list[_Drill]


class _Player(msgspec.Struct):
    height_cm: int | None = None


class _Read(msgspec.Struct):
    pose: _Pose
    report: _Report
    metrics: dict[str, _Metric]
    measures: list[_Measure] = []
    actions: list[_Action] = []
    primary_action: int | None = None
    player: _Player | None = None


_DECODER: Final = msgspec.json.Decoder(_Read)
_KEY_EVENTS: Final = {Discipline.BOWLING: "ball_release", Discipline.BATTING: "impact"}


def clip_facts(results: bytes, by_view: Collection[str]) -> ClipFacts | None:
    """What results of any schema say of their clip; ``None`` where they cannot be read.

    ``by_view``: the metrics that mean something else from elsewhere, and are left out unless seen from the side.
    """
    try:
        read = _DECODER.decode(view(results))
    except (UnreadableResults, msgspec.DecodeError):
        return None
    summary = read.pose.pose_summary
    key_frame = next((event.frame for event in summary.events if event.name in _KEY_EVENTS.values()), None)
    # An action that was said but not found is measured otherwise: its knee is 0° when straight, not 180°.
    is_measured = summary.discipline is not None and (key_frame is not None or summary.discipline not in _KEY_EVENTS)
    return ClipFacts(
        discipline=summary.discipline,
        deliveries=_deliveries(read),
        key_frame=key_frame,
        drill_ids=[drill.id for drill in read.report.drills],
        height_cm=None if read.player is None else read.player.height_cm,
        numbers=[*_metrics(read, by_view), *_measures(read)] if is_measured else [],
    )


def _deliveries(read: _Read) -> int:
    """The actions that are deliveries; of results that list none, the one that was measured."""
    if read.actions:
        return sum(action.discipline is Discipline.BOWLING for action in read.actions)
    summary = read.pose.pose_summary
    return int(summary.discipline is Discipline.BOWLING and bool(summary.events))


def _metrics(read: _Read, by_view: Collection[str]) -> list[ClipNumber]:
    summary = read.pose.pose_summary
    is_comparable = is_from_the_side(summary.camera_view, summary.camera_view_confidence)
    return [
        ClipNumber(
            name=name,
            kind=NumberKind.METRIC,
            action=read.primary_action,
            value=metric.value,
            uncertainty=metric.error,
            unit=metric.unit,
            confidence=metric.confidence,
        )
        for name, metric in read.metrics.items()
        if metric.value is not None and metric.error is not None and (is_comparable or name not in by_view)
    ]


def _measures(read: _Read) -> list[ClipNumber]:
    return [
        ClipNumber(
            name=measure.name,
            kind=NumberKind.MEASURE,
            action=measure.action,
            value=measure.value,
            uncertainty=measure.uncertainty,
            unit=measure.unit,
            confidence=measure.confidence,
            title=measure.title,
            digits=measure.digits,
            reference=measure.reference,
        )
        for measure in read.measures
        if measure.action == read.primary_action and measure.value is not None and measure.uncertainty is not None
    ]
