"""Corrected events: the stored landmarks measured again, without the video."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Final, get_args

import msgspec

from cricksy.analysis.actions import Part, measure_actions
from cricksy.analysis.assemble import Provenance, assemble
from cricksy.analysis.coaching.about import about_film
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines.registry import profile_of, with_events
from cricksy.analysis.measure import CannotMeasure
from cricksy.analysis.slow_motion.judge import Judgement, of_stored
from cricksy.analysis.track import Track, VideoFacts, unpack
from cricksy.results.measurements import EventName
from cricksy.results.player import History, PlayerFacts
from cricksy.results.schema import Results
from cricksy.results.stored import StoredResults, StoredSummary, read_stored
from cricksy.vocabulary import Discipline, Given

Changes = Mapping[EventName, float | None]
"""New times in ms by name; ``None`` takes a correction back, so that the event is found again."""

_NAMES: Final[tuple[EventName, ...]] = get_args(EventName)
_EVENTS: Final[Mapping[str, EventName]] = {name: name for name in _NAMES}


class CorrectionInvalid(Exception):  # noqa: N818 - what the coach sent, not a defect
    """``errors``: what is wrong with each event."""

    def __init__(self, errors: Mapping[EventName, str]) -> None:
        super().__init__("; ".join(f"{name}: {error}" for name, error in errors.items()))
        self.errors = errors


class NoSuchAction(Exception):  # noqa: N818 - what the coach sent, not a defect
    """The film has no action of that index. The message says which it has."""


def rescore(results: bytes, landmarks: bytes, changes: Changes, action: int | None = None) -> bytes:
    """The JSON of today's results with ``changes`` added to the corrections that ``results`` hold already.

    ``results`` of any schema; ``landmarks`` as :func:`cricksy.analysis.track.pack` wrote them, in any release. The
    frames are handed through undecoded. A correction of an event that this release does not know is dropped.
    ``action``: whose events they are, by index; the film's own where it is ``None``, and that stays the film's own.

    Raises:
        CorrectionInvalid: The changes are impossible, or nothing could be measured with them.
        NoSuchAction: There is no such action.
        UnreadableResults: ``results`` cannot be read.
        UnreadableLandmarks: ``landmarks`` cannot be read.
    """
    stored = read_stored(results)
    _check_action(stored, action)
    summary = stored.pose.pose_summary
    track = unpack(landmarks)
    video = _video(summary, track)
    parts, primary = _parts(stored, video), stored.primary_action or 0
    changed = primary if action is None else action
    corrections = {
        place: corrected
        for place in range(max(1, len(parts)))
        if (corrected := _corrections(stored, place, changes if place == changed else {})) is not None
    }
    if changed in corrections:
        start_ms = float(track.t_ms[0])
        _check_times(changes, start_ms, start_ms + video.decoded_ms)
        _check_order(corrections[changed], changes)
    given = _given(stored)
    try:
        measured = measure_actions(
            track,
            video,
            parts,
            given,
            corrections=corrections,
            primary=primary if parts else None,
            speed=_speed(summary),
        )
    except CannotMeasure as reason:
        raise _refusal(changes, str(reason)) from reason
    history = stored.history or History()
    about = about_film(measured, given, history)
    findings = find(measured.main, about)
    provenance = Provenance(measured.fine_window_ms, stored.versions.models)
    report = write_report(findings, measured.main, about, measured.actions.measures)
    rescored = assemble(
        measured.main,
        findings,
        report,
        [],
        provenance,
        given=given,
        history=history,
        actions=measured.actions,
    )
    return _encoded(rescored, stored.pose.frames)


def _check_action(stored: StoredResults, action: int | None) -> None:
    count = len(stored.actions)
    if action is None or action < count or (action == 0 and stored.pose.pose_summary.events):
        return
    if count == 0:
        raise NoSuchAction("No action was found in the film: leave it out.")
    raise NoSuchAction("The film has one action, 0." if count == 1 else f"The film has the actions 0 to {count - 1}.")


def _parts(stored: StoredResults, video: VideoFacts) -> list[Part]:
    """The parts of the film that were measured; of older results the one that was read finely."""
    fine = stored.pose.pose_summary.fine_window_ms
    if not stored.actions:
        return [] if fine is None else [Part(*fine, "fine", video)]
    return [
        Part(one.window.start_ms, one.window.end_ms, one.read, video, one.discipline, one.confidence)
        for one in stored.actions
    ]


def _encoded(results: Results, frames: msgspec.Raw) -> bytes:
    """The JSON of ``results`` with ``frames`` in place of their own."""
    as_dict = msgspec.structs.asdict
    return msgspec.json.encode(as_dict(results) | {"pose": as_dict(results.pose) | {"frames": frames}})


def _video(summary: StoredSummary, track: Track) -> VideoFacts:
    """What the results say of the video; where they do not, what the landmarks do."""
    said = {field.name: getattr(summary, field.name) for field in fields(VideoFacts)}
    return replace(_video_of(track), **{name: value for name, value in said.items() if value is not None})


def _video_of(track: Track) -> VideoFacts:
    """The video as far as the frames that were read show it: an intact one, of which nobody counted the people."""
    spanned_ms = float(track.t_ms[-1] - track.t_ms[0])
    frame_ms = spanned_ms / max(1, int(track.frame[-1] - track.frame[0])) or 1000.0
    return VideoFacts(
        source_fps=1000.0 / frame_ms,
        width=track.width,
        height=track.height,
        duration_ms=None,
        decoded_ms=spanned_ms + frame_ms,
        truncated=False,
        rotation=0,
        people_seen=None,
    )


def _given(stored: StoredResults) -> Given:
    """What the coach said before the analysis."""
    summary, player = stored.pose.pose_summary, stored.player or PlayerFacts()
    return Given(
        discipline=summary.discipline if summary.discipline_source == "given" else None,
        handedness=summary.handedness if summary.handedness_source == "given" else None,
        camera_view=summary.camera_view if summary.camera_view_source == "given" else None,
        capture_fps=None if summary.slow_motion is None else summary.slow_motion.given_fps,
        height_cm=player.height_cm,
        age_group=player.age_group,
        bowling_style=player.bowling_style,
    )


def _speed(summary: StoredSummary) -> Judgement | None:
    """How far the video is slowed, as its results say; ``None`` in results of earlier releases."""
    return None if summary.slow_motion is None else of_stored(summary.slow_motion)


def _corrections(stored: StoredResults, place: int, changes: Changes) -> Corrections | None:
    """An action's corrections made so far and the new ones together; ``None`` where none is left."""
    t_ms: dict[EventName, float] = {
        name: event.t_ms
        for event in stored.events_of(place)
        if event.source == "given" and event.t_ms is not None and (name := _EVENTS.get(event.name)) is not None
    }
    _refuse([name for name, new in changes.items() if new is None and name not in t_ms], "It was not corrected.")
    for name, new in changes.items():
        if new is None:
            del t_ms[name]
        else:
            t_ms[name] = round(new, 3)
    if not t_ms:
        return None
    summary = stored.pose.pose_summary
    discipline = stored.actions[place].discipline if stored.actions else summary.discipline
    return Corrections(_discipline(summary, discipline, t_ms, changes), t_ms)


def _discipline(
    summary: StoredSummary, discipline: Discipline | None, t_ms: Mapping[EventName, float], changes: Changes
) -> Discipline:
    """The action's discipline; where that is not known, the one whose events ``t_ms`` names."""
    if discipline is not None:
        names = profile_of(discipline).events
        known = ", ".join(names) or "none"
        reason = f"The events of {discipline} are: {known}."
        if summary.discipline_source == "inferred":
            reason += " If the video shows something else, analyse it again and give its discipline."
        _refuse([name for name in changes if name not in names], reason)
        return discipline
    fitting = with_events(t_ms)
    if not fitting:
        raise _refusal(changes, "Events of bowling and of batting do not go together: take one of them back by null.")
    if len(fitting) > 1:
        raise _refusal(changes, "Give ball_release or impact too: the video may show bowling or batting.")
    return fitting[0]


def _check_times(changes: Changes, start_ms: float, end_ms: float) -> None:
    outside: list[EventName] = [
        name for name, t_ms in changes.items() if t_ms is not None and not start_ms <= t_ms <= end_ms
    ]
    _refuse(outside, f"The video runs from {start_ms:g} to {end_ms:g} ms.")


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
