"""Examples of uploads, jobs, problems and health, for the OpenAPI document: one afternoon of one coach."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cricksy.api.bodies import (
    CompletedUpload,
    CompleteUpload,
    CorrectEvents,
    InitiatedUpload,
    InitiateUpload,
    JobView,
)
from cricksy.api.deletions import DeletedPlayer
from cricksy.api.health import Live, QueueHealth, Ready
from cricksy.api.job_bodies import JobPage, VideoUrl
from cricksy.api.limits import Limits
from cricksy.api.part_bodies import RenewedParts, RenewParts
from cricksy.api.player_bodies import PlayerLoad, PlayerProgress
from cricksy.api.problems import FieldError, Problem
from cricksy.api.stills import StillsView
from cricksy.data.jobs import JobRecord
from cricksy.data.progress import JobProgress

_SESSION_ID: Final = "01a21f3a-5d20-7c31-9a4e-8f0d6f1f2b10"
_JOB_ID: Final = "01a21f3b-0a64-7e02-b1c7-3d5a90c4e1f7"
_RETRIED_ID: Final = "01a21f30-44b9-7d18-8c55-61e2a7f09d3c"
_MESSAGE_ID: Final = "6f1c0a52-9f53-4d0c-9f6b-0f3f6a0f7c11"
_KEY: Final = f"coach_plus/coach/coach-17/{_SESSION_ID}/01a21f3b-0a64-7e01-8f4d-72b9d0c6a5e8/original.mp4"
_BUCKET_URL: Final = f"https://videos.example/{_KEY}"
_SIGNATURE: Final = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=4f2c…"

_JOB: Final = {
    "job_id": _JOB_ID,
    "session_id": _SESSION_ID,
    "status": "processing",
    "stage": "extracting_pose",
    "progress": 42,
    "attempts": 1,
    "final": False,
    "revision": 1,
    "sample_fps": 15,
    "include_frames": True,
    "sqs_message_id": _MESSAGE_ID,
    "error_code": None,
    "error_message": None,
    "created_at": "2026-06-14T15:02:11.482913Z",
    "started_at": "2026-06-14T15:03:40.118204Z",
    "completed_at": None,
    "retry_of": None,
}
_FAILED: Final = _JOB | {
    "job_id": _RETRIED_ID,
    "status": "failed",
    "stage": None,
    "progress": 0,
    "attempts": 3,
    "final": True,
    "error_code": "deadline_passed",
    "error_message": "Processing failed: deadline of 900 s passed",
    "completed_at": "2026-06-14T14:58:02.730551Z",
    "created_at": "2026-06-14T14:10:09.004417Z",
    "started_at": "2026-06-14T14:42:58.913008Z",
}
_POINT: Final = {
    "job_id": _RETRIED_ID,
    "session_id": _SESSION_ID,
    "action": 0,
    "at": "2026-06-14T15:02:11.482913Z",
    "value": 66.4,
    "uncertainty": 4.2,
    "confidence": 0.81,
}
_FIELD_ERROR: Final = {"field": "sample_fps", "message": "Expected `int` <= 60"}

EXAMPLES: Final[Mapping[type[msgspec.Struct], Mapping[str, Any]]] = {
    InitiateUpload: {
        "session_id": _SESSION_ID,
        "sample_fps": 15,
        "content_type": "video/mp4",
        "content_length": 18_204_551,
        "checksum_sha256": "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=",
        "capture_fps": 240,
    },
    InitiatedUpload: {
        "job_id": _JOB_ID,
        "session_id": _SESSION_ID,
        "presigned_url": f"{_BUCKET_URL}?{_SIGNATURE}",
        "required_headers": {
            "Content-Type": "video/mp4",
            "Content-Length": "18204551",
            "x-amz-checksum-sha256": "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=",
        },
        "s3_bucket": "videos",
        "s3_key": _KEY,
        "expires_in": 900,
    },
    CompleteUpload: {"job_id": _JOB_ID},
    CompletedUpload: {"job_id": _JOB_ID, "status": "processing", "sqs_message_id": _MESSAGE_ID},
    CorrectEvents: {"front_foot_contact": 1733.3, "ball_release": None},
    JobRecord: _FAILED,
    JobView: _JOB | {"results": None},
    JobPage: {"items": [_JOB, _FAILED], "next_cursor": "AaIfMES5fRiMVWHip_CdPA"},
    JobProgress: {"status": "processing", "stage": "extracting_pose", "progress": 42, "attempts": 1, "final": False},
    VideoUrl: {"url": f"{_BUCKET_URL}?{_SIGNATURE}", "expires_in": 900},
    FieldError: _FIELD_ERROR,
    Problem: {
        "type": "urn:cricksy:problem:invalid",
        "title": "Invalid request",
        "status": 422,
        "detail": "Correct the fields listed in errors and resend the request.",
        "code": "invalid",
        "request_id": "01a21f3b-0a11-7b90-a2f3-5e0c7d9b8a64",
        "errors": [_FIELD_ERROR],
    },
    RenewParts: {"job_id": _JOB_ID, "numbers": [2]},
    RenewedParts: {
        "job_id": _JOB_ID,
        "part_size": 16_777_216,
        "parts": [{"number": 2, "url": f"{_BUCKET_URL}?partNumber=2&{_SIGNATURE}"}],
        "uploaded": [{"number": 1, "etag": '"9b2cf535f27731c974343645a3985328"', "size": 16_777_216}],
        "expires_in": 900,
    },
    DeletedPlayer: {"player_id": "p-204", "sessions_deleted": 3, "sessions_shared": 1, "jobs_deleted": 5},
    PlayerProgress: {
        "player_id": "p-204",
        "items": [
            {
                "name": "stride_length",
                "kind": "measure",
                "discipline": "bowling",
                "title": "Stride length",
                "unit": "percent_height",
                "digits": 0,
                "reference": {
                    "low": 75.0,
                    "high": 85.0,
                    "text": "most fast bowlers",
                    "source": "Spratford 2016",
                },
                "points": [
                    _POINT | {"at": "2026-06-01T16:20:44.102883Z", "value": 58.2, "uncertainty": 4.1},
                    _POINT | {"job_id": _JOB_ID, "at": "2026-06-14T15:02:11.482913Z"},
                ],
                "truncated": False,
                "change": {
                    "from": 58.2,
                    "to": 66.4,
                    "value": 8.2,
                    "uncertainty": 5.87,
                    "is_beyond_error": True,
                    "smallest_worthwhile": 5.87,
                    "text": "Up by 8 ± 6 % of height: more than the error.",
                },
            }
        ],
    },
    PlayerLoad: {
        "player_id": "p-204",
        "age_group": "u15",
        "weeks": [{"start": "2026-06-08", "balls": 42, "days": 2, "in_a_row": 1}],
        "days": [{"day": "2026-06-09", "balls": 18}, {"day": "2026-06-14", "balls": 24}],
        "limits": {
            "balls_a_day": 72,
            "balls_a_week": 100,
            "days_a_week": 3,
            "days_in_a_row": 1,
            "source": "Cricket Australia junior bowling guidelines 2019/20.",
            "as_of": "2026-11-28",
        },
        "counts": "Deliveries in this player's analysed clips. Balls that nobody filmed are not counted.",
        "text": "Filmed in the last seven days: 42 balls on 2 days.",
    },
    Limits: {
        "requests": {"limit": 600, "remaining": 597, "resets_in": 1},
        "quotas": [
            {"name": "open_uploads", "limit": 100, "used": 2, "resets_at": "2026-06-15T15:02:11Z"},
            {"name": "jobs_per_day", "limit": 1000, "used": 14, "resets_at": "2026-06-15T00:00:00Z"},
            {
                "name": "bytes_per_day",
                "limit": 200_000_000_000,
                "used": 412_000_000,
                "resets_at": "2026-06-15T00:00:00Z",
            },
        ],
        "max_video_bytes": 500_000_000,
    },
    StillsView: {
        "url": f"{_BUCKET_URL.replace('original.mp4', 'stills/01a21f3c.bin')}?{_SIGNATURE}",
        "expires_in": 900,
        "bytes": 6_204_118,
        "width": 540,
        "height": 960,
        "crop": [402, 0, 608, 1080],
        "items": [
            {
                "frame": 412,
                "t_ms": 6866.667,
                "action": 0,
                "offset": 0,
                "length": 61_204,
                "repeated": False,
                "width": 540,
                "height": 960,
            }
        ],
    },
    Live: {"status": "live"},
    Ready: {"status": "ready", "database": "ok", "queue": "ok", "bucket": "ok"},
    QueueHealth: {
        "visible": 3,
        "in_flight": 2,
        "dead": 0,
        "oldest_waiting_s": 41.7,
        "depth": "healthy",
        "age": "healthy",
        "workers": 2,
    },
}

AT_LEAST_ONE_FIELD: Final = frozenset({CorrectEvents})
"""Bodies whose fields are all optional, but not all at once."""
