"""What the API answers with, made for a view: jobs and sessions that no coach filmed."""

import gzip
import json
from pathlib import Path
from typing import Any

RELEASED = Path(__file__).parents[1] / "fixtures/results"
JOB = "01a21f65-6adb-71d7-8dd9-2edfe31e9b70"
SESSION = "01a21f65-0f13-73d0-8476-df1f511414c0"
HOSTILE = "<img src=x onerror=alert(1)>\"'&amp;"
LONG = "Second over of the third net on a Tuesday in the rain with everybody watching " * 2


def released(schema: int, kind: str) -> dict[str, Any]:
    """Results as a worker of an earlier release stored them, as the API shows them today."""
    return json.loads(gzip.decompress((RELEASED / str(schema) / f"{kind}.json.gz").read_bytes()))


def job(**changes: Any) -> dict[str, Any]:
    """A completed job unless ``changes`` say otherwise."""
    return {
        "job_id": JOB,
        "session_id": SESSION,
        "status": "completed",
        "stage": None,
        "progress": 100,
        "attempts": 1,
        "final": True,
        "revision": 1,
        "sample_fps": 15,
        "include_frames": True,
        "sqs_message_id": "m-1",
        "error_code": None,
        "error_message": None,
        "created_at": "2026-11-27T10:00:00Z",
        "started_at": "2026-11-27T10:00:02Z",
        "completed_at": "2026-11-27T10:00:40Z",
        "retry_of": None,
        "results": None,
    } | changes


def failed(code: str, message: str, **changes: Any) -> dict[str, Any]:
    return job(status="failed", progress=0, error_code=code, error_message=message) | changes


def session(**changes: Any) -> dict[str, Any]:
    return {
        "session_id": SESSION,
        "title": "Tuesday nets",
        "player_ids": ["player-7"],
        "notes": None,
        "discipline": None,
        "handedness": None,
        "camera_view": None,
        "height_cm": None,
        "age_group": None,
        "bowling_style": None,
        "status": "ready",
        "created_at": "2026-11-27T09:58:00Z",
    } | changes


def listed(number: int, **changes: Any) -> dict[str, Any]:
    """A session in a list, with its newest job."""
    identity = f"01a21f65-0f13-73d0-8476-{number:012x}"
    newest = {"job_id": identity, "status": "completed", "stage": None, "progress": 100}
    issue = {"code": "KNEE_COLLAPSE", "title": "The front knee bends after it lands", "severity": "medium"}
    summary = {"overall_level": "medium", "top_issue": issue | {"cue": "Land tall"}, "metrics": {}}
    return session(session_id=identity, title=f"Nets {number}") | {"job": newest, "summary": summary} | changes
