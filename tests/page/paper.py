"""What comes out of a printer."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from playwright.async_api import Page
from tests.page.site import Visit

SIZES: Sequence[tuple[Literal["A4", "Letter"], int]] = (("A4", 711), ("Letter", 733))
"""Papers, and the CSS pixels between the margins."""
SHEETS = 2
SMALLEST_PT = 8.5
SCREENSHOTS = os.environ.get("SCREENSHOTS")


async def assert_two_sheets(coach: Visit, name: str) -> None:
    """The result that is shown takes no third sheet, and what is on them can be read to the end of each line."""
    page = coach.page
    before = page.viewport_size
    assert before is not None
    for size, width in SIZES:
        pdf = await page.pdf(format=size)
        if SCREENSHOTS:
            (Path(SCREENSHOTS) / f"{name}_{size}.pdf").write_bytes(pdf)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= SHEETS, (name, size)
        await page.emulate_media(media="print")
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate(TOO_SMALL, SMALLEST_PT) == [], (name, size)
        assert await page.evaluate(CUT) == [], (name, size)
        await page.emulate_media(media="null")
        await page.set_viewport_size(before)


async def printed_words(page: Page) -> str:
    """The text that paper shows."""
    await page.emulate_media(media="print")
    words = await page.locator("main").inner_text()
    await page.emulate_media(media="null")
    return words


_TEXTS = """
const shown = [];
const walker = document.createTreeWalker(document.getElementById('page'), NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const parent = node.parentElement;
  if (!node.data.trim() || !parent.checkVisibility({ visibilityProperty: true })) continue;
  if (parent.closest('.visually-hidden, option')) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const box = range.getBoundingClientRect();
  if (box.width) shown.push([node, parent, box]);
}
"""
TOO_SMALL = f"""least => {{
  {_TEXTS}
  return shown.flatMap(([node, parent]) => {{
    // On paper a curve keeps its size of the screen, made smaller; a window of that width draws it again.
    if (parent.ownerSVGElement) return [];
    const points = parseFloat(getComputedStyle(parent).fontSize) * 72 / 96;
    return points < least - 0.05 ? [`${{points.toFixed(2)}} pt: ${{node.data}}`] : [];
  }});
}}"""
CUT = f"""() => {{
  {_TEXTS}
  return shown.flatMap(([node, parent, text]) => {{
    for (let box = parent; box && box.id !== 'page'; box = box.parentElement) {{
      const style = getComputedStyle(box);
      if (style.overflow === 'visible' || style.webkitLineClamp !== 'none') continue;
      const edge = box.getBoundingClientRect();
      if (text.right > edge.right + 1 || text.bottom > edge.bottom + 1) return [node.data];
    }}
    return [];
  }});
}}"""
