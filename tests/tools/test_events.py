"""docs/operations.md lists every event that either program writes, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def is_logger(node: ast.expr) -> bool:
    """``log`` of a module, or the logger where it is asked for."""
    match node:
        case ast.Name(id="log"):
            return True
        case ast.Call(func=ast.Attribute(attr="get_logger")):
            return True
        case _:
            return False


def log_calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=value, attr=level)) if level in LEVELS and is_logger(value):
                    yield path, node
                case _:
                    pass


def written() -> set[str]:
    events: set[str] = set()
    for path, call in log_calls():
        match call.args:
            case [ast.Constant(value=str(event))]:
                events.add(event)
            case _:
                raise AssertionError(f"{path}:{call.lineno}: the event is no text, or has arguments")
    return events


def listed() -> set[str]:
    """In the first column of the tables of events."""
    section = (ROOT / "docs/operations.md").read_text().split("\n## The log\n")[1].split("\n## ")[0]
    rows = [
        row
        for table in re.findall(r"\| event \|.*?(?:\n\n|\Z)", section, re.DOTALL)
        for row in table.strip().splitlines()[2:]
    ]
    assert rows
    return {event for row in rows for event in re.findall(r"`([a-z_]+)`", row.split("|")[1])}


def test_the_operator_finds_every_event() -> None:
    assert written() - listed() == set()


def test_no_event_is_listed_that_nobody_writes() -> None:
    assert listed() - written() == set()


def test_every_event_is_a_name() -> None:
    assert [event for event in written() if not re.fullmatch(r"[a-z_]+", event)] == []
