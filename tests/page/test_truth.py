"""The image on the canvas, the frame that is named and the joints that are drawn are those of one frame, always."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import av
import cv2
import httpx
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Page, expect
from tests.page.conftest import Visits
from tests.page.films import BAR, BAR_HEIGHT, BITS, CODE_WIDTH, CodedFilm, delivery, shoot
from tests.page.paper import assert_two_sheets
from tests.page.site import Visit

EVEN = [index * 1000 / 30 for index in range(len(delivery()))]
FILMS = [
    CodedFilm(name="even.mp4", t_ms=EVEN),
    CodedFilm(name="hevc.mov", codec="libx265", t_ms=EVEN),
    CodedFilm(name="variable.mp4", t_ms=[t_ms + index % 3 * 8 for index, t_ms in enumerate(EVEN)]),
    CodedFilm(name="turned.mp4", t_ms=EVEN, counter_clockwise=90),
    CodedFilm(name="late.mp4", t_ms=[t_ms + 700 for t_ms in EVEN]),
]
MARGIN = 0.5
"""Pixels of the source that a drawn joint may lie beside its landmark."""

Image = NDArray[np.uint8]


class Shown(msgspec.Struct):
    """What the stage shows at one instant. Lengths are pixels of the upright source frame."""

    canvas_frame: int
    svg_frame: int
    text: str
    label: str
    joints: dict[str, tuple[float, float]]
    """Middle of each joint on the screen, by the landmark's number."""
    view: tuple[float, float, float, float]
    """The part of the source frame that canvas and lines show: x, y, width and height."""
    charts: list[tuple[dict[str, float], float | None]]
    """Of each chart where its events stand, by name, and its playhead: pixels from its left."""
    chips: list[str]
    """Events whose chip says that their frame is shown."""
    levels: list[int]
    """Grey levels of the canvas at the points that were asked for; 0–255."""


SHOWN = """([given, code]) => {
  const stage = document.querySelector('.stage');
  const canvas = stage.querySelector('canvas');
  const svg = stage.querySelector('svg[data-frame]');
  const box = svg.getBoundingClientRect();
  const view = svg.viewBox.baseVal;
  const scale = Math.min(box.width / view.width, box.height / view.height);
  const left = box.left + (box.width - view.width * scale) / 2;
  const top = box.top + (box.height - view.height * scale) / 2;
  const joints = {};
  for (const joint of svg.querySelectorAll('[data-joint]')) {
    const at = joint.getBoundingClientRect();
    joints[joint.dataset.joint] = [
      (at.left + at.width / 2 - left) / scale + view.x,
      (at.top + at.height / 2 - top) / scale + view.y,
    ];
  }
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const start = code && (Math.floor((view.x + code.bar) / code.width) + 1) * code.width;
  const points = code ? code.middles.map(([x, y]) => [start + x, y]) : given;
  const levels = points.map(([x, y]) => {
    const column = Math.floor((x - view.x) / view.width * canvas.width);
    const row = Math.floor((y - view.y) / view.height * canvas.height);
    return pixels.data[(row * canvas.width + column) * 4 + 1];
  });
  const charts = [...document.querySelectorAll('.chart-plot')].map(plot => [
    Object.fromEntries(
      [...plot.querySelectorAll('[data-event]')].map(line => [line.dataset.event, line.x1.baseVal.value])),
    plot.querySelector('.playhead line')?.x1.baseVal.value ?? null,
  ]);
  const chips = [...document.querySelectorAll('.chip[aria-current]')].map(chip => chip.dataset.event);
  return {
    charts, chips, canvas_frame: Number(canvas.dataset.frame), svg_frame: Number(svg.dataset.frame),
    text: document.querySelector('[data-shows=frame]').textContent, label: canvas.getAttribute('aria-label'),
    joints, view: [view.x, view.y, view.width, view.height], levels,
  };
}"""


async def shown(page: Page, points: Sequence[tuple[float, float]] = (), code: object = None) -> Shown:
    """``points``: where to read the canvas; or ``code``, whose first copy that lies inside the view whole is read."""
    # Two turns of the browser: what one key changes is on the screen then, as a coach sees it.
    await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await expect(page.locator(".stage canvas[data-ready=true]")).to_have_count(1)
    return msgspec.convert(await page.evaluate(SHOWN, [list(points), code]), Shown)


def code_on(height: int) -> object:
    """Where the codes on a frame of ``height`` pixels are: the step from one to the next, and their bars."""
    y = height - BAR_HEIGHT + 20
    return {"width": CODE_WIDTH, "bar": BAR, "middles": [((index + 0.5) * BAR, y) for index in range(BITS + 4)]}


def code_of(levels: Sequence[int]) -> int:
    bits = [level > 127 for level in levels]
    assert bits[:3] == [True, True, False], levels
    assert not bits[-1], levels
    return int("".join("01"[bit] for bit in bits[3 : 3 + BITS]), 2)


async def open_clip(coach: Visit, job: dict[str, Any]) -> list[dict[str, Any]]:
    """The stills' items in order of the video, once the first image is on the screen."""
    await coach.sign_in(f"/clip/{job['job_id']}")
    await expect(coach.page.locator(".stage canvas[data-ready=true]")).to_have_count(1)
    # Reading the canvas back is the test's doing.
    coach.expected.append("willReadFrequently")
    async with coach.site.coach(coach.sub) as caller:
        stills = (await caller.call("GET", f"/analysis-jobs/{job['job_id']}/stills")).json()
    return steps_of(stills)


def steps_of(stills: dict[str, Any]) -> list[dict[str, Any]]:
    """One image a frame, with the part of the frame that it shows: of two the action's, which is the larger."""
    by_frame: dict[int, dict[str, Any]] = {}
    for item in stills["items"]:
        if item["action"] is not None or item["frame"] not in by_frame:
            by_frame[item["frame"]] = item
    return [by_frame[frame] for frame in sorted(by_frame)]


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.name)
async def test_each_frame_shows_its_own_code_its_own_number_and_its_own_joints(
    visit: Visits, tmp_path: Path, film: CodedFilm
) -> None:
    async with visit() as coach:
        job = await coach.analysed(await asyncio.to_thread(shoot, tmp_path / film.name, film))
        assert job["status"] == "completed", job["error_message"]
        frames = {frame["frame"]: frame for frame in job["results"]["pose"]["frames"]}
        code = code_on(job["results"]["pose"]["pose_summary"]["height"])
        items = await open_clip(coach, job)
        assert len(items) > 30
        page = coach.page
        await page.keyboard.press("Home")
        keys = ["ArrowRight"] * (len(items) - 1) + ["ArrowLeft"] * (len(items) - 1)
        at = list(range(len(items))) + list(range(len(items) - 2, -1, -1))
        for index, key in zip(at, ["Home", *keys], strict=True):
            await page.keyboard.press(key)
            now = await shown(page, code=code)
            item = items[index]
            assert (now.canvas_frame, now.svg_frame, code_of(now.levels)) == (item["frame"],) * 3
            assert str(item["frame"]) in now.text
            assert str(item["frame"]) in now.label
            assert_joints(now, frames[item["frame"]]["landmarks"])
            assert_charts(now, item, job["results"]["pose"]["pose_summary"]["events"])


def assert_charts(now: Shown, item: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """The playhead stands where the frame's own time is between the events, and the chips know whose frame it is."""
    assert now.chips == [event["name"] for event in events if event["frame"] == item["frame"]]
    times = {event["name"]: event["t_ms"] for event in events}
    assert len(now.charts) == 2
    for lines, playhead in now.charts:
        (first, left), (last, right) = (
            min(lines.items(), key=lambda of: of[1]),
            max(lines.items(), key=lambda of: of[1]),
        )
        scale = (right - left) / (times[last] - times[first])
        if playhead is not None:
            assert abs(playhead - (left + (item["t_ms"] - times[first]) * scale)) < MARGIN
        elif lines:
            assert not times[first] <= item["t_ms"] <= times[last]


def assert_joints(now: Shown, landmarks: list[list[float]] | None) -> None:
    assert bool(now.joints) == bool(landmarks)
    for number, (x, y) in now.joints.items():
        assert landmarks is not None
        expected = landmarks[int(number)]
        assert abs(x - expected[0]) < MARGIN, number
        assert abs(y - expected[1]) < MARGIN, number


CLIPS = ["bowling/side_03.mp4", "reference/cam01.mp4", "general/two_people.mp4"]


@pytest.mark.parametrize("name", CLIPS)
async def test_random_frames_of_a_real_clip_are_the_decoders_own(visit: Visits, clips: Path, name: str) -> None:
    """Landscape, portrait and 60 frames a second. They are printed on two sheets."""
    async with visit() as coach:
        job = await coach.analysed(clips / name)
        items = await open_clip(coach, job)
        await assert_two_sheets(coach, f"printed_{Path(name).stem}")
        frames = {frame["frame"]: frame for frame in job["results"]["pose"]["frames"]}
        async with coach.site.coach(coach.sub) as caller:
            stills = (await caller.call("GET", f"/analysis-jobs/{job['job_id']}/stills")).json()
        async with httpx.AsyncClient() as s3:
            strip = (await s3.get(stills["url"])).content
        summary = job["results"]["pose"]["pose_summary"]
        whole = (0, 0, summary["width"], summary["height"])
        crops = {"action": tuple(stills["crop"]), "overview": whole}
        decoded = await asyncio.to_thread(decode, clips / name, crops)
        chosen = random.Random(name).sample(items, 30)  # noqa: S311 - which frames to look at
        page = coach.page
        for item in chosen:
            await page.locator("input[type=range][data-shows=time]").fill(str(items.index(item)))
            now = await shown(page)
            assert (now.canvas_frame, now.svg_frame) == (item["frame"],) * 2
            assert_joints(now, frames[item["frame"]]["landmarks"])
            jpeg = strip[item["offset"] : item["offset"] + item["length"]]
            kept = decode_jpeg(jpeg)
            part = "overview" if item["action"] is None else "action"
            assert_nearest(kept, decoded[part], item)
            await assert_same_image(page, kept, now, crops[part])


def decode_jpeg(jpeg: bytes) -> Image:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


Crop = tuple[int, int, int, int]
Small = NDArray[np.float64]


def decode(path: Path, crops: Mapping[str, Crop]) -> dict[str, list[Small]]:
    """Each part of every frame, upright, made small: a few dozen frames of 4K do not fit in memory many times."""
    parts: dict[str, list[Small]] = {name: [] for name in crops}
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            # The luminance alone: converting to colours takes most of the time, and says no more of which frame it is.
            gray = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
            image: Image = np.asarray(np.rot90(gray, frame.rotation // 90 % 4), np.uint8)
            for name, (x, y, width, height) in crops.items():
                parts[name].append(small(image[y : y + height, x : x + width]))
    return parts


def small(image: Image) -> Small:
    return np.asarray(cv2.resize(np.ascontiguousarray(image), (96, 96), interpolation=cv2.INTER_AREA), np.float64)


def assert_nearest(kept: Image, sources: Sequence[Small], item: dict[str, Any]) -> None:
    """No other frame of the film is more like the image than its own; equal ones repeat it."""
    mine = small(np.asarray(cv2.cvtColor(kept, cv2.COLOR_RGB2GRAY), np.uint8))
    differences = [float(np.mean((mine - source) ** 2)) for source in sources]
    assert differences[item["frame"]] <= min(differences) + 0.5, (item, np.argsort(differences)[:3])


async def assert_same_image(page: Page, kept: Image, now: Shown, crop: Sequence[int]) -> None:
    """The canvas shows the still: grey levels at a hundred points agree but for what the browser's scaling does."""
    x, y, width, height = crop
    inside = [
        (column, row)
        for column in np.linspace(x, x + width, 14)[2:-2]
        for row in np.linspace(y, y + height, 14)[2:-2]
        if now.view[0] < column < now.view[0] + now.view[2] and now.view[1] < row < now.view[1] + now.view[3]
    ]
    assert len(inside) > 20
    levels = (await shown(page, [(float(column), float(row)) for column, row in inside])).levels
    blurred = cv2.blur(kept, (5, 5))
    expected = [
        int(blurred[int((row - y) / height * kept.shape[0]), int((column - x) / width * kept.shape[1]), 1])
        for column, row in inside
    ]
    assert float(np.median(np.abs(np.subtract(levels, expected)))) < 8
