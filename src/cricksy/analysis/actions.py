"""The actions of one film: each measured by itself, and one of them shown as the film's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import numpy as np

from cricksy.analysis.corrections import Corrections
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.slow_motion.judge import Judgement
from cricksy.analysis.suited import suited
from cricksy.analysis.track import Track, VideoFacts
from cricksy.results.actions import ActionMetric, FilmAction, Read
from cricksy.results.measurements import Window
from cricksy.results.measures import Measure
from cricksy.vocabulary import Discipline, Given


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a film with an action: start and end in milliseconds, how it was read, and what the film is there.

    ``discipline``, ``confidence``: of the action as the first pass saw it.
    """

    start_ms: float
    end_ms: float
    read: Read
    video: VideoFacts
    discipline: Discipline | None = None
    confidence: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        return self.start_ms, self.end_ms


@dataclass(frozen=True, slots=True)
class Actions:
    """What is published of a film's actions, by time; ``primary`` and ``reason`` are ``None`` where there is none.

    ``measures``: of each action in turn; where there is none, all of them without a value.
    """

    listed: list[FilmAction]
    primary: int | None
    reason: str | None
    measures: list[Measure]


NO_ACTIONS: Final = Actions([], None, None, [])


@dataclass(frozen=True, slots=True)
class Measured:
    """A film: the measurement that findings and report are made from, and all of its actions.

    ``others``: those that were read finely too, of the same discipline.
    """

    main: Measurement
    fine_window_ms: tuple[float, float] | None
    actions: Actions
    others: tuple[Measurement, ...] = ()


def measure_actions(  # noqa: PLR0913 - a film, and what a coach says of it
    track: Track,
    video: VideoFacts,
    parts: Sequence[Part],
    given: Given,
    *,
    corrections: Mapping[int, Corrections] | None = None,
    primary: int | None = None,
    speed: Judgement | None = None,
) -> Measured:
    """Measure each of ``parts``, which are in the order of time; without any, the whole of ``video``.

    ``corrections``: the coach's, by the part's place. ``primary``: which is the film's own; found where it is ``None``.
    ``speed``: how far the primary one is slowed, where that was judged before.

    Raises:
        CannotMeasure: There are corrections of a part, and no action with them.
    """
    corrected = corrections or {}
    if not parts:
        alone = suited(measure(track, video, given, corrected.get(0), speed), given)
        span = float(track.t_ms[0]), float(track.t_ms[-1])
        return Measured(alone, None, listed([alone], [Part(*span, "coarse", video)], 0))
    each = [
        suited(
            measure(
                frames_of(track, parts, place),
                part.video,
                given,
                corrected.get(place),
                speed if place == primary else None,
            ),
            given,
        )
        for place, part in enumerate(parts)
    ]
    chosen = best_measured(each, parts) if primary is None else primary
    main = each[chosen]
    if len(parts) > 1:
        main = _of_film(main, track, [part for one, part in zip(each, parts, strict=True) if one.acts])
    window = parts[chosen].span if parts[chosen].read == "fine" else None
    others = tuple(
        one
        for place, (one, part) in enumerate(zip(each, parts, strict=True))
        if place != chosen and part.read == "fine" and one.discipline.value == main.discipline.value
    )
    return Measured(main, window, listed(each, parts, chosen), others)


def _of_film(main: Measurement, track: Track, acting: Sequence[Part]) -> Measurement:
    """``main`` with what is known of the whole of ``track``, in which the parts ``acting`` show an action."""
    inside = np.zeros(len(track.t_ms), dtype=np.bool_)
    for part in acting:
        inside |= (track.t_ms >= part.start_ms) & (track.t_ms <= part.end_ms)
    return replace(
        main,
        shots=len(np.unique(track.shot)),
        actions=len(acting),
        shots_measured=len(np.unique(track.shot[inside])),
        frames_sampled=len(track.frame),
        frames_detected=int(np.count_nonzero(track.detected)),
    )


def frames_of(track: Track, parts: Sequence[Part], place: int) -> Track:
    """The frames that one part is measured from: all but those of other parts that were read finely.

    Of a part that was read coarsely, its own.
    """
    part = parts[place]
    wanted = np.ones(len(track.t_ms), dtype=np.bool_)
    for other in parts:
        if other is not part and other.read == "fine":
            wanted &= (track.t_ms < other.start_ms) | (track.t_ms > other.end_ms)
    if part.read == "coarse":
        wanted &= (track.t_ms >= part.start_ms) & (track.t_ms <= part.end_ms)
    return track if wanted.all() else track.take(np.flatnonzero(wanted))


def best_measured(each: Sequence[Measurement], parts: Sequence[Part]) -> int:
    """The finely read action with the most numbers sure enough to be judged, of these the surest; else the first."""
    return max(range(len(each)), key=lambda place: (parts[place].read == "fine", *_worth(each[place]), -place))


def listed(each: Sequence[Measurement], parts: Sequence[Part], primary: int) -> Actions:
    """As published: every part, if any shows an action."""
    if not any(one.acts for one in each):
        return replace(NO_ACTIONS, measures=each[primary].measures)
    actions = [_published(place, one, part) for place, (one, part) in enumerate(zip(each, parts, strict=True))]
    return Actions(actions, primary, reason(each, parts, primary), _measures(each, primary))


def _measures(each: Sequence[Measurement], primary: int) -> list[Measure]:
    """Of each action in turn; the series of the primary one alone."""
    return [
        msgspec.structs.replace(measure, action=place, series=measure.series if place == primary else None)
        for place, one in enumerate(each)
        for measure in one.measures
    ]


def reason(each: Sequence[Measurement], parts: Sequence[Part], primary: int) -> str:
    """Why that one is shown, as a sentence. Corrections change how well an action is measured, not which one it is."""
    if len(each) == 1:
        return "It is the only action found."
    _, judged, _ = _worth(each[primary])
    better = {part.read for one, part in zip(each, parts, strict=True) if _worth(one) > _worth(each[primary])}
    numbers = f"{judged} of {len(each[primary].metrics)} numbers are sure enough to be judged."
    if parts[primary].read in better or "fine" in better:
        return f"It was the best measured until events were corrected, and stays the one that is shown: {numbers}"
    if better:
        return f"It is the best measured of the actions that were read at the film's own rate: {numbers}"
    if not judged:
        return f"In none of the {len(each)} actions is a number sure enough to be judged; this is the surest."
    return f"Of {len(each)} actions it is the best measured: {numbers}"


def _worth(measured: Measurement) -> tuple[bool, int, float]:
    """Whether it has events, how many of its numbers are judged, and how sure they are together."""
    metrics = measured.metrics.values()
    sure = sum(metric.confidence for metric in metrics if metric.value is not None)
    judged = sum(metric.score is not None for metric in metrics)
    return bool(measured.events), judged, round(sure, 3)


def _published(index: int, measured: Measurement, part: Part) -> FilmAction:
    discipline, confidence = measured.discipline.value, measured.discipline.confidence
    if not measured.acts:
        discipline, confidence = part.discipline, part.confidence
    return FilmAction(
        index=index,
        discipline=discipline,
        handedness=measured.handedness.value,
        confidence=round(confidence, 3),
        window=Window(start_ms=part.start_ms, end_ms=part.end_ms),
        read=part.read,
        events=measured.events,
        metrics={
            name: ActionMetric(
                score=metric.score,
                value=metric.value,
                error=metric.error,
                confidence=metric.confidence,
                reason=metric.reason,
            )
            for name, metric in measured.metrics.items()
        },
    )
