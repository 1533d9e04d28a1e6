"""Which bounds were kept when the baseline was taken: what a later run must not lose."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from bench.accuracy.table import Row

PATH: Final = Path(__file__).with_name("baseline.json")
WORSE: Final = 0.1
"""Of what was measured before: less comes of another machine. Of the bound, where what was measured before is less than
this much of it: near zero any other machine measures several times as much."""
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")


class Bound(msgspec.Struct, frozen=True):
    """What became of one row's bound."""

    kept: bool
    measured: str


Baseline = dict[str, dict[str, Bound]]
"""By section and row, of the rows that have a bound."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows by what became of them, each as one line.

    ``lost``: kept before and missed now. ``worse``: the same as before, kept or missed, and nearer to or further beyond
    the bound by more than ``WORSE`` of what was measured then.
    """

    lost: list[str] = field(default_factory=list[str])
    worse: list[str] = field(default_factory=list[str])
    won: list[str] = field(default_factory=list[str])
    new: list[str] = field(default_factory=list[str])
    gone: list[str] = field(default_factory=list[str])

    def lines(self) -> list[str]:
        """For the terminal."""
        parts = (
            ("Kept before, missed now", self.lost),
            ("Worse than before", self.worse),
            ("Missed before, kept now", self.won),
            ("Not in the baseline", self.new),
            ("In the baseline, but not measured", self.gone),
        )
        return [line for title, rows in parts if rows for line in (f"{title}:", *(f"  {row}" for row in rows))]


def baseline_of(rows: Sequence[Row]) -> Baseline:
    """Raises :class:`ValueError` where two rows of a section have the same name."""
    bounds: Baseline = {}
    for row in rows:
        if row.met is None:
            continue
        section = bounds.setdefault(row.section, {})
        if row.what in section:
            raise ValueError(f"two rows are called “{row.section}: {row.what}”")
        section[row.what] = Bound(row.met, row.measured or "not measured")
    return bounds


def compare(before: Baseline, rows: Sequence[Row]) -> Comparison:
    """Only sections that have rows now are compared: the others were not asked for."""
    now, measured = baseline_of(rows), {row.section for row in rows}
    most = {(row.section, row.what): _most(row) for row in rows}
    comparison = Comparison()
    for section, bounds in now.items():
        for what, bound in bounds.items():
            earlier = before.get(section, {}).get(what)
            state = "kept" if bound.kept else "missed"
            if earlier is None:
                comparison.new.append(f"{section}: {what}: {bound.measured} ({state})")
            elif earlier.kept != bound.kept:
                changed = comparison.won if bound.kept else comparison.lost
                changed.append(f"{section}: {what}: {bound.measured}, before {earlier.measured}")
            elif _is_worse(earlier.measured, bound.measured, most[section, what]):
                comparison.worse.append(f"{section}: {what}: {bound.measured}, before {earlier.measured}")
    for section in (section for section in before if section in measured):
        comparison.gone.extend(
            f"{section}: {what}: {bound.measured} before"
            for what, bound in before[section].items()
            if what not in now.get(section, {})
        )
    return comparison


def _is_worse(before: str, now: str, most: float | None) -> bool:
    """By the number that each begins with; ``most``: the bound of a row of which more is worse."""
    then, today = _number(before), _number(now)
    if then is None or today is None:
        return False
    if most is None:
        return then - today > WORSE * abs(then)
    return today - then > WORSE * (abs(then) if abs(then) > WORSE * abs(most) else abs(most))


def _most(row: Row) -> float | None:
    """The bound of a row of which more is worse."""
    required = row.required or ""
    return _number(required.removeprefix("≤ ")) if required.startswith("≤") else None


def _number(text: str) -> float | None:
    """The one that ``text`` begins with; ``None`` where it begins with another word."""
    number = _NUMBER.match(text)
    return None if number is None else float(number.group())


def read_baseline(path: Path = PATH) -> Baseline:
    return msgspec.json.decode(path.read_bytes(), type=Baseline)


def write_baseline(rows: Sequence[Row], path: Path = PATH) -> None:
    """One bound a line, so that a change of one is a change of one line."""
    path.write_bytes(encode(baseline_of(rows)))


def encode(baseline: Baseline) -> bytes:
    sections = [
        f"  {_json(section)}: {{\n"
        + ",\n".join(f"    {_json(what)}: {_json(bound)}" for what, bound in bounds.items())
        + "\n  }"
        for section, bounds in baseline.items()
    ]
    return ("{\n" + ",\n".join(sections) + "\n}\n").encode()


def _json(value: str | Bound) -> str:
    return msgspec.json.encode(value).decode()
