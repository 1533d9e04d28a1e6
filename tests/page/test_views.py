"""Every view and every state that a coach can meet: drawn, in both schemes, on a laptop and on a phone, for everybody.

With ``SCREENSHOTS=directory`` each is kept there as a PNG.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.page.conftest import Screen, Screens
from tests.page.made import HOSTILE
from tests.page.site import Visit
from tests.page.states import STATES, VIEWS, State, bring

AXE = (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENSHOTS = os.environ.get("SCREENSHOTS")
LAPTOP, DARK_LAPTOP = Screen(), Screen(dark=True)
PHONE, DARK_PHONE = Screen(phone=True), Screen(phone=True, dark=True)


async def keep(coach: Visit, name: str, *, whole: bool = False) -> None:
    if SCREENSHOTS:
        await coach.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=whole)


@pytest.mark.parametrize("state", VIEWS, ids=lambda state: state.name)
async def test_a_view_is_drawn_for_everybody(screens: Screens, state: State) -> None:
    for screen in (LAPTOP, DARK_PHONE, DARK_LAPTOP, PHONE):
        async with screens(screen) as coach:
            await bring(coach, state)
            await assert_accessible(coach)
            await assert_drawn(coach, state, screen)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
async def test_a_state_is_drawn_for_everybody(screens: Screens, state: State) -> None:
    """On a laptop, and in the dark on a phone. One of them, in turns, is where the coach comes to it."""
    is_laptop_first = STATES.index(state) % 2 == 1
    first, then = (LAPTOP, DARK_PHONE) if is_laptop_first else (DARK_PHONE, LAPTOP)
    async with screens(first) as coach:
        await bring(coach, state)
        await assert_accessible(coach)
        await assert_drawn(coach, state, first)
        if not SCREENSHOTS:
            await coach.turn(then.size)
            await coach.page.emulate_media(color_scheme=then.scheme)
            await assert_drawn(coach, state, then)
    if SCREENSHOTS:
        async with screens(then) as coach:
            await bring(coach, state)
            if not state.is_alike:
                await assert_accessible(coach)
            await assert_drawn(coach, state, then)


async def assert_drawn(coach: Visit, state: State, screen: Screen) -> None:
    await assert_fits(coach)
    assert await coach.page.locator("img[src=x]").count() == 0, f"{HOSTILE} became markup"
    await keep(coach, f"{state.name}_{screen.name}")
    if state.is_long:
        await keep(coach, f"{state.name}_{screen.name}_whole", whole=True)


SIZES = {"landscape": (844, 390), "zoomed": (720, 450), "narrow": (320, 568)}


@pytest.mark.parametrize("state", VIEWS, ids=lambda state: state.name)
async def test_a_view_fits_every_window_and_longer_words(screens: Screens, state: State) -> None:
    """A phone on its side, a laptop at 200 %, the narrowest window; and words 40 % longer in each."""
    async with screens(PHONE) as coach:
        await bring(coach, state)
        for name, (width, height) in SIZES.items():
            await coach.turn({"width": width, "height": height})
            await assert_fits(coach)
            await keep(coach, f"{state.name}_{name}")
        await assert_accessible(coach)
        await coach.page.evaluate(LONGER_WORDS)
        for name, (width, height) in ({"phone": (390, 844), "laptop": (1440, 900)} | SIZES).items():
            await coach.turn({"width": width, "height": height})
            await assert_fits(coach)
            assert await coach.page.evaluate(CUT_OFF) == [], name
            await keep(coach, f"{state.name}_longer_words_{name}")


@pytest.mark.parametrize("state", VIEWS, ids=lambda state: state.name)
async def test_a_view_is_there_in_hindi(screens: Screens, state: State) -> None:
    async with screens(PHONE) as coach:
        await bring(coach, state)
        await coach.page.evaluate("localStorage.setItem('cricksy.language', 'hi')")
        await coach.page.reload()
        await expect(coach.page.locator("html")).to_have_attribute("lang", "hi")
        await expect(coach.page.get_by_role("heading", level=2).first).to_be_visible()
        await assert_fits(coach)
        await keep(coach, f"{state.name}_hindi")


async def test_what_is_decided_on_lies_above_the_fold_of_a_laptop(screens: Screens) -> None:
    state = next(state for state in VIEWS if state.name == "result")
    async with screens(LAPTOP) as coach:
        await bring(coach, state)
        for name in (".priority", ".stage", ".transport", ".result-charts"):
            box = await coach.page.locator(name).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 900, name


async def test_nothing_moves_where_motion_is_not_wanted(screens: Screens) -> None:
    state = next(state for state in VIEWS if state.name == "waiting")
    async with screens(LAPTOP) as coach:
        await bring(coach, state)
        assert await coach.page.evaluate("document.getAnimations().length") == 0


async def test_a_result_is_printed_without_what_paper_cannot_do(screens: Screens) -> None:
    state = next(state for state in VIEWS if state.name == "result")
    async with screens(DARK_LAPTOP) as coach:
        await bring(coach, state)
        await coach.page.emulate_media(media="print")
        await coach.page.set_viewport_size({"width": 794, "height": 1123})
        await assert_fits(coach)
        assert await coach.page.locator(".button:visible, input:visible").count() == 0
        await keep(coach, "result_printed", whole=True)
        await coach.page.emulate_media(media="null")


async def assert_accessible(coach: Visit) -> None:
    await coach.page.evaluate(AXE)
    found = await coach.page.evaluate(
        """rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]))""",
        RULES,
    )
    # Where a joint is, the picture says: WCAG 2.5.8 excepts targets whose place is essential.
    found = [
        [rule, nodes]
        for rule, nodes in found
        if rule != "target-size" or not all("angle-joint" in node for node in nodes)
    ]
    assert found == []


async def assert_fits(coach: Visit) -> None:
    """Nothing makes the page wider than the window."""
    widths = await coach.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


WORDS = r"""
const words = [];
const walker = document.createTreeWalker(document.getElementById('page'), NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  if (/\p{L}{2}/u.test(node.data) && !node.parentElement.closest('svg, option, .visually-hidden')) words.push(node);
}
"""
LONGER_WORDS = f"""() => {{
  {WORDS}
  for (const node of words) node.data += ' ' + node.data.slice(0, Math.ceil(node.data.length * 0.4));
}}"""
CUT_OFF = f"""() => {{
  {WORDS}
  const cut = [];
  for (const node of words) {{
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (!text.width || !node.parentElement.checkVisibility()) continue;
    for (let box = node.parentElement; box && box.id !== 'page'; box = box.parentElement) {{
      const style = getComputedStyle(box);
      const edge = box.getBoundingClientRect();
      if (edge.width <= 1) break;
      const isControl = box.matches('.button, summary, .pill');
      if (style.overflowX === 'visible' && !isControl) continue;
      if (style.textOverflow === 'ellipsis' || style.overflowX === 'auto') break;
      if (text.right > edge.right + 1 || text.bottom > edge.bottom + 1) cut.push(node.data);
      break;
    }}
  }}
  return cut;
}}"""
