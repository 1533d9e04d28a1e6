"""What a check says."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal

import msgspec

GRANT: Final = "Grant it to this task's role: deploy/ lists the calls of each role."

Role = Literal["api", "worker", "operator"]
"""Whose settings and permissions are checked. The operator's task reaches the database and the logs, not the bucket."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one item of the list."""

    check: str
    """Which item."""
    status: Literal["ok", "failed", "skipped"]
    """``skipped``: this process cannot see it, and ``found`` says why."""
    found: str
    """What was seen, as a sentence."""
    todo: str = ""
    """What to do about it; empty unless failed."""

    @property
    def line(self) -> str:
        """For people."""
        mark = {"ok": "ok     ", "failed": "FAILED ", "skipped": "skipped"}[self.status]
        return f"{mark} {self.check}: {self.found}{f' {self.todo}' if self.todo else ''}"


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many of each status, for people; those that are not ok by name."""
    parts: list[str] = []
    for status in ("ok", "failed", "skipped"):
        names = [outcome.check for outcome in outcomes if outcome.status == status]
        if names:
            named = "" if status == "ok" else f" ({', '.join(names)})"
            parts.append(f"{len(names)} {status}{named}")
    return f"{', '.join(parts)}."


class Finding(Exception):  # noqa: N818 - what a check finds, not a defect of it
    """Something is wrong. ``todo``: what to do about it."""

    def __init__(self, found: str, todo: str) -> None:
        super().__init__(found)
        self.todo = todo


class CannotSee(Exception):  # noqa: N818 - as above
    """This process cannot tell; the message says why, as a sentence."""


Check = Callable[[], Awaitable[str]]
"""Returns what it saw. Raises :class:`Finding`, :class:`CannotSee` and the errors of AWS and the database."""
