"""What the API says of a player over time, made for a view."""

import math
from collections.abc import Sequence
from typing import Any

from tests.page.made import JOB, SESSION, titled

PLAYER = "player-7"


def line(name: str, unit: str, values: Sequence[float], error: float, **more: Any) -> dict[str, Any]:
    """A number in one clip a week, the last of them on 27 November."""
    points = [
        {
            "job_id": JOB[:-2] + f"{index:02x}",
            "session_id": SESSION,
            "action": 0,
            "at": f"2026-{10 + (index // 4):02d}-{1 + index % 4 * 7:02d}T10:00:00Z",
            "value": value,
            "uncertainty": error,
            "confidence": 0.8,
        }
        for index, value in enumerate(values)
    ]
    joint = error * math.sqrt(2)
    value = values[-1] - values[0]
    change = {
        "from": values[0],
        "to": values[-1],
        "value": value,
        "uncertainty": joint,
        "is_beyond_error": abs(value) > joint,
        "smallest_worthwhile": joint,
        "text": "Up by more than the error." if abs(value) > joint else "No more than the error.",
    }
    return {
        "name": name,
        "kind": "measure",
        "discipline": "bowling",
        "title": titled(name),
        "unit": unit,
        "digits": 1 if unit == "H/s" else 0,
        "reference": None,
        "points": points,
        "truncated": False,
        "change": change if len(points) > 1 else None,
    } | more


NORM = {
    "low": 75,
    "high": 85,
    "text": "where a longer stride brought no more speed",
    "source": "Spratford 2016, 20 fast bowlers of a national squad",
}


def progress(*, clips: int = 8) -> dict[str, Any]:
    lines = [
        line("back_to_front_contact", "ms", [212, 205, 210, 208, 214, 209, 207, 205][:clips], 24),
        line("front_knee_brace_score", "deg", [141, 143, 150, 149, 155, 158, 157, 163][:clips], 7, kind="metric"),
        line("head_drop", "percent_height", [14, 13, 12, 14, 11, 12, 11, 11][:clips], 3),
        line("run_up_speed", "H/s", [3.7, 3.6, 3.9, 4.0, 4.2, 4.1, 4.4, 4.3][:clips], 0.2),
        line("stride_length", "percent_height", [58, 61, 60, 66, 68, 69, 72, 74][:clips], 4, reference=NORM),
        line("arm_delay", "deg", [31], 10),
        line("backlift_height", "percent_height", [41, 43], 4, discipline="batting"),
    ]
    return {"player_id": PLAYER, "items": lines}


def load(*, balls: int = 104) -> dict[str, Any]:
    """Twelve weeks, the running one with ``balls``."""
    counts = [0, 24, 36, 30, 0, 42, 48, 60, 72, 66, 54, balls]
    starts = [f"2026-{month:02d}-{day:02d}" for month, day in WEEKS]
    weeks = [
        {"start": start, "balls": count, "days": min(4, count // 20), "in_a_row": min(3, count // 30)}
        for start, count in zip(starts, counts, strict=True)
    ]
    return {
        "player_id": PLAYER,
        "age_group": "u15",
        "weeks": weeks,
        "days": [{"day": "2026-11-24", "balls": balls // 2}, {"day": "2026-11-26", "balls": balls - balls // 2}]
        if balls
        else [],
        "limits": {
            "balls_a_day": 48,
            "balls_a_week": 100,
            "days_a_week": 4,
            "days_in_a_row": 2,
            "source": "Junior bowling guidelines of a board, 2025.",
            "as_of": "2026-11-28",
        },
        "counts": "Deliveries in this player's analysed clips. Balls that nobody filmed are not counted.",
        "text": f"Filmed in the last seven days: {balls} balls on 2 days. The limit for under-15s is 100 a week.",
    }


WEEKS = [(9, 7), (9, 14), (9, 21), (9, 28), (10, 5), (10, 12), (10, 19), (10, 26), (11, 2), (11, 9), (11, 16), (11, 23)]
