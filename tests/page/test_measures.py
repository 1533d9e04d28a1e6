"""Numbers that describe an action, what changed since last time, and a player over time."""

import copy
import json
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from tests.page.conftest import Visits
from tests.page.films import SAMPLE
from tests.page.made import DELIVERY, JOB, OTHER_JOB, delivery_with_measures, session
from tests.page.states import MEASURED, OTHERS_MEASURES, SEVERAL, compared, edited, of_one_player, result

from cricksy.results.measures import H_OF_HEIGHT

measured: dict[str, Any] = {measure["name"]: measure for measure in MEASURED["measures"]}


def tile(page: Page, title: str) -> Locator:
    return page.locator(".tile.described").filter(has=page.get_by_role("heading", name=title, exact=True))


async def test_a_tile_says_value_error_reference_and_source_and_goes_to_its_last_moment(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(MEASURED, DELIVERY)(coach)
        stride = tile(page, "Stride length")
        await expect(stride).to_contain_text("52 % ± 4")
        source = stride.get_by_text("Spratford 2016")
        await expect(source).to_be_hidden()
        await stride.locator("summary").click()
        await expect(source).to_be_visible()
        kept = tile(page, "Run up kept").get_by_role("button")
        await stride.get_by_role("button").click()
        await expect(page.locator(".stage canvas")).to_have_attribute("data-frame", "102")
        await kept.focus()
        await kept.press("Enter")
        await expect(page.locator(".stage canvas")).to_have_attribute("data-frame", "110")
        assert measured["run_up_kept"]["moments"][-1]["frame"] == 110


@pytest.mark.parametrize("balls", [0, 12])
async def test_the_week_says_how_many_balls_it_has_or_why_it_has_none(visit: Visits, balls: int) -> None:
    results = delivery_with_measures()
    text = "The plan has no bowling. That is already too much for a week: rest from bowling."
    results["report"]["load"] = {"balls": balls, "days": min(balls, 1), "limit": 100, "text": text}
    async with visit() as coach:
        await result(results, DELIVERY)(coach)
        await expect(coach.page.locator(".week .lead")).to_have_text(f"12 balls on 1 day. {text}" if balls else text)


async def test_only_a_tile_with_a_range_has_a_band_and_one_without_a_reference_says_so(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(MEASURED, DELIVERY)(coach)
        bands, words, unknown = 0, 0, 0
        for measure in MEASURED["measures"]:
            if measure["value"] is None:
                continue
            one, reference = tile(page, measure["title"]), measure["reference"]
            has_band = reference is not None and (reference["low"], reference["high"]) != (None, None)
            await expect(one.locator(".range-bar")).to_have_count(int(has_band))
            await expect(one.get_by_text("No norm known")).to_have_count(int(reference is None))
            await expect(one.locator("details.norm")).to_have_count(int(reference is not None))
            bands, words, unknown = bands + has_band, words + (reference is not None), unknown + (reference is None)
        assert min(bands, words - bands, unknown) > 0
        await expect(tile(page, "Trunk lean release").locator("summary")).to_have_text("The fastest bend further")


async def test_phases_come_in_the_order_of_an_action_and_what_is_missing_stands_together(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(MEASURED, DELIVERY)(coach)
        phases = await page.locator(".phase > h3").all_inner_texts()
        assert phases == ["Run-up", "Stride", "Front leg", "Trunk and head", "Arm", "Other"]
        missing = page.locator(".unmeasured")
        await expect(missing.locator("summary")).to_have_text("Not measured: 3")
        await missing.locator("summary").click()
        await expect(missing.locator("dt").first).to_have_text("Knee release · Knee change")
        await expect(missing.locator("dd").first).to_have_text("The knee was hidden by the other leg.")


async def test_a_measure_with_a_curve_can_be_the_second_chart(visit: Visits) -> None:
    async with visit() as coach:
        await result(MEASURED, DELIVERY)(coach)
        second = coach.page.get_by_role("combobox", name="Number in this chart").nth(1)
        await second.select_option("trunk_lean_release")
        await expect(coach.page.locator(".chart").nth(1).get_by_role("slider")).to_have_accessible_name(
            re.compile("Trunk lean release")
        )


async def test_the_priority_is_a_command_with_how_often_it_was_seen(visit: Visits) -> None:
    async with visit() as coach:
        await result(SEVERAL, DELIVERY)(coach)
        band = coach.page.locator(".priority")
        await expect(band.get_by_role("heading")).to_have_text("Let the front leg hold after it lands")
        await expect(band).to_contain_text("The front knee bends after it lands")
        await expect(band).to_contain_text("seen in 3 of 4 balls")
        await expect(coach.page.locator(".finding").first).to_contain_text("150° or more: fast bowlers of a squad")


async def test_findings_and_notes_say_what_they_rest_on(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(MEASURED, DELIVERY)(coach)
        fault, note = (
            [f"Source: {one['source']}" for one in said if one.get("source")]
            for said in (MEASURED["findings"]["findings"], MEASURED["report"]["notes"])
        )
        assert len(fault) == len(note) == 1
        for source in (*fault, *note):
            await expect(page.get_by_text(source)).to_be_visible()
        await page.emulate_media(media="print")
        await expect(page.get_by_text(fault[0])).to_be_visible()
        await expect(page.get_by_text(note[0])).to_be_hidden()


async def test_what_changed_leads_to_the_two_clips_side_by_side(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(MEASURED, DELIVERY)(coach)
        since = page.locator(".since")
        changed = await since.locator("li h3").all_inner_texts()
        assert changed == ["Stride length", "Trunk lean release"]
        await expect(since).to_contain_text("No more than the error: Head drop 12 → 11 %")
        link = since.get_by_role("link", name="Beside the clip of 20 Nov 2026")
        await expect(link).to_have_attribute("href", f"#/compare/{OTHER_JOB}/{JOB}")


async def test_the_largest_difference_for_its_error_comes_first(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await compared(MEASURED, OTHERS_MEASURES)(coach)
        first = page.locator(".difference").first
        await expect(first.get_by_role("heading")).to_have_text("Stride length")
        await expect(first).to_contain_text("A sure difference")
        await expect(page.locator(".difference").nth(1)).to_contain_text("No sure difference")
        unlike = page.get_by_text("Read in different ways in these two clips")
        await expect(unlike).to_contain_text("Run up speed")


async def test_metres_are_compared_with_shares_of_the_height(visit: Visits) -> None:
    height_m = 1.84
    in_metres = copy.deepcopy(MEASURED)
    in_metres["player"] = {"height_cm": round(100 * height_m)}
    by_name = {one["name"]: one for one in in_metres["measures"]}
    speed, stride = by_name["run_up_speed"], by_name["stride_length"]
    per_second = H_OF_HEIGHT * height_m
    speed |= {"unit": "m/s", "value": per_second * (speed["value"] + 2.0), "uncertainty": 0.1 * per_second}
    stride |= {"unit": "m", "value": height_m * (stride["value"] + 21) / 100, "uncertainty": 0.01 * height_m}
    async with visit() as coach:
        await compared(MEASURED, in_metres)(coach)
        differences = coach.page.locator(".difference")
        said = {
            title: differences.filter(has=coach.page.get_by_role("heading", name=title, exact=True))
            for title in ("Run up speed", "Stride length")
        }
        await expect(said["Run up speed"]).to_contain_text("+2.0")
        await expect(said["Stride length"]).to_contain_text("+21 %")
        await expect(coach.page.get_by_text("Read in different ways in these two clips")).to_have_count(0)


async def test_height_age_and_style_are_edited_with_the_session(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await edited(coach)
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Title").fill("Nets")
        await dialog.get_by_label("Height").fill("17")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_contain_text("A height between 80 and 230 cm.")
        await dialog.get_by_label("Height").fill("172,6")
        await dialog.get_by_label("Age group").select_option("u15")
        await dialog.get_by_role("radio", name="Spin").check()
        await coach.answer("/sessions/*", session(title="Nets", height_cm=173))
        async with page.expect_request(lambda request: request.method == "PATCH") as sent:
            await dialog.get_by_role("button", name="Save").click()
        body = json.loads((await sent.value).post_data or "{}")
        assert body == {
            "title": "Nets",
            "player_ids": ["player-7"],
            "height_cm": 173,
            "age_group": "u15",
            "bowling_style": "spin",
        }


async def test_a_player_s_numbers_are_drawn_and_listed_with_their_errors(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await of_one_player(coach)
        line = page.locator(".line").first
        await expect(line.get_by_role("heading")).to_have_text("Stride length")
        await expect(line.get_by_role("img")).to_have_accessible_name(
            "Stride length over 8 clips: from 58 % ± 4 to 74 % ± 4."
        )
        await expect(line.locator(".trend-error")).to_have_count(8)
        await line.locator("summary", has_text="Numbers").click()
        await expect(line.locator("tbody tr")).to_have_count(8)
        await expect(line.locator("tbody tr").last).to_contain_text("58 % ± 4")
        newest = await line.locator("tbody a").first.get_attribute("href")
        assert newest == f"#/clip/{JOB[:-2]}07"
        changed = await page.locator(".changed h3").all_inner_texts()
        assert changed == ["Stride length", "Front knee", "Run up speed"]


async def test_a_week_over_its_limits_says_so(visit: Visits) -> None:
    async with visit() as coach:
        await of_one_player(coach)
        rows = coach.page.locator(".load dl > div")
        await expect(rows.nth(0)).to_contain_text("over the limit: 104 of 100")
        await expect(rows.nth(2)).to_have_text("Days with bowling4 of 4")
        await expect(coach.page.locator(".load-bar.over")).to_have_count(1)


async def test_a_clip_leads_to_its_player(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        await result(MEASURED, DELIVERY)(coach)
        await expect(page.get_by_role("link", name="player-7")).to_have_attribute("href", "#/players/player-7")
        await of_one_player(coach)
        await expect(page.get_by_role("heading", level=1)).to_have_text("player-7")


async def test_the_real_calls_fill_the_view(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        job = await coach.analysed(SAMPLE, discipline="bowling", player_ids=["Asha R."])
        await coach.sign_in("/clips")
        await page.get_by_role("combobox", name="Player").select_option("Asha R.")
        await page.get_by_role("link", name="Progress and load").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Asha R.")
        head = page.locator(".line").filter(has=page.get_by_role("heading", name="Head", exact=True))
        metric = job["results"]["metrics"]["head_stability_score"]
        await expect(head.locator(".tile-value")).to_have_text(f"{metric['value']:.1f} % ± {metric['error']:.1f}")
        await expect(page.locator(".load dl > div").first).to_contain_text("1 of 100")


async def test_all_of_a_player_is_saved_and_then_deleted(visit: Visits) -> None:
    async with visit() as coach:
        page = coach.page
        job = await coach.analysed(SAMPLE, discipline="bowling", player_ids=["Asha R."])
        await coach.sign_in("/players/Asha%20R.")
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name="Save everything").click()
        download = await downloading.value
        assert download.suggested_filename == "Asha-R.ndjson"
        lines = [json.loads(line) for line in (await download.path()).read_text().splitlines()]
        assert [line["job"]["job_id"] for line in lines if "job" in line] == [job["job_id"]]
        assert lines[-1]["end"] == {"sessions": 1, "jobs": 1, "problem": None}
        await page.get_by_role("button", name="Delete this player").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(dialog).to_have_count(0)
        await page.get_by_role("button", name="Delete this player").click()
        await dialog.get_by_role("button", name="Delete").click()
        await expect(page.get_by_text("Film your first ball")).to_be_visible()
