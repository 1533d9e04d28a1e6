"""Prints the register of thresholds: every numeric constant of the analysis and of the vision, with unit and source.

A threshold is a ``Final`` number, or tuple of numbers, at a module's top level. A comment behind it, or else the
comment lines directly above it, gives its unit and why it has this value:

    LONGEST_LOSS_MS: Final = 500.0  # ms; provisional: one who is not seen for longer is somebody else

A text with "provisional" in it says that the value is reasoned, not calibrated. Exit code 1 if a threshold has no such
comment; standard error lists them.

    python tools/thresholds.py
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCE = Path(__file__).parents[1] / "src"
PACKAGES: Final = ("cricksy.analysis", "cricksy_worker.vision")
NOT_THRESHOLDS: Final = frozenset({"cricksy.analysis.skeleton"})
"""Modules whose numbers are names: indices of landmarks."""

UNITS: Final = (
    "ratio",  # a share, or one length or speed by another
    "count",
    "frames",
    "H",  # the body scale: the longer leg plus the trunk
    "H/s",
    "%_H",
    "%",
    "m",
    "m/s²",
    "H/s²",
    "s",
    "ms",
    "1/s",
    "Hz",
    "fps",
    "deg",
    "deg/s",
    "px",
    "grey",  # levels of 256
    "bit",
    "1",  # a pure number that is no ratio: an exponent, standard deviations
)

_COMMENT = re.compile(rf"(?P<unit>{'|'.join(map(re.escape, UNITS))}); (?P<text>\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Threshold:
    """One constant; ``unit`` and ``text`` are ``None`` if no comment gives them."""

    module: str
    line: int
    name: str
    value: str
    unit: str | None
    text: str | None

    @property
    def is_provisional(self) -> bool:
        return self.text is not None and "provisional" in self.text


def main() -> int:
    register = [threshold for package in PACKAGES for threshold in thresholds_of(package)]
    print(table([threshold for threshold in register if threshold.unit is not None]))
    provisional = sum(threshold.is_provisional for threshold in register)
    print(f"\n{len(register)} thresholds, {provisional} provisional")
    unexplained = [threshold for threshold in register if threshold.unit is None]
    for line in map(complaint, unexplained):
        print(line, file=sys.stderr)
    return int(bool(unexplained))


def thresholds_of(package: str) -> list[Threshold]:
    """Those of all modules of ``package``, by module and line."""
    root = SOURCE.joinpath(*package.split("."))
    found: list[Threshold] = []
    for path in sorted(root.rglob("*.py")):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        if module not in NOT_THRESHOLDS:
            found += read(module, path.read_text(encoding="utf-8"))
    return found


def read(module: str, source: str) -> list[Threshold]:
    """The thresholds of one module's ``source``."""
    behind, alone = _comments(source)
    found: list[Threshold] = []
    for node in ast.parse(source).body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)) or node.value is None:
            continue
        if "Final" not in ast.unparse(node.annotation) or not _is_number(node.value):
            continue
        last = node.end_lineno or node.lineno
        said = _COMMENT.fullmatch(behind.get(last, "")) or _COMMENT.fullmatch(" ".join(_above(alone, node.lineno)))
        unit, text = (said["unit"], said["text"]) if said else (None, None)
        found.append(Threshold(module, node.lineno, node.target.id, ast.unparse(node.value), unit, text))
    return found


def table(register: Sequence[Threshold]) -> str:
    """One line a threshold: name, value, unit, module, source."""
    heading = ("name", "value", "unit", "module", "source")
    rows = [heading, *((one.name, one.value, one.unit or "", one.module, one.text or "") for one in register)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    )


def complaint(threshold: Threshold) -> str:
    return f"{threshold.module}:{threshold.line}: {threshold.name} has no comment of the form '# unit; source'"


def _comments(source: str) -> tuple[dict[int, str], dict[int, str]]:
    """Comments behind code and comments alone on their line, by line, without the ``#``."""
    behind: dict[int, str] = {}
    alone: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            is_alone = not token.line[: token.start[1]].strip()
            (alone if is_alone else behind)[token.start[0]] = token.string.lstrip("#").strip()
    return behind, alone


def _above(alone: dict[int, str], line: int) -> Iterator[str]:
    """The unbroken comment lines that end right above ``line``, from the one that names the unit on."""
    first = line
    while first - 1 in alone:
        first -= 1
        if _COMMENT.match(alone[first]):
            break
    return (alone[number] for number in range(first, line))


def _is_number(value: ast.expr, *, in_sum: bool = False) -> bool:
    """Whether it is a number, a tuple of numbers, or computed from numbers and other constants."""
    match value:
        case ast.Constant(value=number):
            return isinstance(number, int | float) and not isinstance(number, bool)
        case ast.UnaryOp(operand=operand):
            return _is_number(operand, in_sum=in_sum)
        case ast.BinOp(left=left, right=right):
            return _is_number(left, in_sum=True) and _is_number(right, in_sum=True)
        case ast.Tuple(elts=parts):
            return bool(parts) and all(_is_number(part) for part in parts)
        case ast.Name() | ast.Attribute():
            return in_sum
        case _:
            return False


if __name__ == "__main__":
    sys.exit(main())
