"""The lines of a player's export. The docstrings of fields are their descriptions in OpenAPI."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cricksy.data.player_export import ExportedJob, ExportedSession


class ExportedPlayer(msgspec.Struct, frozen=True, kw_only=True):
    """The player of the export, on its first line."""

    player_id: str
    """Your own id of the player."""
    exported_at: datetime
    """When the export began."""
    format: int
    """Version of these lines: 1."""


class ExportedClip(ExportedJob, frozen=True, kw_only=True):
    """A clip of the player. Its results and landmarks follow in lines of their own."""

    video_url: str | None
    """Reads the video with GET, for 15 minutes; `getVideoUrl` gives a new one. Null where none is kept."""
    stills_url: str | None
    """Reads the images of the action in the same way; `getStills` says where each one is. Null where there are none."""


class ExportedResults(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a clip's results."""

    job_id: UUID
    """Of the clip."""
    revision: int
    """Which revision it is."""
    results: dict[str, Any] | None
    """As `results` of `getAnalysisJob`, landmarks of the frames included; null where they cannot be read any more."""


class ExportedLandmarks(msgspec.Struct, frozen=True, kw_only=True):
    """What the pose models saw in a clip, from which corrections score it again."""

    job_id: UUID
    """Of the clip."""
    npz: str | None
    """Arrays in the format of NumPy (`.npz`), in Base64; null where they cannot be read any more."""


class ExportEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The last line: an export without it broke off."""

    sessions: int
    """Lines with a session."""
    jobs: int
    """Lines with a job."""
    problem: str | None
    """Why it ends early, a code of the problems; null where everything was written."""


class ExportLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an export. It has one of these members."""

    player: ExportedPlayer | None = None
    """The first line."""
    session: ExportedSession | None = None
    """A session that names the player."""
    job: ExportedClip | None = None
    """A clip of the player."""
    results: ExportedResults | None = None
    """One revision of the results of the clip before."""
    landmarks: ExportedLandmarks | None = None
    """The landmarks of the clip before."""
    end: ExportEnd | None = None
    """The last line."""
