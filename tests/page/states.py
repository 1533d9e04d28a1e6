"""Every state that a coach can meet, and what brings the page there."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from playwright.async_api import FilePayload, Route, expect
from tests.page.films import SAMPLE
from tests.page.made import (
    DELIVERY,
    HOSTILE,
    JOB,
    LONG,
    LONG_FILM,
    OTHER_JOB,
    SESSION,
    Kept,
    delivery_of_several,
    delivery_with_a_fault,
    delivery_with_measures,
    failed,
    hostile,
    images,
    job,
    listed,
    moved,
    released,
    session,
    several_states,
    ten_minutes,
)
from tests.page.made_player import PLAYER, load, progress
from tests.page.site import CROSS_ORIGIN, Visit

from cricksy.api.app import PREFIX
from cricksy.api.problems import ProblemCode
from cricksy.vocabulary import ErrorCode

CLIP = f"/clip/{JOB}"
READY = ".stage canvas[data-ready=true]"

Prepare = Callable[[Visit], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """``prepare`` brings the page there; ``shows`` is a text that is in sight then."""

    name: str
    prepare: Prepare
    shows: str = ""
    is_alike: bool = False
    """Whether a view differs from it in its words alone."""
    is_long: bool = False
    """Whether a picture of it is as long as the page."""


async def bring(coach: Visit, state: State) -> None:
    await state.prepare(coach)
    if state.shows:
        await expect(coach.page.get_by_text(state.shows, exact=False).first).to_be_visible()
    else:
        await expect(coach.page.get_by_role("heading", level=2).first).to_be_visible()


def then(prepare: Prepare, *steps: Prepare) -> Prepare:
    """What a coach does next."""

    async def run(coach: Visit) -> None:
        await prepare(coach)
        for step in steps:
            await step(coach)

    return run


def press(name: str, role: Any = "button") -> Prepare:
    return lambda coach: coach.page.get_by_role(role, name=name, exact=True).first.click()


def unfold(summary: str) -> Prepare:
    return lambda coach: coach.page.locator("summary", has_text=summary).first.click()


def refuses(path: str, code: ProblemCode, **more: object) -> Prepare:
    return lambda coach: coach.refuse(path, code, **more)


def answers(path: str, body: object, status: int = 200) -> Prepare:
    return lambda coach: coach.answer(path, body, status)


async def offline(coach: Visit) -> None:
    coach.expected.append("ERR_INTERNET_DISCONNECTED")
    await coach.page.context.set_offline(True)


# Signing in


async def sign_in(coach: Visit) -> None:
    await coach.page.goto(coach.site.url)


def at(view: str) -> Prepare:
    return lambda coach: coach.sign_in(view)


# The list of clips


def clips(*items: dict[str, Any]) -> Prepare:
    async def prepare(coach: Visit) -> None:
        await coach.answer("/sessions?*", {"items": items, "next_cursor": None})
        await coach.answer("/analysis-jobs?*", {"items": [job(), failed("child_died", "…")], "next_cursor": None})
        await coach.answer("/players*", {"items": [{"player_id": "player-7"}], "next_cursor": None})
        await coach.refuse("/analysis-jobs/*/stills", ProblemCode.NOT_FOUND)
        await coach.sign_in("/clips")
        if items:
            await expect(coach.page.locator(".session").first).to_be_visible()

    return prepare


SEASON = [listed(number) for number in range(400)]


async def a_season(coach: Visit) -> None:
    """400 sessions, read to the last page."""

    async def page(route: Route) -> None:
        cursor = re.search(r"cursor=(\d+)", route.request.url)
        first = int(cursor[1]) if cursor else 0
        behind = first + 30
        await route.fulfill(
            json={"items": SEASON[first:behind], "next_cursor": str(behind) if behind < len(SEASON) else None}
        )

    await coach.page.route(f"{coach.site.url}{PREFIX}/sessions?*", page)
    await coach.refuse("/analysis-jobs/*/stills", ProblemCode.NOT_FOUND)
    await coach.sign_in("/clips")
    rows = coach.page.locator(".session")
    for shown in range(30, len(SEASON), 30):
        await expect(rows).to_have_count(shown)
        await coach.page.get_by_role("button", name="Older clips").click()
    await expect(rows).to_have_count(len(SEASON))
    await coach.page.get_by_text("400 sessions").scroll_into_view_if_needed()


async def look_for_nothing(coach: Visit) -> None:
    await coach.page.get_by_placeholder("Title or player").fill("no such clip")


async def choose_the_player(coach: Visit) -> None:
    await coach.page.get_by_role("combobox", name="Player").select_option("player-7")


async def pick_two(coach: Visit) -> None:
    for box in (await coach.page.get_by_role("checkbox").all())[:2]:
        await box.check()


async def empty_the_title(coach: Visit) -> None:
    await expect(coach.page.get_by_role("button", name="Save")).to_be_enabled()
    await coach.page.get_by_label("Title", exact=True).fill("")


async def confirm_deletion(coach: Visit) -> None:
    await coach.page.get_by_role("dialog").get_by_role("button", name="Delete").click()


more_of_a_clip = then(clips(*several_states()), unfold("More"))
asked_to_delete = then(more_of_a_clip, press("Delete"))
edited = then(
    more_of_a_clip, lambda coach: coach.answer("/sessions/*", session(), ETag='"1"'), press("Edit"), empty_the_title
)


# A new clip


def new(discipline: str = "", view: str = "/new") -> Prepare:
    async def prepare(coach: Visit) -> None:
        await coach.answer("/players*", {"items": [{"player_id": "player-7"}], "next_cursor": None})
        await coach.answer("/limits", {"requests": None, "quotas": [], "max_video_bytes": 1_000_000})
        await coach.answer("/sessions/*", session(discipline="bowling", height_cm=181))
        await coach.sign_in(view)
        await expect(coach.page.get_by_text("up to 1.0 MB")).to_be_visible()
        if discipline:
            await coach.page.get_by_role("radio", name=discipline).check()

    return prepare


def choose(*files: FilePayload) -> Prepare:
    async def step(coach: Visit) -> None:
        await coach.page.locator("input[type=file]").last.set_input_files(files or SAMPLE)
        if not files:
            await expect(coach.page.locator(".picked-file video")).to_have_count(1)

    return step


WRONG_FILES: Sequence[FilePayload] = [
    {"name": "IMG_2043.MOV", "mimeType": "video/quicktime", "buffer": bytes(1_000_001)},
    {"name": "scorecard.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"},
    {"name": "empty.mp4", "mimeType": "video/mp4", "buffer": b""},
    {"name": "strange.webm", "mimeType": "video/webm", "buffer": b"not a film"},
    {"name": HOSTILE + ".mp4", "mimeType": "video/mp4", "buffer": b""},
]


async def answer_wrongly(coach: Visit) -> None:
    page = coach.page
    await unfold("Slow motion")(coach)
    await page.get_by_role("radio", name="Yes").check()
    await page.get_by_role("radio", name="Other").check()
    await page.get_by_label("Frames a second").fill("fast")
    await page.get_by_label("Height").fill("6 ft")
    await page.get_by_label("Title").fill("")
    await page.get_by_role("button", name="Send the clip").click()
    await expect(page.get_by_text("A height between")).to_be_visible()


PART = 100_000


async def send(coach: Visit) -> None:
    """Describe the sample and send it off; the API has a place for it, in parts."""
    url = coach.site.bucket_url
    parts = [{"number": number, "url": f"{url}/made/part-{number}"} for number in range(1, 5)]
    initiated = {
        "job_id": JOB,
        "session_id": SESSION,
        "presigned_url": None,
        "required_headers": {},
        "upload": {"part_size": PART, "parts": parts},
        "s3_bucket": "made",
        "s3_key": "made",
        "expires_in": 900,
    }
    await new()(coach)
    await coach.answer("/sessions", session(), 201)
    await coach.answer("/videos/upload/initiate", initiated, 201)
    await coach.answer("/videos/upload/parts", {"part_size": PART, "parts": parts, "uploaded": []})
    await coach.answer("/videos/upload/complete", {"job_id": JOB, "status": "processing", "sqs_message_id": "m-1"}, 202)
    await choose()(coach)
    await coach.page.get_by_label("Player", exact=True).fill("player-7")
    await coach.page.get_by_label("Title").fill("Tuesday nets")


sent = press("Send the clip")


async def store_keeps_two_parts(coach: Visit) -> None:
    """Two parts arrive; the others stay on their way."""

    async def fulfill(route: Route) -> None:
        if route.request.url[-1] in "12":
            await route.fulfill(status=200, headers=CROSS_ORIGIN | {"ETag": '"1"'})

    await coach.page.route(f"{coach.site.bucket_url}/made/part-*", fulfill)


def store_answers(status: int) -> Prepare:
    return lambda coach: coach.bucket_answers("part-*", status, ETag='"1"')


def store_refuses(status: int) -> Prepare:
    """As often as the page tries again within some seconds: it is waiting for longer now."""

    async def prepare(coach: Visit) -> None:
        await coach.page.clock.install()
        await send(coach)
        await store_answers(status)(coach)
        await sent(coach)
        for seconds in (1, 2, 4, 8):
            await expect(coach.page.get_by_text(re.compile(f"again in {seconds} s"))).to_be_visible()
            await coach.page.clock.fast_forward(seconds * 1000)

    return prepare


async def two_parts_arrived(coach: Visit) -> None:
    await expect(coach.page.locator(".upload-percent")).to_have_text("64 %")


under_way = then(send, store_keeps_two_parts, sent, two_parts_arrived)


async def reload(coach: Visit) -> None:
    coach.expected.append("beforeunload")
    await coach.page.reload()


def goes_on_as(**now: Any) -> Prepare:
    """The stream of a job's progress says ``now``."""

    async def prepare(coach: Visit) -> None:
        progress = {"status": "processing", "stage": "waiting", "progress": 0, "attempts": 1, "final": False} | now
        body = f"id: 1\nevent: progress\ndata: {json_of(progress)}\n\n"
        await coach.page.route("**/progress", lambda route: route.fulfill(body=body, content_type="text/event-stream"))

    return prepare


def json_of(value: object) -> str:
    return msgspec.json.encode(value).decode()


# A clip before its result, and without one


def waiting(**now: Any) -> Prepare:
    async def prepare(coach: Visit) -> None:
        state = {"status": "processing", "final": False} | now
        await coach.answer("/sessions/*", session(status="processing"))
        await coach.answer("/analysis-jobs/*", job(completed_at=None, **state))
        await coach.refuse("/analysis-jobs/*/stills", ProblemCode.NOT_FOUND)
        await goes_on_as(**{name: value for name, value in state.items() if name != "sqs_message_id"})(coach)
        await coach.sign_in(CLIP)

    return prepare


async def a_minute_later(coach: Visit) -> None:
    await expect(coach.page.get_by_text("Waiting for a turn …")).to_be_visible()
    await coach.page.clock.fast_forward(61_000)


def refused(code: ProblemCode) -> Prepare:
    return then(refuses("/analysis-jobs/*", code), refuses("/analysis-jobs/*/stills", code), at(CLIP))


def ended(code: ErrorCode, message: str = "Processing failed: the analysis ended with signal 9") -> Prepare:
    async def prepare(coach: Visit) -> None:
        await coach.answer("/sessions/*", session(status="failed"))
        await coach.answer("/analysis-jobs/*", failed(code, message))
        await coach.refuse("/analysis-jobs/*/stills", ProblemCode.NOT_FOUND)
        await coach.sign_in(CLIP)

    return prepare


# A result


def result(results: dict[str, Any], kept: Sequence[Kept] | None = (), revision: int = 1, **of: Any) -> Prepare:
    """``kept``: the images; none are kept for an empty sequence."""

    async def prepare(coach: Visit) -> None:
        await coach.answer("/sessions/*", session(**of))
        await coach.answer("/analysis-jobs/*", job(results=results, revision=revision), ETag='"1"')
        if kept:
            made = images(kept)
            url = await coach.serve("strip", made.strip)
            await coach.answer("/analysis-jobs/*/stills", made.index | {"url": url})
        else:
            await coach.refuse("/analysis-jobs/*/stills", ProblemCode.NOT_FOUND)
        await coach.sign_in(CLIP)
        if kept:
            await expect(coach.page.locator(READY)).to_have_count(1)

    return prepare


def of_kind(schema: int, kind: str, **of_session: Any) -> Prepare:
    return result(released(schema, kind), **of_session)


FAULT = delivery_with_a_fault()
SEVERAL = delivery_of_several()
MEASURED = delivery_with_measures()
OTHERS_MEASURES = delivery_with_measures()
for _measure in OTHERS_MEASURES["measures"]:
    if _measure["name"] == "stride_length":
        _measure["value"] += 21
    if _measure["name"] == "run_up_speed":
        _measure |= {"unit": "m/s", "value": 5.9}
with_images = result(FAULT, DELIVERY)


def without_the_strip(step: Prepare) -> Prepare:
    """A result whose images cannot be read for the reason that ``step`` makes."""
    made = images()

    async def prepare(coach: Visit) -> None:
        await coach.answer("/sessions/*", session())
        await coach.answer("/analysis-jobs/*", job(results=FAULT), ETag='"1"')
        await coach.answer("/analysis-jobs/*/stills", made.index | {"url": f"{coach.site.bucket_url}/made/strip"})
        await step(coach)
        await coach.sign_in(CLIP)

    return prepare


async def address_ran_out(coach: Visit) -> None:
    """The store refuses the first address; the API gives another."""
    made = images()
    await coach.bucket_answers("strip", 403)
    fresh = await coach.serve("fresh", made.strip)
    given = [made.index | {"url": fresh}, made.index | {"url": f"{coach.site.bucket_url}/made/strip"}]
    await coach.page.route(
        f"{coach.site.url}{PREFIX}/analysis-jobs/*/stills",
        lambda route: route.fulfill(json=given.pop() if len(given) > 1 else given[0]),
    )


def move_the_release(name: str = "Release: move it") -> Prepare:
    return lambda coach: coach.page.get_by_role("slider", name=name).press("ArrowLeft")


def correction(step: Prepare) -> Prepare:
    return then(with_images, step, move_the_release())


MOVED = job(results=moved(FAULT, -1), revision=2)


async def somebody_else_moved_it(coach: Visit) -> None:
    await coach.answer("/analysis-jobs/*", job(results=moved(FAULT, 3), revision=2), ETag='"2"')
    await coach.refuse("/analysis-jobs/*/events", ProblemCode.PRECONDITION_FAILED)


async def an_earlier_version(coach: Visit) -> None:
    await coach.answer("/analysis-jobs/*?revision=1", job(results=FAULT), ETag='"1"')
    await coach.page.get_by_label("Version").select_option("1")


async def measure_an_angle(coach: Visit) -> None:
    await press("Measure an angle")(coach)
    for joint in ("left hip", "left knee", "left ankle"):
        await coach.page.get_by_role("button", name=joint).press("Enter")


def film(body: bytes) -> Prepare:
    async def step(coach: Visit) -> None:
        url = await coach.serve("film.mp4", body, "video/mp4")
        await coach.answer("/analysis-jobs/*/video-url", {"url": url, "expires_in": 900})
        await press("Watch the clip")(coach)

    return step


async def lost_connection(coach: Visit) -> None:
    """In the middle of reading: one image is here, the others are not."""
    made = images()
    key = next(item for item in made.index["items"] if item["frame"] == 110)

    async def only_the_first(route: Route) -> None:
        if route.request.headers["range"].startswith(f"bytes={key['offset']}-"):
            body = made.strip[key["offset"] : key["offset"] + key["length"]]
            await route.fulfill(status=206, body=body, headers=CROSS_ORIGIN)
        else:
            await route.abort()

    coach.expected.append("ERR_FAILED")
    await coach.page.route(f"{coach.site.bucket_url}/made/strip", only_the_first)


async def four_frames_back(coach: Visit) -> None:
    for _ in range(4):
        await press("One frame back")(coach)


# Two clips


def compared(left: dict[str, Any], right: dict[str, Any] | None, view: str | None = None) -> Prepare:
    async def prepare(coach: Visit) -> None:
        made = images()
        url = await coach.serve("strip", made.strip)
        await coach.answer("/sessions/*", session())
        sessions = [listed(1, session_id=SESSION), listed(2, job=None), *(listed(number) for number in (3, 4))]
        await coach.answer("/sessions?*", {"items": sessions, "next_cursor": "4"})
        # The newest job of the first session failed; the clip before it was analysed all the same.
        jobs = [
            failed("child_died", "…", job_id=sessions[3]["session_id"]),
            job(job_id=sessions[2]["session_id"], session_id=sessions[2]["session_id"]),
            job(job_id=OTHER_JOB, created_at="2026-11-27T10:05:00Z"),
            job(),
        ]
        await coach.answer("/analysis-jobs?*", {"items": jobs, "next_cursor": None})
        await coach.answer(f"/analysis-jobs/{JOB}", job(results=left))
        other = job(results=right) if right else job(status="processing", final=False)
        identity = {"job_id": OTHER_JOB, "created_at": "2026-11-28T16:40:00Z"}
        await coach.answer(f"/analysis-jobs/{OTHER_JOB}", other | identity)
        await coach.answer("/analysis-jobs/*/stills", made.index | {"url": url})
        await coach.sign_in(view or f"/compare/{JOB}/{OTHER_JOB}")
        if right:
            await expect(coach.page.locator(".pane canvas[data-ready=true]")).to_have_count(2)

    return prepare


pair = compared(FAULT, moved(released(2, "delivery"), 0))


# A player


def player(numbers: dict[str, Any], bowled: dict[str, Any]) -> Prepare:
    async def prepare(coach: Visit) -> None:
        await coach.answer(f"/players/{PLAYER}/progress", numbers)
        await coach.answer(f"/players/{PLAYER}/load", bowled)
        await coach.sign_in(f"/players/{PLAYER}")

    return prepare


of_one_player = player(progress(), load())
NOBODY_BOWLED = load(balls=0)
NOBODY_BOWLED["weeks"] = []


VIEWS = [
    State("sign_in", sign_in, "Access token"),
    State("clips", clips(*several_states()), "Nets 1"),
    State("new", new(), "New clip", is_long=True),
    State("waiting", waiting(stage="extracting_pose", progress=40), "Reading the body"),
    State("failed", ended(ErrorCode.CHILD_DIED), "The analysis broke off"),
    State("result", with_images, "Work on this first", is_long=True),
    State("compare", pair, "What differs", is_long=True),
    State("player", of_one_player, "Every number over time", is_long=True),
]
"""Shown in every scheme on every device, in every size and with longer words."""
STATES = [
    State("nowhere", at("/nowhere"), "There is no such page"),
    State(
        "sign_in_ended",
        then(
            with_images,
            refuses("/analysis-jobs/*/video-url", ProblemCode.UNAUTHENTICATED),
            press("Watch the clip"),
        ),
        "Your sign-in has ended",
    ),
    State("crashed", result({"schema": 2, "pose": {}}), "The page broke"),
    State("clips_empty", clips(), "Film your first ball"),
    State("clips_hostile", clips(listed(1, title=HOSTILE, player_ids=[HOSTILE])), HOSTILE),
    State("clips_400", a_season, "400 sessions. That is all.", is_alike=True),
    State("clips_refused", then(refuses("/sessions?*", ProblemCode.INTERNAL_ERROR), at("/clips")), "Try again"),
    State("clips_busy", then(refuses("/sessions?*", ProblemCode.OVERLOADED), at("/clips")), "The server is busy"),
    State("clips_no_hit", then(clips(*several_states()), look_for_nothing), "No clip fits"),
    State("clips_more", more_of_a_clip, "Add a clip"),
    State("clips_picked", then(clips(*several_states()), pick_two), "Two clips chosen"),
    State("clips_delete", asked_to_delete, "This deletes 2 clips"),
    State(
        "clips_delete_running",
        then(asked_to_delete, refuses("/sessions/*", ProblemCode.CONFLICT), confirm_deletion),
        "An analysis is still running",
    ),
    State("clips_edit", edited, "A title of 1 to 200 characters"),
    *(
        State(f"new_{name.lower()}", new(name), name, is_long=True)
        for name in ("Bowling", "Batting", "Keeping", "Fielding")
    ),
    State("new_chosen", then(new(), choose()), "bowling.mp4"),
    State("new_wrong_files", then(new(), choose(*WRONG_FILES)), "This file is too large"),
    State("new_wrong_answers", then(new(), choose(), answer_wrongly), "Give the clip a title", is_long=True),
    State("new_in_a_session", new(view=f"/new?session={SESSION}"), "Goes into the session"),
    State("new_sending", under_way, "Sending"),
    State("new_paused", then(under_way, press("Pause")), "What has arrived is kept"),
    State("new_offline", then(under_way, offline), "2 of 4 parts have arrived"),
    State("new_cancel", then(under_way, press("Cancel")), "Stop sending this clip?"),
    State("new_reloaded", then(under_way, reload), "The page was reloaded"),
    State("new_store_403", store_refuses(403), "Trying again in 1"),
    State("new_store_503", store_refuses(503), "Trying again in 1"),
    State(
        "new_quota",
        then(send, refuses("/videos/upload/initiate", ProblemCode.QUOTA_EXCEEDED), sent),
        "Your allowance is used up",
    ),
    State(
        "new_rejected",
        then(send, store_answers(200), refuses("/videos/upload/complete", ProblemCode.UPLOAD_REJECTED), sent),
        "The clip that arrived is not the one you chose",
    ),
    State(
        "new_analysed",
        then(send, store_answers(200), goes_on_as(stage="computing_metrics", progress=70), sent),
        "You may close this page",
    ),
    State(
        "new_ready",
        then(send, store_answers(200), goes_on_as(status="completed", progress=100, final=True), sent),
        "The result is ready",
    ),
    State(
        "new_failed",
        then(send, store_answers(200), goes_on_as(status="failed", stage=None, final=True), sent),
        "The analysis failed",
    ),
    State("waiting_unfinished", waiting(status="queued", stage=None, attempts=0), "This clip has not arrived yet"),
    State("waiting_again", waiting(stage="waiting", progress=0, attempts=2), "2 of 3"),
    State(
        "waiting_long",
        then(
            lambda coach: coach.page.clock.install(), waiting(stage="waiting", progress=0, attempts=0), a_minute_later
        ),
        "It is busy right now",
    ),
    *(State(f"failed_{code}", ended(code), is_alike=True) for code in ErrorCode),
    State("failed_hostile", ended(ErrorCode.VIDEO_REJECTED, HOSTILE), HOSTILE),
    State("failed_delete", then(ended(ErrorCode.CHILD_DIED), press("Delete this clip")), "Delete this clip?"),
    State(
        "failed_retry_refused",
        then(
            ended(ErrorCode.CHILD_DIED),
            refuses("/analysis-jobs/*/retry", ProblemCode.QUOTA_EXCEEDED),
            press("Try again"),
        ),
        "Your allowance is used up",
    ),
    *(State(f"refused_{code}", refused(code), is_alike=True) for code in ProblemCode),
    State("refused_offline", then(lambda coach: coach.cut("**/analysis-jobs/**"), at(CLIP)), "No connection"),
    State("result_nothing_to_fix", result(released(2, "delivery"), DELIVERY), "Nothing to fix first", is_long=True),
    State("result_batting", of_kind(2, "stroke"), "Tuesday nets", is_long=True),
    State("result_schema_1", of_kind(1, "delivery"), "Tuesday nets"),
    State("result_nobody", of_kind(2, "nobody"), "Too little could be judged", is_long=True),
    State("result_no_action", of_kind(2, "no_action"), "Too little could be judged", is_long=True),
    State("result_without_frames", of_kind(2, "without_frames"), "it was sent without its frames", is_long=True),
    State("result_long_names", of_kind(2, "delivery", title=LONG, player_ids=[LONG[:64]] * 3), LONG.strip()),
    State(
        "result_hostile",
        result(hostile(delivery_with_measures()), DELIVERY, title=HOSTILE, player_ids=[HOSTILE]),
        HOSTILE,
        is_long=True,
    ),
    State("result_several", result(SEVERAL, DELIVERY), "the best beside the worst", is_long=True),
    State("result_measures", result(delivery_with_measures(), DELIVERY), "Described, not graded", is_long=True),
    State("result_ten_minutes", result(ten_minutes(), LONG_FILM), "Nothing to fix first"),
    State(
        "result_old_version",
        then(result(moved(FAULT, -1), DELIVERY, revision=3), an_earlier_version),
        "An earlier version",
    ),
    State("result_moved", correction(answers("/analysis-jobs/*/events", MOVED)), "Release moved to frame 109"),
    State("result_move_held", correction(lambda coach: coach.cut("**/events")), "Not sent yet"),
    State("result_move_overtaken", correction(somebody_else_moved_it), "Somebody changed this clip meanwhile"),
    State(
        "result_move_refused",
        correction(
            refuses(
                "/analysis-jobs/*/events",
                ProblemCode.INVALID,
                errors=[{"field": "ball_release", "message": "ball_release must come after front_foot_contact."}],
            )
        ),
        "could not be moved",
    ),
    State("result_set_events", then(with_images, unfold("Correct the moments")), "Back foot lands"),
    State("result_angle", then(with_images, measure_an_angle), "in the picture. The report does not use it"),
    State("result_keys", then(with_images, press("Keys")), "mark: move the event"),
    State("result_save", then(with_images, unfold("Save")), "For OpenSim"),
    State("result_reasons", then(with_images, unfold("not judged")), "no single camera can time it"),
    State("result_film", then(with_images, film(SAMPLE.read_bytes())), "The clip"),
    State("result_film_unplayable", then(with_images, film(b"no film")), "This browser cannot play this clip"),
    State("result_offline", without_the_strip(lambda coach: coach.cut("**/made/strip")), "pictures come later"),
    State("result_cut_off", then(without_the_strip(lost_connection), four_frames_back), "pictures come later"),
    State(
        "result_pictures_deleted",
        without_the_strip(lambda coach: coach.bucket_answers("strip", 404)),
        "The pictures were deleted",
    ),
    State("result_address_ran_out", without_the_strip(address_ran_out), "Work on this first"),
    State(
        "result_repeated_frame",
        result(FAULT, [*DELIVERY[:44], Kept(109, 110, DELIVERY[44].t_ms, repeated=True), *DELIVERY[45:]]),
        "The clip repeats this frame",
    ),
    State("player_of_one_clip", player(progress(clips=1), load(balls=12)), "Every number over time", is_long=True),
    State("player_batting", then(of_one_player, press("Batting", "radio")), "Backlift height"),
    State("player_delete", then(of_one_player, press("Delete this player")), "It cannot be undone"),
    State(
        "player_delete_running",
        then(
            of_one_player,
            refuses(f"/players/{PLAYER}", ProblemCode.CONFLICT),
            press("Delete this player"),
            confirm_deletion,
        ),
        "An analysis is still running",
    ),
    State("player_without_numbers", player({"player_id": PLAYER, "items": []}, NOBODY_BOWLED), "No numbers yet"),
    State("player_hostile", player(hostile(progress()), hostile(load())), HOSTILE, is_long=True),
    State("player_refused", then(refuses("/players/*/*", ProblemCode.NOT_FOUND), at("/players/p")), "This is not here"),
    State(
        "player_offline",
        then(lambda coach: coach.cut("**/players/*/*"), at(f"/players/{PLAYER}")),
        "No connection",
    ),
    State("clips_of_a_player", then(clips(*several_states()), choose_the_player), "Progress and load"),
    State("compare_measures", compared(MEASURED, OTHERS_MEASURES), "What differs", is_long=True),
    State("compare_on_top", then(pair, press("On top", "radio")), "over"),
    State("compare_choose", compared(FAULT, None, f"/compare/{JOB}"), "Compare with which clip?"),
    State("compare_not_ready", compared(FAULT, None), "One of the clips is not analysed yet"),
    State(
        "compare_nothing",
        then(answers("/sessions?*", {"items": [], "next_cursor": None}), at(f"/compare/{JOB}")),
        "There is no other clip yet",
    ),
]
