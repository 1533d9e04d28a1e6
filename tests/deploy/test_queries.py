"""The saved queries ask for events and fields that the programs write."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tools.test_events import listed
from tools.templates import DEPLOY, properties, template

ROOT = Path(__file__).parents[2]
QUERIES: dict[str, Any] = {name: resource["Properties"] for name, resource in template("queries")["Resources"].items()}
# Of the renderer and of CloudWatch; the rest is found in the code.
ALWAYS = {"timestamp", "level", "event", "service"}
WORDS = {
    *("fields", "filter", "sort", "stats", "limit", "asc", "desc", "and", "or", "not", "like", "in", "as", "by"),
    *("count", "pct", "sum", "max", "min", "avg", "bin"),
}


def keywords(tree: ast.AST) -> Iterator[str]:
    """Every keyword of a call, key of a dict and column of a structure: what ``**`` may put into a line as well."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(keywords=given):
                yield from (one.arg for one in given if one.arg)
            case ast.Dict(keys=keys):
                yield from (key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
            case _:
                pass


def logged() -> set[str]:
    found = set(ALWAYS)
    for path in (ROOT / "src").rglob("*.py"):
        source = path.read_text()
        if "get_logger" in source or "contextvars" in source:
            found |= set(keywords(ast.parse(source)))
    return found


def names_in(query: str) -> set[str]:
    """The fields that a query reads, without what it names itself."""
    bare = re.sub(r'"[^"]*"', "", query)
    made = set(re.findall(r"\bas (\w+)", bare))
    return set(re.findall(r"(?<![@\w])[a-z_]\w*", re.sub(r"\b\d+[mh]\b", "", bare))) - made - WORDS


@pytest.mark.parametrize("name", QUERIES)
def test_its_events_are_written(name: str) -> None:
    query = QUERIES[name]["QueryString"]
    wanted = re.findall(r'event = "(\w+)"', query)
    for several in re.findall(r"event in \[([^]]*)\]", query):
        wanted += re.findall(r'"(\w+)"', several)
    assert set(wanted) <= listed()
    assert wanted or "_ID" in query


@pytest.mark.parametrize("name", QUERIES)
def test_its_fields_are_written(name: str) -> None:
    assert names_in(QUERIES[name]["QueryString"]) - logged() == set()


def test_a_field_that_nobody_writes_would_be_found() -> None:
    assert names_in('filter event = "x" | stats pct(queue_weight_s, 50) as p50_s by bin(5m)') - logged() == {
        "queue_weight_s"
    }


def test_they_look_where_the_programs_write() -> None:
    groups = {properties("data", name)["LogGroupName"] for name in ("ApiLogs", "WorkerLogs")}
    assert {group for query in QUERIES.values() for group in query["LogGroupNames"]} == groups


def test_the_linter_finds_nothing() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "parseable", str(DEPLOY / "queries.yaml")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"https_proxy": "http://127.0.0.1:1"}
    )
    assert (done.returncode, done.stdout) == (0, "")
