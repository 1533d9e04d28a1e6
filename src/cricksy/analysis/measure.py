"""From a track to everything that is measured in it."""

from dataclasses import dataclass, replace
from typing import Literal, cast

import msgspec
import numpy as np

from cricksy.analysis import events
from cricksy.analysis import thresholds as th
from cricksy.analysis.corrections import Corrections, corrected_action, corrected_events, frames_around
from cricksy.analysis.disciplines import action, judging
from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.events import Action
from cricksy.analysis.measures.registry import measures_of, no_measures
from cricksy.analysis.metrics import registry
from cricksy.analysis.metrics.base import Measured
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.knee import KneeAction, knee_action
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import WHOLE_BODY, Side
from cricksy.analysis.slow_motion.judge import Judgement, judge
from cricksy.analysis.track import Track, VideoFacts
from cricksy.results.coaching import Evidence
from cricksy.results.measurements import Event, MetricName, Metrics, PoseSummary
from cricksy.results.measures import Measure
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness


class CannotMeasure(Exception):  # noqa: N818 - of the video, not of the program
    """Why corrected events cannot be measured, as a sentence for the coach."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """All that is known of one video; findings and report are made from it.

    ``shots``: uninterrupted ones among the frames read. ``actions``: how many were measured, and ``shots_measured``: in
    how many of the shots. ``scale_px``: body scale H, and ``rate``: frames a second of the world in the part that was
    measured; ``None`` where too few frames show a person. ``whole_body_share``: of the action's frames, 0–1.
    ``corrections_doubted``: whether the body does nothing that fits the corrected events.
    ``scores``: of every value, 0–1, also where it is too unsure to be published. ``evidence``: what decided each score.
    ``knee``: the front knee of a delivery, phase by phase. ``front_leg``, ``bowling_arm``: of the action; ``None``
    where unknown. ``speed``: how far the video is slowed. ``measures``: of the action, whose place in the film is not
    known here.
    """

    video: VideoFacts
    shots: int
    actions: int
    shots_measured: int
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
    scores: dict[MetricName, float]
    evidence: dict[MetricName, Evidence]
    knee: KneeAction | None
    front_leg: Side | None
    bowling_arm: Side | None
    speed: Judgement
    measures: list[Measure]

    @property
    def detection_rate(self) -> float:
        """Share of the sampled frames that show a person, 0–1."""
        return self.frames_detected / self.frames_sampled if self.frames_sampled else 0.0

    @property
    def acts(self) -> bool:
        """Whether somebody performs an action."""
        return self.whole_body_share is not None

    def pose_summary(self, fine_window_ms: tuple[float, float] | None) -> PoseSummary:
        """The published summary; ``fine_window_ms`` is the part that was read again at the file's own rate."""
        video = self.video
        return PoseSummary(
            source_fps=video.source_fps,
            width=video.width,
            height=video.height,
            duration_ms=video.duration_ms,
            decoded_ms=video.decoded_ms,
            truncated=video.truncated,
            rotation=cast("Literal[0, 90, 180, 270]", video.rotation),
            frames_sampled=self.frames_sampled,
            frames_detected=self.frames_detected,
            detection_rate=round(self.detection_rate, 4),
            people_seen=video.people_seen,
            frames_rejected=video.frames_rejected,
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
            front_leg=_side_name(self.front_leg),
            bowling_arm=_side_name(self.bowling_arm),
            mirrored=video.mirrored,
            image_fps=video.image_fps,
            gap_ms=video.gap_ms,
            frames_left_out=video.frames_left_out,
            capture_fps=video.capture_fps,
            slow_motion=self.speed.slow_motion,
        )


@dataclass(frozen=True, slots=True)
class NoPerson:
    """Too few frames show anybody."""


@dataclass(frozen=True, slots=True)
class NoAction:
    """Somebody, who does not move as in an action."""

    motion: Motion


@dataclass(frozen=True, slots=True)
class Performed:
    """Somebody who performs an action."""

    motion: Motion
    action: Action


Seen = NoPerson | NoAction | Performed


def measure(
    track: Track,
    video: VideoFacts,
    given: Given,
    corrections: Corrections | None = None,
    speed: Judgement | None = None,
) -> Measurement:
    """Clean ``track``, find the action, and measure it; what the coach said is taken as true.

    ``speed``: how far the video is slowed, where that was judged before.

    Raises:
        CannotMeasure: There are ``corrections``, and no action with them.
    """
    speed = speed or judge(track, video, given)
    track = replace(track, clock=speed.clock)
    look = _look(track, video, given) if corrections is None else _look_around(track, video, given, corrections)
    values = _values(look, track, given)
    performed = look.seen.action if isinstance(look.seen, Performed) else None
    return Measurement(
        video=video,
        shots=len(np.unique(track.shot)),
        actions=int(performed is not None),
        shots_measured=int(performed is not None),
        frames_sampled=len(track.frame),
        frames_detected=int(np.count_nonzero(track.detected)),
        scale_px=values.scale_px,
        rate=values.rate,
        whole_body_share=values.whole_body_share,
        discipline=look.discipline,
        # A moment that a coach names says nothing of the hand: what is found without it does.
        handedness=judging.judge_handedness(look.found, given),
        camera_view=values.view,
        events=look.events,
        corrections_doubted=look.doubted,
        metrics={name: value.metric for name, value in values.metrics.items()},
        scores={name: value.score for name, value in values.metrics.items() if value.score is not None},
        evidence={name: value.evidence for name, value in values.metrics.items() if value.evidence is not None},
        knee=values.knee,
        front_leg=performed.front if performed else None,
        bowling_arm=performed.arm if performed and profile_of(performed.discipline).arm_bowls else None,
        speed=speed,
        measures=values.measures,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What is to be measured, and what is known before it is.

    ``found``: the action that the video shows without corrections. ``doubted``: see :class:`Measurement`.
    """

    seen: Seen
    found: Action | None
    discipline: Judged[Discipline]
    events: list[Event]
    doubted: bool = False


def _look(track: Track, video: VideoFacts, given: Given) -> _Look:
    motion = cleaning.clean(track)
    seen = _find(motion, given)
    untold = _untold(seen, given)
    discipline = judging.judge_discipline(untold, given, crowd=_is_crowd(video))
    if isinstance(seen, Performed) and discipline.shown is not None:
        seen = Performed(seen.motion, events.less_sure(seen.action, th.OFF_VIEW_CONFIDENCE))
    return _Look(
        seen=seen,
        found=seen.action if isinstance(seen, Performed) else None,
        discipline=discipline,
        events=events.published(seen.motion, seen.action) if isinstance(seen, Performed) else [],
    )


def _look_around(track: Track, video: VideoFacts, given: Given, corrections: Corrections) -> _Look:
    """The action around corrected events; raises :class:`CannotMeasure`."""
    motion = cleaning.clean(frames_around(track, corrections))
    if motion is None:
        raise CannotMeasure("Nobody is seen in enough of the video.")
    found = action.find_action(motion, msgspec.structs.replace(given, discipline=corrections.discipline))
    performed = corrected_action(motion, corrections, found, given.handedness)
    if performed is None:
        key = corrections.profile.key_event_name
        if key is None or key in corrections.t_ms:
            raise CannotMeasure("No part of the video that can be measured holds all of the corrected events.")
        raise CannotMeasure(f"No {key} was found after it: correct it too.")
    doubted = performed.key_event.confidence <= th.GENERIC_CONFIDENCE
    discipline = Judged(corrections.discipline, th.GENERIC_CONFIDENCE if doubted else th.CERTAIN, "inferred")
    if given.discipline is not None:
        # Who corrects its events says again which discipline it is.
        discipline = Judged(given.discipline, 1.0, "given")
    known = events.published(motion, performed)
    return _Look(
        seen=Performed(motion, performed),
        found=found,
        discipline=discipline,
        events=corrected_events(track, video, known, corrections),
        doubted=doubted,
    )


def _find(motion: Motion | None, given: Given) -> Seen:
    if motion is None:
        return NoPerson()
    found = action.find_action(motion, given)
    return NoAction(motion) if found is None else Performed(motion, found)


def _untold(seen: Seen, given: Given) -> Action | None:
    """What a finder finds where nobody says what it is."""
    match seen:
        case NoPerson():
            return None
        case NoAction(motion) | Performed(motion, _) if given.discipline is not None:
            return action.find_known(motion, msgspec.structs.replace(given, discipline=None))
        case NoAction():
            return None
        case Performed(_, performed):
            return None if performed.discipline is None else performed


def _is_crowd(video: VideoFacts) -> bool:
    return video.people_seen is not None and video.people_seen > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Values:
    """What is measured of what is seen; see :class:`Measurement`."""

    view: Judged[CameraView]
    metrics: dict[MetricName, Measured]
    measures: list[Measure]
    scale_px: float | None = None
    rate: float | None = None
    whole_body_share: float | None = None
    knee: KneeAction | None = None


def _values(look: _Look, track: Track, given: Given) -> _Values:
    player = PlayerFacts(height_cm=given.height_cm, age_group=given.age_group, bowling_style=given.bowling_style)
    match look.seen:
        case NoPerson():
            return _nothing("Nobody was seen in enough of the video.", given, player)
        case NoAction(motion):
            none = _nothing("No cricket action was found in the video.", given, player)
            return replace(none, scale_px=motion.scale, rate=motion.rate)
        case Performed(motion, performed):
            view = judging.judge_view(judging.seen_view(motion, performed), given)
            scene = Scene(motion, performed, view, profile_of(performed.discipline))
            return _Values(
                view=view,
                metrics={metric.name: metric.of(scene) for metric in registry.METRICS},
                measures=measures_of(track, scene, player),
                scale_px=motion.scale,
                rate=motion.rate,
                whole_body_share=_whole_body_share(motion, performed),
                knee=knee_action(scene),
            )


def _side_name(side: Side | None) -> Literal["left", "right"] | None:
    if side is None:
        return None
    return "left" if side is Side.LEFT else "right"


def _nothing(reason: str, given: Given, player: PlayerFacts) -> _Values:
    """Every number without a value, for one reason."""
    return _Values(
        view=judging.judge_view(None, given),
        metrics={metric.name: metric.missing(reason) for metric in registry.METRICS},
        measures=no_measures(reason, player),
    )


def _whole_body_share(motion: Motion, performed: Action) -> float:
    """Share of the action's frames with the whole body, feet included, inside the image."""
    return float(np.mean(motion.inside[performed.window][:, WHOLE_BODY].all(axis=1)))
