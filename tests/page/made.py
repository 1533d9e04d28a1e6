"""What the API answers with, made for a view: jobs and sessions that no coach filmed."""

import copy
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import av
import cv2
import msgspec
from tests.page.films import SAMPLE

from cricksy.analysis.coaching.catalogue import CATALOGUE, drill

RELEASED = Path(__file__).parents[1] / "fixtures/results"
JOB = "01a21f65-6adb-71d7-8dd9-2edfe31e9b70"
OTHER_JOB = "01a21f65-7c11-7a52-9b1e-5d0f6c8ee312"
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


def several_states() -> list[dict[str, Any]]:
    """A session in each state that a row can have."""
    running = {"job_id": JOB, "status": "processing", "stage": "extracting_pose", "progress": 40}
    ended = {"job_id": JOB, "stage": None, "progress": 0}
    nothing = released(2, "delivery")
    good = {"overall_level": "high", "top_issue": None, "metrics": summaries(nothing)}
    return [
        listed(1, summary=listed(1)["summary"] | {"metrics": summaries(nothing)}),
        listed(2, job=running, summary=None),
        listed(3, summary=good, player_ids=["player-7", "player-12"]),
        listed(4, title=LONG, summary=good | {"metrics": {}}),
        listed(5, job=ended | {"status": "failed"}, summary=None),
        listed(6, job=ended | {"status": "queued"}, summary=None, player_ids=[]),
        listed(7, job=None, summary=None),
    ]


def summaries(results: dict[str, Any]) -> dict[str, Any]:
    kept = ("score", "value", "error", "unit", "confidence")
    return {name: {key: metric[key] for key in kept} for name, metric in results["metrics"].items()}


def delivery_with_a_fault() -> dict[str, Any]:
    """The sample's delivery, had its front knee given way, and a film that is not the best."""
    results = released(2, "delivery")
    knee = results["metrics"]["front_knee_brace_score"]
    lower(knee, 35.9)
    knee |= {"score": 0.2, "error": 7.2, "confidence": 0.66}
    strengths = results["findings"]["strengths"]
    template = next(one for one in strengths if one["code"] == "KNEE_COLLAPSE")
    drills = results["report"]["drills"][:2]
    fault = template | {
        "title": "The front knee bends after it lands",
        "severity": "medium",
        "evidence": template["evidence"] | {"value": 141.4, "error": 7.2},
        "why_it_matters": "A front leg that gives way lets speed and height go before the ball leaves the hand.",
        "cues": ["Land tall and push the ground away.", "Show the sole to nobody."],
        "drills": drills,
        "drill_ids": [drill["id"] for drill in drills],
        "confidence": 0.66,
    }
    strengths.remove(template)
    results["findings"] |= {
        "overall_level": "medium",
        "findings": [fault],
        "capture_quality": {
            "level": "medium",
            "notes": ["This video has 30 frames a second: film at 60 or more.", "Hold the phone still."],
        },
    }
    results["pose"]["pose_summary"] |= {"people_seen": 2, "detection_rate": 0.86, "truncated": True}
    return results


def delivery_with_measures() -> dict[str, Any]:
    """Described numbers in every phase, and all that a report says beside its findings."""
    results = delivery_with_a_fault()
    results |= {
        "measures": measures(results),
        "actions": [film_action(results, 0, 0)],
        "primary_action": 0,
        "history": {
            "earlier": {"job_id": OTHER_JOB, "filmed_at": "2026-11-20T10:00:00Z", "numbers": [], "drill_ids": []},
            "filmed": {"balls": 34, "days": 2},
        },
    }
    fault = results["findings"]["findings"][0]
    fault |= {
        "headline": "Let the front leg hold after it lands",
        "reference": {"low": 150, "high": None, "text": "fast bowlers of a squad", "source": "Portus 2004, n = 42"},
        "source": "Worthington 2013, n = 20",
    }
    fault["drills"] = [COMPLETE | drill for drill in fault["drills"]]
    results["report"]["drills"] = [COMPLETE | drill for drill in results["report"]["drills"]]
    results["report"] |= {
        "summary": (
            "Your front knee bends to 141° ± 7 before release: work on that first. Your stride is 52 ± 4 % of your"
            " height; most fast bowlers: 75–85 %. The turn of hips and shoulders was not judged."
        ),
        "notes": [
            {
                "code": "elbow",
                "title": "Elbow",
                "text": "The elbow was not judged: one camera cannot do that.",
                "source": "ICC regulations: an elbow is measured in a laboratory",
            },
            {"code": "load", "title": "Balls", "text": "Count every ball of the week, matches and nets together."},
        ],
        "changes": [
            change("stride_length", "percent_height", 61, 52, 5.6),
            change("trunk_lean_release", "deg", 31, 38, 6.4),
            change("head_drop", "percent_height", 12, 11, 4.2),
            change("run_up_speed", "H/s", 3.9, 4.1, 0.4),
        ],
    }
    return results


COMPLETE = {
    "level": "Under 15 and older",
    "success": "The knee stays above 150° in eight of ten.",
    "easier": "From a walk, without a ball.",
    "harder": "From the full run-up, at a target.",
    "source": "Coaching practice",
}


def change(name: str, unit: str, before: float, now: float, uncertainty: float) -> dict[str, Any]:
    return {
        "name": name,
        "title": titled(name),
        "unit": unit,
        "before": before,
        "now": now,
        "uncertainty": uncertainty,
        "is_beyond_error": abs(now - before) > uncertainty,
    }


def titled(name: str) -> str:
    return name.replace("_", " ").capitalize()


def measures(results: dict[str, Any], action: int = 0) -> list[dict[str, Any]]:
    """As the contract has them, of a delivery filmed from the side; one is of a group that today's page cannot know."""
    release = {"frame": 110, "t_ms": 1833.333}
    landing = {"frame": 102, "t_ms": 1700.0}
    hidden = "The knee was hidden by the other leg."
    slow = "It needs 60 frames a second or more."

    def measure(name: str, group: str, unit: str, value: float | None, error: float | None, **more: Any) -> Any:
        return {
            "name": name,
            "title": titled(name),
            "says": f"What {name.replace('_', ' ')} is, in one sentence of the report.",
            "group": group,
            "value": value,
            "unit": unit,
            "uncertainty": error,
            "digits": 1 if unit == "H/s" else 0,
            "confidence": 0.0 if value is None else 0.72,
            "reason": None,
            "action": action,
            "moments": [] if value is None else [landing, release],
            "reference": None,
            "series": None,
        } | more

    norm = {
        "low": 75,
        "high": 85,
        "text": "where a longer stride brought no more speed",
        "source": "Spratford 2016, 20 fast bowlers of a national squad",
    }
    words = {"low": None, "high": None, "text": "the fastest bend further", "source": "Worthington 2013, 20 bowlers"}
    curve = results["metrics"]["balance_drift_score"]["series"]
    return [
        measure("run_up_speed", "run_up", "H/s", 4.1, 0.28),
        measure("run_up_kept", "run_up", "percent", 81, 6),
        measure("back_to_front_contact", "stride", "ms", 200, 24),
        measure("stride_length", "stride", "percent_height", 52, 4, reference=norm, moments=[landing]),
        measure("front_contact_to_release", "stride", "ms", 133, 24),
        measure("knee_front_contact", "front_leg", "deg", 169, 9, moments=[landing]),
        measure("knee_release", "front_leg", "deg", None, None, reason=hidden),
        measure("knee_change", "front_leg", "deg", None, None, reason=hidden),
        measure("trunk_lean_front_contact", "trunk_head", "deg", 12, 5, moments=[landing]),
        measure("trunk_lean_release", "trunk_head", "deg", 38, 5, reference=words, series=curve, moments=[release]),
        measure("head_drop", "trunk_head", "percent_height", 11, 3),
        measure("head_over_front_foot", "trunk_head", "percent_height", -4, 3, confidence=0.4, moments=[release]),
        measure("release_height", "arm", "percent_height", 118, 4, moments=[release]),
        measure("arm_delay", "arm", "deg", None, None, reason=slow),
        measure("something_new", "unheard_of", "furlongs_h", 3.2, None),
    ]


def film_action(results: dict[str, Any], index: int, frames: int, **more: Any) -> dict[str, Any]:
    """The delivery as one of the film's actions, ``frames`` later, with other numbers the further off it is."""
    events = shifted(results["pose"]["pose_summary"]["events"], frames, frames * FRAME_MS)
    kept = ("score", "value", "error", "confidence", "reason")
    numbers = {name: {key: metric[key] for key in kept} for name, metric in results["metrics"].items()}
    for number in numbers.values():
        if number["value"] is not None and frames:
            number["value"] *= 1 + (index - 1) * 0.06
            number["score"] = None if number["score"] is None else max(0.0, number["score"] - abs(index - 1) * 0.1)
    return {
        "index": index,
        "discipline": "bowling",
        "handedness": "right",
        "confidence": 0.9,
        "window": {"start_ms": events[0]["t_ms"] - 300, "end_ms": events[-1]["t_ms"] + 300},
        "read": "fine",
        "events": events,
        "metrics": numbers,
    } | more


def delivery_of_several() -> dict[str, Any]:
    """The delivery as the best measured of four: one comes before it, one after, and the last was read coarsely."""
    results = delivery_with_measures()
    unsure = {name: metric | {"score": None} for name, metric in film_action(results, 1, 0)["metrics"].items()}
    several = [
        film_action(results, 0, -16),
        film_action(results, 1, 0),
        film_action(results, 2, 24),
        film_action(results, 3, 30, read="coarse", metrics=unsure),
    ]
    described = [measure for action in several for measure in measures(results, action["index"])]
    for measure in described:
        if measure["value"] is not None:
            measure["value"] *= 1 + (measure["action"] - 1) * 0.04
    results |= {
        "actions": several,
        "measures": described,
        "primary_action": 1,
        "primary_reason": "Of 4 actions it is the best measured.",
    }
    results["findings"]["findings"][0] |= {"seen_in": 3, "seen_of": 4}
    results["report"]["repeatability"] = [
        {"name": name, "title": titled(name), "unit": unit, "mean": mean, "spread": spread, "actions": 4}
        for name, unit, mean, spread in (
            ("stride_length", "percent_height", 53, 1.6),
            ("run_up_speed", "H/s", 4.2, 0.1),
        )
    ]
    return results


def longest(*, measured: bool = False) -> dict[str, Any]:
    """Every fault at once, each with the longest words, cues and drills that the catalogue has for it.

    ``measured``: with two dozen described numbers and as many deliveries as are told apart.
    """
    results = delivery_with_measures() if measured else delivery_with_a_fault()
    if measured:
        results["measures"] = [
            measure | {"name": f"{measure['name']}_{copy}"} for copy in range(2) for measure in results["measures"]
        ]
        results["actions"] = [results["actions"][0] | {"index": index} for index in range(6)]
        results["report"]["repeatability"] = [
            {key: one[key] for key in ("name", "title", "unit")} | {"mean": 53, "spread": 1.6, "actions": 6}
            for one in results["measures"]
            if one["value"] is not None
        ]
    template = results["findings"]["findings"][0]
    film = {"INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE"}
    codes = dict.fromkeys(advice.code for advice in CATALOGUE.advice)
    found = [longest_finding(template, code) for code in codes]
    faults = [finding for finding in found if finding["code"] not in film]
    results["findings"] |= {
        "overall_level": "low",
        "findings": [*faults, *(finding | {"metric": None} for finding in found if finding["code"] in film)],
        "strengths": [],
    }
    for day, fault in ((1, faults[0]), (4, faults[1])):
        results["report"]["one_week_plan"][day - 1] |= {
            "focus": f"Start here: {max(fault['cues'], key=len)} 30 balls, in place of net balls",
            "minutes": 60,
            "balls": 30,
            "drills": [drill["name"] for drill in fault["drills"]],
            "drill_ids": fault["drill_ids"],
        }
    return results


def longest_finding(template: dict[str, Any], code: str) -> dict[str, Any]:
    """The finding ``code`` of the discipline and the severity that have most to say."""
    of_code = [advice for advice in CATALOGUE.advice if advice.code == code]
    said = [
        template
        | {
            "code": code,
            "title": max(advice.title, advice.tentative_title, key=len),
            "severity": severity,
            "evidence": template["evidence"] | {"what": advice.number},
            "why_it_matters": advice.why_it_matters + (KNEE_PHASES if code == "KNEE_COLLAPSE" else ""),
            "source": advice.source,
            "cues": cues,
            "drills": [drill(drill_id) for drill_id in advice.drills[severity]],
            "drill_ids": advice.drills[severity],
        }
        for advice in of_code
        for severity, cues in advice.cues.items()
    ]
    return max((msgspec.to_builtins(finding) for finding in said), key=words_in)


KNEE_PHASES = (
    " Here the knee was at 169° at landing, 134° at its most bent and 141° at release, each ± 12°; 180° is straight."
    " It bent and then straightened again, each by 10° or more."
)


def words_in(finding: dict[str, Any]) -> int:
    return len(json.dumps(finding))


def hostile(value: Any) -> Any:
    """The same with markup in place of every sentence of the report."""
    if isinstance(value, dict):
        of = cast("dict[str, Any]", value)
        return {name: hostile(item) for name, item in of.items()}
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [hostile(item) for item in items]
    return HOSTILE if isinstance(value, str) and " " in value else value


def moved(results: dict[str, Any], frames: int) -> dict[str, Any]:
    """With the release ``frames`` later and another number."""
    changed = copy.deepcopy(results)
    release = changed["pose"]["pose_summary"]["events"][-1]
    release |= {"frame": release["frame"] + frames, "t_ms": release["t_ms"] + frames * FRAME_MS, "source": "given"}
    lower(changed["metrics"]["front_knee_brace_score"], 8)
    return changed


def lower(metric: dict[str, Any], by: float) -> None:
    """Its value, and its curve with it."""
    metric["value"] -= by
    metric["series"]["value"] = [None if value is None else value - by for value in metric["series"]["value"]]


FRAME_MS = 1000 / 60


def ten_minutes() -> dict[str, Any]:
    """The delivery in the middle of a long film, of which a frame a second was read besides."""
    results = released(2, "delivery")
    coarse = results["pose"]["frames"][:16]
    later = shifted(results, frames=18_000, ms=300_000)
    later["pose"]["pose_summary"] |= {"duration_ms": 600_000, "decoded_ms": 600_000, "frames_sampled": 716}
    read = [
        coarse[second % len(coarse)] | {"frame": second * 60, "t_ms": second * 1000.0}
        for second in range(600)
        if not 299 <= second <= 303
    ]
    later["pose"]["frames"] = sorted([*read, *later["pose"]["frames"]], key=lambda frame: frame["frame"])
    return later


TIMES = {"t_ms", "start_ms", "end_ms", "fine_window_ms"}


def shifted(value: Any, frames: int, ms: float, name: str = "") -> Any:
    """Results of the same film, had it begun earlier; ``name`` is that of the field."""
    if isinstance(value, dict):
        of = cast("dict[str, Any]", value)
        return {name: shifted(item, frames, ms, name) for name, item in of.items()}
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [shifted(item, frames, ms, name) for item in items]
    if name == "frame":
        return value + frames
    return value + ms if name in TIMES and value is not None else value


@dataclass(frozen=True, slots=True)
class Kept:
    """An image that is kept: which frame of the sample it is, and what it is said to be."""

    of: int
    frame: int
    t_ms: float
    action: int | None = 0
    repeated: bool = False


DELIVERY = [Kept(frame, frame, frame * FRAME_MS) for frame in range(66, 156)]
LONG_FILM = [
    *(Kept(second // 10 * 3, second * 60, second * 1000.0, None) for second in range(0, 600, 10)),
    *(Kept(kept.of, kept.frame + 18_000, kept.t_ms + 300_000) for kept in DELIVERY),
]


@dataclass(frozen=True, slots=True)
class Images:
    """What the API says of a job's images, but for the address, and the object in the bucket."""

    index: dict[str, Any]
    strip: bytes


def images(kept: Sequence[Kept] = DELIVERY) -> Images:
    jpegs = sample_jpegs()
    strip = bytearray()
    items: list[dict[str, Any]] = []
    for one in sorted(kept, key=lambda one: one.frame):
        jpeg = jpegs[one.of]
        items.append(
            {
                "frame": one.frame,
                "t_ms": round(one.t_ms, 3),
                "action": one.action,
                "offset": len(strip),
                "length": len(jpeg),
                "repeated": one.repeated,
                "width": WIDTH,
                "height": HEIGHT,
            }
        )
        strip += jpeg
    index = {"bytes": len(strip), "width": WIDTH, "height": HEIGHT, "crop": [0, 0, 1280, 720], "items": items}
    return Images(index | {"expires_in": 900}, bytes(strip))


WIDTH, HEIGHT = 640, 360


@cache
def sample_jpegs() -> tuple[bytes, ...]:
    """Every frame of the sample."""
    with av.open(str(SAMPLE)) as container:
        return tuple(
            cv2.imencode(".jpg", frame.to_ndarray(width=WIDTH, height=HEIGHT, format="bgr24"))[1].tobytes()
            for frame in container.decode(video=0)
        )
