"""What the video itself allows to be measured, and how to film better."""

from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import Who
from cricksy.analysis.coaching.capture_flaw import Flaw
from cricksy.analysis.coaching.capture_speed import question, rate_flaws, speed_flaws
from cricksy.analysis.coaching.catalogue import Advice
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement
from cricksy.results.coaching import CaptureQuality, Evidence, Finding, FindingCode, Level
from cricksy.vocabulary import CameraView

SMALL_FIGURE_PX: Final = 110.0  # px; provisional: H of a figure some 140 px tall
SHORTEST_S: Final = 0.3  # s; an arm takes as long to come over
FEW_DETECTED: Final = 0.3  # ratio; provisional: of the frames with a person
MANY_LEFT_OUT: Final = 0.05  # ratio; provisional: of the images, without a time of their own
MANY_REJECTED: Final = 0.1  # ratio; provisional: of the frames read
WHOLE_BODY_SHARE: Final = 0.9  # ratio; provisional: of the action's frames

_WEIGHT: dict[Level, int] = {"low": 1, "medium": 2, "high": 3}
_FROM: Final = {CameraView.SIDE: "the side", CameraView.FRONT: "the front", CameraView.BEHIND: "behind"}


def quality(measurement: Measurement) -> CaptureQuality:
    """High where nothing is wrong, low where a serious problem was found."""
    problems = find_problems(measurement)
    worst = max((_WEIGHT[problem.severity] for problem in problems), default=0)
    levels: tuple[Level, Level, Level, Level] = ("high", "high", "medium", "low")
    return CaptureQuality(level=levels[worst], notes=[problem.note for problem in problems])


def findings(measurement: Measurement, who: Who) -> list[Finding]:
    """At most one finding of each code, with the worst problem's severity and every problem's note among its cues."""
    problems = find_problems(measurement)
    codes: tuple[FindingCode, ...] = ("INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE")
    return [
        _finding(advice, mine)
        for code in codes
        if (mine := [p for p in problems if p.code == code]) and (advice := catalogue.advice_for(code, who)) is not None
    ]


def find_problems(measurement: Measurement) -> list[Flaw]:
    """Everything that limits the measurement: the reasons for missing numbers, then faults before wishes."""
    first = _visibility(measurement)
    is_asked = any(problem.asks for problem in first)
    others = [
        *_said(measurement),
        *_video(measurement),
        *speed_flaws(measurement),
        *rate_flaws(measurement, is_asked=is_asked),
        *_framing(measurement),
    ]
    return [
        *first,
        *sorted(others, key=lambda problem: (problem.code is None, -_WEIGHT[problem.severity])),
    ]


def _visibility(measurement: Measurement) -> list[Flaw]:
    if measurement.evidence:
        # Only the fastest moment of an unknown action has no events.
        return [] if measurement.events else [_unjudged(measurement)]
    if measurement.events:
        return [Flaw("INSUFFICIENT_POSE_VISIBILITY", "high", _unmeasured(measurement))]
    return [_not_found(measurement)]


def _not_found(measurement: Measurement) -> Flaw:
    """Why nothing was found that could be measured."""
    rate = measurement.detection_rate
    code: FindingCode = "INSUFFICIENT_POSE_VISIBILITY"
    if measurement.frames_detected and (note := _too_few_frames(measurement)):
        return Flaw("POOR_CAPTURE", "high", note)
    if measurement.scale_px is None:
        return Flaw(code, "high", "Nobody could be seen: film one player, from head to foot, in good light.")
    if rate < FEW_DETECTED:
        return Flaw(
            code, "high", f"A player was seen in only {rate:.0%} of the frames: come closer and film in good light."
        )
    # A discipline that was not said is none without an action.
    said = measurement.discipline.value
    if said is not None and not profile_of(said).events:
        return _unjudged(measurement)
    action = profile_of(said).action_word
    quick = "delivery or stroke" if measurement.acts else "delivery, stroke or other quick action"
    note = f"No {action or quick} was found: film from {profile_of(said).before_action} until after it."
    ask = question(measurement)
    note += ask
    if action is not None:
        note += f" Check that the video shows {said}."
    return Flaw("POOR_CAPTURE", "high", note, asks=bool(ask))


def _unmeasured(measurement: Measurement) -> str:
    """What to do where an action has its events and no metric a value."""
    action = profile_of(measurement.discipline.value).action_word
    if measurement.corrections_doubted:
        lead = "The body could not be measured at the corrected events"
    else:
        lead = f"The {action or 'action'} was found, but the body could not be measured in it"
    return f"{lead}: keep the whole player in sight, from head to foot."


def _too_few_frames(measurement: Measurement) -> str | None:
    """Why no action can be found in what was read, whatever the video shows."""
    video, read = measurement.video, measurement.frames_sampled
    seconds = _seconds_shot(measurement)
    if seconds < SHORTEST_S:
        before = profile_of(measurement.discipline.value).before_action
        return f"The video is too short: film from {before} until after it."
    if read / seconds < th.FEW_READ_FPS <= video.new_fps:
        return f"Only {read / seconds:.0f} frames a second were read to find the action: set sample_fps to 15."
    return None


def _seconds_shot(measurement: Measurement) -> float:
    """Seconds of the world that the images show."""
    video, speed = measurement.video, measurement.speed
    start = speed.slow_motion.parts[0].start_ms if speed.slow_motion.parts else 0.0
    start_ms, end_ms = speed.clock.world_ms(np.array([start, start + video.decoded_ms]))
    # In a gap there is nothing to read. Nobody knows in which part it lies.
    shown = 1.0 - video.gap_ms / video.decoded_ms if video.decoded_ms else 0.0
    return float(end_ms - start_ms) / 1000.0 * shown


def _unjudged(measurement: Measurement) -> Flaw:
    discipline, ask = measurement.discipline.value, question(measurement)
    # Who said another view is told that it looks filmed so.
    is_side = measurement.camera_view.shown is CameraView.SIDE
    if discipline is None:
        whence = "" if is_side else " from the side,"
        note = (
            f"Film batting or bowling{whence} from start to finish, because the action was not recognised and nothing"
            " is judged."
        )
        return Flaw(None, "medium", note + ask, asks=bool(ask))
    looked_for = profile_of(discipline).action_word
    if looked_for is None:
        note = f"{discipline.capitalize()} is not judged yet: there are no targets for it."
        return Flaw(None, "low", note, advice=False)
    shows = discipline if is_side else f"{discipline}, from the side"
    note = f"No {looked_for} was found, so nothing is judged: check that the video shows {shows}."
    return Flaw(None, "medium", note + ask, advice=False, asks=bool(ask))


def _said(measurement: Measurement) -> list[Flaw]:
    """What the coach said and the video denies. It is kept, and the numbers are the video's own."""
    problems: list[Flaw] = []
    if measurement.corrections_doubted:
        note = "The corrected events fit no such action in the video, so nothing is judged by them: check their times."
        problems.append(Flaw(None, "medium", note, advice=False))
    discipline, hand, view = measurement.discipline, measurement.handedness, measurement.camera_view
    if discipline.shown is not None:
        less = f": what is measured as {discipline.value} is less certain" if measurement.events else ""
        note = f"You said {discipline.value}, but the video looks like {discipline.shown}{less}."
        problems.append(Flaw(None, "medium", note, advice=False))
    if hand.shown is not None:
        note = (
            f"You said {hand.value}-handed, but the player looks {hand.shown}-handed: the clip stays"
            f" {hand.value}-handed, less certain, and the numbers are of the arm and leg that the video shows."
        )
        problems.append(Flaw(None, "medium", note, advice=False))
    if view.value is not None and view.shown is not None:
        looks = "along the pitch" if view.value is CameraView.SIDE else "from the side"
        note = f"You said filmed from {_FROM[view.value]}, but it looks filmed {looks}: the numbers are less certain."
        problems.append(Flaw(None, "medium", note, advice=False))
    return problems


def _video(measurement: Measurement) -> list[Flaw]:
    problems: list[Flaw] = []
    video = measurement.video
    if measurement.shots > 1:
        problems += _shots(measurement)
    images = video.source_fps * (video.decoded_ms - video.gap_ms) / 1000.0 + video.frames_left_out
    if video.frames_left_out > MANY_LEFT_OUT * images:
        note = (
            f"Upload the original again, because {video.frames_left_out} images of this file have no time of their own:"
            " its clock stands still or jumps back."
        )
        problems.append(Flaw("POOR_CAPTURE", "medium", note))
    if video.truncated:
        problems.append(
            Flaw("POOR_CAPTURE", "medium", "Upload the original again, because the file ends early or is damaged.")
        )
    return problems


def _shots(measurement: Measurement) -> list[Flaw]:
    """Of a video of several shots, what was not measured; a shot may show no action at all."""
    if measurement.actions > 1:
        shots = measurement.shots
        without = shots - measurement.shots_measured
        note = (
            f"Upload each missing action as its own video, because this one is cut together from {shots} takes, and"
            f" nothing was measured in {without} of them."
        )
        return [Flaw(None, "low", note)] if without else []
    if measurement.evidence:
        reason = "only one of the takes that this video is cut together from was measured"
    else:
        reason = "this video is cut together from several takes"
    return [Flaw(None, "medium", f"Upload each action by itself, because {reason}.")]


def _framing(measurement: Measurement) -> list[Flaw]:
    problems: list[Flaw] = []
    view = measurement.camera_view
    if measurement.events and view.value in (CameraView.FRONT, CameraView.BEHIND) and view.shown is None:
        note = "Film from the side, because front knee and balance cannot be judged along the pitch."
        problems.append(Flaw(None, "medium", note))
    is_small = measurement.scale_px is not None and measurement.scale_px < SMALL_FIGURE_PX
    if is_small:
        note = "Come closer, or zoom in before you start, because the player is small in the picture."
        problems.append(Flaw("POOR_CAPTURE", "medium", note))
    if measurement.whole_body_share is not None and measurement.whole_body_share < WHOLE_BODY_SHARE:
        do = "Aim at the middle of the action" if is_small else "Leave room around the player"
        note = f"{do}, because part of the body, often the feet, leaves the picture."
        problems.append(Flaw("POOR_CAPTURE", "low", note))
    rejected = measurement.video.frames_rejected or 0
    if rejected > MANY_REJECTED * measurement.frames_sampled:
        note = (
            f"Film in good light against a plain background, because {rejected} images were read as poses that no body"
            " can take, and were left out."
        )
        problems.append(Flaw(None, "medium", note))
    nobody = measurement.scale_px is None
    if not nobody and measurement.video.people_seen is not None and measurement.video.people_seen > 1:
        # Several actions may be of several players.
        alone = measurement.evidence and measurement.actions == 1
        measured = ", and only the main player was measured" if alone else ""
        note = f"Film the player alone, because more than one person was seen{measured}."
        problems.append(Flaw(None, "medium", note))
    return problems


def _finding(advice: Advice, problems: list[Flaw]) -> Finding:
    severity = max(problems, key=lambda problem: _WEIGHT[problem.severity]).severity
    return Finding(
        code=advice.code,
        title=advice.title,
        severity=severity,
        metric=None,
        evidence=Evidence(value=None, error=None, unit=None, threshold=None, moments=[]),
        why_it_matters=advice.why_it_matters,
        cues=[*(problem.note for problem in problems), *advice.cues[severity]],
        drills=[catalogue.drill(drill_id) for drill_id in advice.drills[severity]],
        drill_ids=list(advice.drills[severity]),
        confidence=1.0,
        headline=advice.headline,
        source=advice.source,
    )
