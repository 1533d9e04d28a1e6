"""Examples of bodies and answers, for the OpenAPI document."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, RequestBody

from cricksy.analysis.metrics import registry
from cricksy.api.bodies import CreateSession, PlayerPage, SessionPage, UpdateSession
from cricksy.api.export_bodies import ExportLine
from cricksy.api.player_bodies import DeletedPlayer
from cricksy.data.player_export import ExportedSession
from cricksy.data.players import ListedPlayer
from cricksy.data.progress import JobProgress
from cricksy.data.session_list import ListedSession, NewestJob, Thumb
from cricksy.data.sessions import SessionRecord
from cricksy.results.coaching import TopIssue
from cricksy.results.summary import MetricSummary, Summary
from cricksy.vocabulary import (
    AgeGroup,
    BowlingStyle,
    CameraView,
    Discipline,
    Handedness,
    JobStatus,
    SessionStatus,
    Stage,
)

REQUEST_ID: Final = UUID("01a21f65-6adb-71d7-8dd9-2edfe31e9b70")
_SESSION_ID: Final = UUID("01a21f65-0f13-73d0-8476-df1f511414c0")
_JOB_ID: Final = UUID("01a21f66-31c2-7b0e-9c55-6c1d1bd1a7f2")
_CREATED: Final = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
_CURSOR: Final = "kW1cJt0mT0QwMWEyMWY2NS0wZjEzLTczZDAtODQ3Ni1kZjFmNTExNDE0YzA"

_METRIC: Final = registry.METRICS[0]
_SESSION: Final = SessionRecord(
    session_id=_SESSION_ID,
    status=SessionStatus.PENDING,
    title="Fast bowling, Tuesday nets",
    player_ids=["player-7"],
    notes="New run-up, third week.",
    discipline=Discipline.BOWLING,
    handedness=Handedness.RIGHT,
    camera_view=CameraView.SIDE,
    height_cm=172,
    age_group=AgeGroup.U15,
    bowling_style=BowlingStyle.PACE,
    created_at=_CREATED,
)
_LISTED: Final = ListedSession(
    **msgspec.structs.asdict(msgspec.structs.replace(_SESSION, status=SessionStatus.READY)),
    job=NewestJob(job_id=_JOB_ID, status=JobStatus.COMPLETED, stage=None, progress=100),
    summary=Summary(
        overall_level="medium",
        top_issue=TopIssue(
            code="KNEE_COLLAPSE", title="Front knee gives way", severity="medium", cue="Land on a firm front leg."
        ),
        metrics={_METRIC.name: MetricSummary(score=0.41, value=5.2, error=0.8, unit=_METRIC.unit, confidence=0.82)},
    ),
    thumb=Thumb(job_id=_JOB_ID, frame=214),
)

PROGRESS_EVENT: Final = {
    "event": "progress",
    "id": "117708101",
    "data": msgspec.json.encode(
        JobProgress(status=JobStatus.PROCESSING, stage=Stage.EXTRACTING_POSE, progress=40, attempts=1, final=False)
    ).decode(),
}

BODIES: Final[Mapping[str, msgspec.Struct]] = {
    "createSession": CreateSession(
        title=_SESSION.title,
        player_ids=_SESSION.player_ids,
        notes=_SESSION.notes,
        discipline=_SESSION.discipline,
        handedness=_SESSION.handedness,
        camera_view=_SESSION.camera_view,
        height_cm=_SESSION.height_cm,
        age_group=_SESSION.age_group,
        bowling_style=_SESSION.bowling_style,
    ),
    "updateSession": UpdateSession(title="Fast bowling, Wednesday nets", notes=None),
}
"""The body of each call, by operation id."""

ANSWERS: Final[Mapping[tuple[str, str], msgspec.Struct]] = {
    ("createSession", "201"): _SESSION,
    ("getSession", "200"): _SESSION,
    ("updateSession", "200"): msgspec.structs.replace(_SESSION, title="Fast bowling, Wednesday nets", notes=None),
    ("listSessions", "200"): SessionPage(items=[_LISTED], next_cursor=_CURSOR),
    ("listPlayers", "200"): PlayerPage(
        items=[ListedPlayer(player_id="player-7", sessions=12, last_session_at=_CREATED)], next_cursor=None
    ),
    ("exportPlayer", "200"): ExportLine(
        session=ExportedSession(
            session_id=_SESSION_ID,
            created_at=_CREATED,
            is_shared=False,
            title=_SESSION.title,
            notes=_SESSION.notes,
            discipline=_SESSION.discipline,
            handedness=_SESSION.handedness,
            camera_view=_SESSION.camera_view,
            height_cm=_SESSION.height_cm,
            age_group=_SESSION.age_group,
            bowling_style=_SESSION.bowling_style,
        )
    ),
    ("deletePlayer", "202"): DeletedPlayer(
        player_id="player-7", sessions_deleted=12, sessions_shared=1, jobs_deleted=40
    ),
}
"""The answer of each call, by operation id and status."""


def add_examples(operation: Operation) -> None:
    """Put the examples of an operation into it."""
    name = operation.operation_id or ""
    if isinstance(operation.request_body, RequestBody) and name in BODIES:
        _set_example(operation.request_body.content, BODIES[name])
    for status, response in (operation.responses or {}).items():
        if isinstance(response, OpenAPIResponse) and (name, status) in ANSWERS:
            _set_example(response.content or {}, ANSWERS[name, status])


def _set_example(content: Mapping[str, OpenAPIMediaType], example: msgspec.Struct) -> None:
    for media_type in content.values():
        # As a struct: the framework leaves nulls out of dicts.
        media_type.example = example
