"""The rows of the table, and the table as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_HEAD: Final = ("what", "measured", "a constant scores", "required", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    ``what`` names the row whatever was measured; ``detail`` follows it in the table and may differ from run to run.
    ``measured`` is ``None`` where nothing could be measured; ``what`` then says why. ``constant``: what an answer that
    looks at no frame scores. ``required`` and ``met`` are ``None`` for a figure that only informs.
    """

    section: str
    what: str
    measured: str | None
    constant: str | None = None
    required: str | None = None
    met: bool | None = None
    detail: str = ""


def at_most(  # noqa: PLR0913 - one for each column of the table, and the number behind it
    section: str,
    what: str,
    value: float | None,
    *,
    bound: float,
    unit: str,
    constant: str | None = None,
    detail: str = "",
) -> Row:
    """A row whose ``value`` must not exceed ``bound``; ``None`` is a figure that was asked for and not found."""
    shown = "nothing found" if value is None else f"{value:.3g}{unit}"
    return Row(section, what, shown, constant, f"≤ {bound:g}{unit}", value is not None and value <= bound, detail)


def share_of(section: str, what: str, right: int, every: int, *, bound: float, detail: str = "") -> Row:  # noqa: PLR0913
    """A row that requires a share, 0–1, of ``every`` one to be ``right``; of none it is not kept."""
    share = right / every if every else 0.0
    kept = every > 0 and share >= bound
    return Row(section, what, f"{right}/{every}, {share:.1%}", None, f"≥ {bound:.0%}", kept, detail)


def all_of(section: str, what: str, right: Sequence[bool], constant: str | None = None, detail: str = "") -> Row:
    """A row that requires every one of ``right`` to hold; of none it is not kept."""
    n = len(right)
    return Row(section, what, f"{sum(right)}/{n}", constant, f"{n}/{n}", bool(right) and all(right), detail)


def absent(section: str, what: str) -> Row:
    """A section that could not be measured, and why."""
    return Row(section, what, None)


def missed(rows: Sequence[Row]) -> list[Row]:
    """The rows whose bound is not kept."""
    return [row for row in rows if row.met is False]


def markdown(rows: Sequence[Row]) -> str:
    """All rows as one Markdown table, each section under a line of its own."""
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD))]
    for section, mine in groupby(rows, key=lambda row: row.section):
        lines.append(_line([f"**{section}**", "", "", "", ""]))
        lines.extend(_line(_cells(row)) for row in mine)
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    mark = {True: "✓", False: "✗ missed", None: ""}[row.met]
    return row.what + row.detail, row.measured or "not measured", row.constant or "–", row.required or "–", mark


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
