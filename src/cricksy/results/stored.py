"""What a correction needs of stored results, read leniently.

What is unknown is ignored; what is missing has a default.
"""

from typing import Any, Final, Literal

import msgspec

from cricksy.results.measurements import SlowMotion
from cricksy.results.player import History, PlayerFacts
from cricksy.results.upgrade import UnreadableResults, parse, upgrade
from cricksy.vocabulary import CameraView, Discipline, Handedness

_NO_FRAMES: Final = msgspec.Raw(b"[]")


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event whose name this release may not know."""

    name: str = ""
    t_ms: float | None = None
    source: str | None = None


class StoredSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Of :class:`cricksy.results.measurements.PoseSummary`, what the landmarks alone do not say."""

    source_fps: float | None = None
    width: int | None = None
    height: int | None = None
    duration_ms: float | None = None
    decoded_ms: float | None = None
    truncated: bool | None = None
    rotation: int | None = None
    people_seen: int | None = None
    mirrored: bool | None = None
    image_fps: float | None = None
    gap_ms: float | None = None
    frames_left_out: int | None = None
    capture_fps: float | None = None
    frames_rejected: int | None = None
    fine_window_ms: tuple[float, float] | None = None
    discipline: Discipline | None = None
    discipline_source: str | None = None
    handedness: Handedness | None = None
    handedness_source: str | None = None
    camera_view: CameraView | None = None
    camera_view_source: str | None = None
    slow_motion: SlowMotion | None = None
    events: list[StoredEvent] = []


class StoredPose(msgspec.Struct, frozen=True, kw_only=True):
    pose_summary: StoredSummary = StoredSummary()
    frames: msgspec.Raw = _NO_FRAMES
    """JSON of the frames: no correction changes them."""


class StoredVersions(msgspec.Struct, frozen=True, kw_only=True):
    models: dict[str, str] = {}


class StoredWindow(msgspec.Struct, frozen=True, kw_only=True):
    start_ms: float
    end_ms: float


class StoredAction(msgspec.Struct, frozen=True, kw_only=True):
    """One of the actions of a film."""

    window: StoredWindow
    read: Literal["fine", "coarse"] = "fine"
    discipline: Discipline | None = None
    confidence: float = 0.0
    events: list[StoredEvent] = []


class StoredResults(msgspec.Struct, frozen=True, kw_only=True):
    pose: StoredPose
    versions: StoredVersions = StoredVersions()
    actions: list[StoredAction] = []
    """None in older results, which are those of one action."""
    primary_action: int | None = None
    player: PlayerFacts | None = None
    history: History | None = None

    def events_of(self, action: int | None) -> list[StoredEvent]:
        """The events of an action by its index; ``None`` is the film's own, and has none where there is no such."""
        if action is None or not self.actions:
            return self.pose.pose_summary.events if not action else []
        return self.actions[action].events if action < len(self.actions) else []


def given_times(results: bytes, action: int | None = None) -> dict[str, float]:
    """The times in ms of the events of an action that the coach gave, by name; ``None`` is the film's own action.

    Raises:
        UnreadableResults: See :func:`read_stored`.
    """
    events = read_stored(results).events_of(action)
    return {event.name: event.t_ms for event in events if event.source == "given" and event.t_ms is not None}


def read_stored(results: bytes) -> StoredResults:
    """Results of any schema, their frames undecoded.

    Raises:
        UnreadableResults: They are of no schema that this release knows, or hold a value that cannot be.
    """
    raw = upgrade(parse(results))
    pose: dict[str, Any] = raw["pose"]
    try:
        return StoredResults(
            pose=StoredPose(
                pose_summary=msgspec.convert(pose.get("pose_summary", {}), StoredSummary),
                frames=pose.get("frames", _NO_FRAMES),
            ),
            versions=msgspec.convert(raw.get("versions", {}), StoredVersions),
            actions=msgspec.convert(raw.get("actions", []), list[StoredAction]),
            primary_action=msgspec.convert(raw.get("primary_action"), int | None),
            player=msgspec.convert(raw.get("player"), PlayerFacts | None),
            history=msgspec.convert(raw.get("history"), History | None),
        )
    except msgspec.ValidationError as error:
        raise UnreadableResults(str(error)) from error
