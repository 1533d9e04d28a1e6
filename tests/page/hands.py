"""How a coach works the page: with a mouse, a finger, or the keyboard alone."""

from pathlib import Path
from typing import Protocol

from playwright.async_api import Locator, Page

MOST_TABS = 200
FOCUS = "element => element === document.activeElement ? getComputedStyle(element).outlineStyle : null"
"""Whether an element has the focus, and how that shows."""


class Hand(Protocol):
    """One way of pressing, writing, choosing and opening a file. Nothing else touches the page."""

    async def press(self, target: Locator) -> None: ...
    async def write(self, target: Locator, text: str) -> None: ...
    async def choose(self, radio: Locator) -> None: ...
    async def pick(self, select: Locator, value: str) -> None: ...
    async def move(self, mark: Locator, key: str) -> None: ...
    async def open_file(self, button: Locator, file: Path) -> None: ...


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, target: Locator) -> None:
        await target.click()

    async def write(self, target: Locator, text: str) -> None:
        await target.fill(text)

    async def choose(self, radio: Locator) -> None:
        await radio.check()

    async def pick(self, select: Locator, value: str) -> None:
        await select.select_option(value)

    async def move(self, mark: Locator, key: str) -> None:
        await mark.press(key)

    async def open_file(self, button: Locator, file: Path) -> None:
        async with self.page.expect_file_chooser() as chooser:
            await self.press(button)
        await (await chooser.value).set_files(file)


class Finger(Mouse):
    async def press(self, target: Locator) -> None:
        await target.tap()

    async def choose(self, radio: Locator) -> None:
        await radio.tap()


class Keyboard(Mouse):
    async def press(self, target: Locator) -> None:
        await self.reach(target)
        await self.page.keyboard.press("Enter")

    async def write(self, target: Locator, text: str) -> None:
        await self.reach(target)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def choose(self, radio: Locator) -> None:
        name = await radio.get_attribute("name")
        # Tab stops at the one that is chosen; the arrows go round the others.
        await self.reach(self.page.locator(f"input[name='{name}']:checked"))
        for _ in range(await self.page.locator(f"input[name='{name}']").count()):
            if await radio.is_checked():
                return
            await self.page.keyboard.press("ArrowRight")
        raise AssertionError(f"the arrows never reach {radio}")

    async def pick(self, select: Locator, value: str) -> None:
        await self.reach(select)
        now = await select.input_value()
        key = "ArrowUp" if int(value) < int(now) else "ArrowDown"
        for _ in range(abs(int(value) - int(now))):
            await self.page.keyboard.press(key)

    async def move(self, mark: Locator, key: str) -> None:
        await self.reach(mark)
        await self.page.keyboard.press(key)

    async def reach(self, wanted: Locator) -> None:
        """Press Tab until ``wanted`` has the focus, which must then be seen."""
        for _ in range(MOST_TABS):
            outline = await wanted.evaluate(FOCUS)
            if outline is not None:
                assert outline != "none", wanted
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {wanted}")
