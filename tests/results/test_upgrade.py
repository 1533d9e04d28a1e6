"""Results of every released schema can be read, corrected and shown."""

import json
from io import StringIO
from typing import Any

import msgspec
import pytest
from msgspec.inspect import StructType, type_info
from rich.console import Console
from tests.support import stored
from tests.support.released import FIXTURES, Released, all_released, released

from cricksy.analysis.rescore import CorrectionInvalid, rescore
from cricksy.results.schema import Results
from cricksy.results.stored import read_stored
from cricksy.results.upgrade import UnreadableResults, parse, read, upgrade, view
from cricksy.results.versions import ANALYSIS_VERSION, SCHEMA
from cricksy.terminal import print_report

ALL = all_released()
KINDS = {"delivery", "stroke", "no_action", "nobody", "without_frames", "corrected"}
MEASURED = [one for one in ALL if one.kind in {"delivery", "stroke", "without_frames", "corrected"}]


def test_every_schema_has_a_fixture_of_every_kind() -> None:
    assert {(one.schema, one.kind) for one in ALL} == {(n, kind) for n in range(1, SCHEMA + 1) for kind in KINDS}


@pytest.mark.parametrize("one", ALL, ids=str)
def test_it_is_shown_in_todays_form(one: Released) -> None:
    """Strictly: what no step carries over is not there any more, and nothing that is required is missing."""
    results = stored.read(view(one.results))
    assert results.schema == SCHEMA
    assert results == read(one.results)
    was = msgspec.json.decode(one.results)
    assert was.get("schema", 1) == one.schema
    assert results.versions == msgspec.convert(was["versions"], type(results.versions))
    assert len(results.pose.frames) == len(was["pose"]["frames"])


@pytest.mark.parametrize("one", [one for one in ALL if one.schema == SCHEMA], ids=str)
def test_results_of_today_are_shown_as_they_are_stored(one: Released) -> None:
    assert view(one.results) is one.results


@pytest.mark.parametrize("one", ALL, ids=str)
def test_the_report_is_printed(one: Released) -> None:
    results = read(one.results)
    console = Console(file=StringIO(), width=90)
    print_report(results, console)
    assert isinstance(console.file, StringIO)
    shown = " ".join(console.file.getvalue().split())
    assert results.report.summary[:30] in shown
    assert "Head stability" in shown


@pytest.mark.parametrize("one", MEASURED, ids=str)
def test_it_is_corrected(one: Released) -> None:
    *_, last = read(one.results).pose.pose_summary.events
    rescored = stored.read(rescore(one.results, one.landmarks, {last.name: last.t_ms - 10.0}))
    event = rescored.pose.pose_summary.events[-1]
    assert (event.name, event.t_ms, event.source) == (last.name, round(last.t_ms - 10.0, 3), "given")
    assert (rescored.schema, rescored.versions.analysis) == (SCHEMA, ANALYSIS_VERSION)
    assert rescored.versions.models == read(one.results).versions.models
    assert rescored.pose.frames == read(one.results).pose.frames


@pytest.mark.parametrize("number", range(1, SCHEMA + 1))
def test_an_earlier_correction_is_known_and_can_be_taken_back(number: int) -> None:
    corrected, found = released(number, "corrected"), released(number, "without_frames")
    taken_back = read(rescore(corrected.results, corrected.landmarks, {"ball_release": None}))
    assert {event.source for event in taken_back.pose.pose_summary.events} == {"inferred"}
    never_corrected = read(rescore(found.results, found.landmarks, {}))
    assert taken_back.pose.pose_summary.events == never_corrected.pose.pose_summary.events


@pytest.mark.parametrize("one", [one for one in ALL if one.kind == "nobody"], ids=str)
def test_where_nobody_was_seen_a_correction_is_refused(one: Released) -> None:
    with pytest.raises(CorrectionInvalid):
        rescore(one.results, one.landmarks, {"ball_release": 500.0})


def test_a_value_too_unsure_to_be_judged_has_no_score_from_2_on() -> None:
    raw = parse(released(1, "delivery").results)
    unsure = raw["metrics"]["elbow_drop_score"]
    assert (unsure["score"], unsure["reason"], unsure["confidence"] < 0.35) == (1.0, None, True)
    upgraded = upgrade(raw)["metrics"]["elbow_drop_score"]
    assert (upgraded["score"], upgraded["worst"], upgraded["value"]) == (None, [], unsure["value"])
    assert upgraded["reason"]
    assert upgrade(raw)["metrics"]["head_stability_score"] == raw["metrics"]["head_stability_score"]


def required(part: type[Any]) -> dict[str, set[str]]:
    """The fields that each struct of ``part`` requires."""
    found: dict[str, set[str]] = {}
    waiting: list[Any] = [type_info(part)]
    while waiting:
        info = waiting.pop()
        if isinstance(info, StructType) and info.cls.__name__ not in found:
            found[info.cls.__name__] = {field.encode_name for field in info.fields if field.required}
            waiting += [field.type for field in info.fields]
        for inner in ("types", "item_types"):
            waiting += getattr(info, inner, ())
        waiting += [getattr(info, inner) for inner in ("item_type", "key_type", "value_type") if hasattr(info, inner)]
    return found


def test_no_schema_requires_more_than_the_first() -> None:
    first = {name: set(fields) for name, fields in json.loads((FIXTURES / "1" / "required.json").read_bytes()).items()}
    more = {name: fields - first[name] for name, fields in required(Results).items() if name in first}
    assert not any(more.values()), f"Give these fields of the results a default, for results without them: {more}"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "JSON"),
        (b"not JSON", "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b"[]", "JSON"),
        (b"null", "JSON"),
        (b"{}", "pose"),
        (b"[" * 100_000, "JSON"),
        (b'{"pose": ' + b'{"a":' * 100_000, "JSON"),
        (b'{"schema": 2, "pose": {"frames": [1, 2', "JSON"),
        (b'{"schema": 2, "pose": {}} and more', "JSON"),
        (b'{"schema": 0, "pose": {}}', "schema 0"),
        (b'{"schema": -1, "pose": {}}', "schema -1"),
        (b'{"schema": 3, "pose": {}}', "newer"),
        (b'{"schema": 99999999999999999999, "pose": {}}', "newer"),
        (b'{"schema": "2", "pose": {}}', "schema"),
        (b'{"schema": null, "pose": {}}', "schema"),
        (b'{"schema": true, "pose": {}}', "schema"),
        (b'{"schema": 1.5, "pose": {}}', "schema"),
        (b'{"pose": [1]}', "pose"),
        (b'{"pose": {}, "metrics": [1]}', "schema 1"),
        (b'{"pose": {}, "metrics": {"a": 1}}', "schema 1"),
    ],
)
def test_what_is_not_results_is_unreadable(data: bytes, reason: str) -> None:
    for reader in (view, read, read_stored):
        with pytest.raises(UnreadableResults, match=reason):
            reader(data)
