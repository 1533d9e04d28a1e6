"""Stored results that lack a field, have one more, or name an event otherwise are read all the same."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import msgspec
import pytest
from tests.support import stored
from tests.support.released import Released, released

from cricksy.analysis.rescore import Changes, rescore
from cricksy.results.upgrade import UnreadableResults, view
from cricksy.results.versions import SCHEMA

Place = tuple[str | int, ...]

EVERY = [released(number, "corrected") for number in range(1, SCHEMA + 1)]
RELEASE_MS = 810.0


def places(raw: object, place: Place = ()) -> Iterator[Place]:
    """Where ``raw`` holds a field."""
    if isinstance(raw, dict):
        for name, value in cast("dict[str, object]", raw).items():
            yield (*place, name)
            yield from places(value, (*place, name))
    elif isinstance(raw, list):
        for number, value in enumerate(cast("list[object]", raw)):
            yield from places(value, (*place, number))


def changed(one: Released, place: Place, change: Callable[[Any, Any], None]) -> bytes:
    """The results of ``one`` after ``change(what holds the field, the field's name)``."""
    raw = copy.deepcopy(msgspec.json.decode(one.results))
    *above, name = place
    holder: Any = raw
    for step in above:
        holder = holder[step]
    change(holder, name)
    return msgspec.json.encode(raw)


def without(holder: Any, name: Any) -> None:
    del holder[name]


def with_one_more(holder: Any, name: Any) -> None:
    holder[f"{name}_of_a_later_release"] = {"value": [1, None, "x"]}


def renamed(holder: Any, name: Any) -> None:
    holder[name] = f"{holder[name]}_as_it_was_called"


def as_null(holder: Any, name: Any) -> None:
    holder[name] = None


def read_by_a_correction(one: Released) -> list[Place]:
    """The places of all fields that a correction reads, and of the parts that it does not."""
    every = places(msgspec.json.decode(one.results))
    return [place for place in every if len(place) == 1 or place[0] in {"pose", "versions"}]


@pytest.mark.parametrize("one", EVERY, ids=str)
def test_one_field_less_can_still_be_corrected(one: Released) -> None:
    chosen = read_by_a_correction(one)
    assert len(chosen) > 40
    for place in chosen:
        damaged = changed(one, place, without)
        if place == ("pose",):
            with pytest.raises(UnreadableResults):
                rescore(damaged, one.landmarks, {"ball_release": RELEASE_MS})
            continue
        results = stored.read(rescore(damaged, one.landmarks, {"ball_release": RELEASE_MS}))
        assert results.pose.pose_summary.events[-1].t_ms == RELEASE_MS, place


@pytest.mark.parametrize("one", EVERY, ids=str)
def test_fields_of_a_later_release_are_ignored(one: Released) -> None:
    more = one
    for place in read_by_a_correction(one):
        if "models" not in place[:-1]:  # a map: its names are no fields
            more = replace(more, results=changed(more, place, with_one_more))
    assert len(more.results) > len(one.results) + 1000
    changes: Changes = {"ball_release": RELEASE_MS}
    assert rescore(more.results, one.landmarks, changes) == rescore(one.results, one.landmarks, changes)


@pytest.mark.parametrize("one", EVERY, ids=str)
def test_what_the_landmarks_show_is_taken_from_them(one: Released) -> None:
    """The size of the frames exactly, their rate and the end nearly."""
    whole = stored.read(rescore(one.results, one.landmarks, {"ball_release": RELEASE_MS})).pose.pose_summary
    damaged = changed(one, ("pose", "pose_summary"), without)
    bare = stored.read(rescore(damaged, one.landmarks, {"ball_release": RELEASE_MS})).pose.pose_summary
    assert (bare.width, bare.height) == (whole.width, whole.height)
    assert bare.source_fps == pytest.approx(whole.source_fps, rel=0.01)
    assert bare.decoded_ms == pytest.approx(whole.decoded_ms, abs=200.0)
    assert (bare.duration_ms, bare.people_seen, bare.truncated, bare.rotation) == (None, None, False, 0)


@pytest.mark.parametrize("one", EVERY, ids=str)
def test_a_null_is_read_or_the_results_are_unreadable(one: Released) -> None:
    unreadable: set[Place] = set()
    for place in read_by_a_correction(one):
        try:
            rescore(changed(one, place, as_null), one.landmarks, {"ball_release": RELEASE_MS})
        except UnreadableResults:
            unreadable.add(place)
    assert {("pose",), ("pose", "pose_summary"), ("versions", "models")} <= unreadable
    assert not {("report",), ("findings",), ("pose", "pose_summary", "decoded_ms")} & unreadable


@pytest.mark.parametrize("one", EVERY, ids=str)
def test_a_correction_of_an_event_that_is_not_known_any_more_is_dropped(one: Released) -> None:
    damaged = changed(one, ("pose", "pose_summary", "events", -1, "name"), renamed)
    results = stored.read(rescore(damaged, one.landmarks, {"front_foot_contact": 650.0}))
    sources = {event.name: event.source for event in results.pose.pose_summary.events}
    assert (sources["front_foot_contact"], sources["ball_release"]) == ("given", "inferred")


@pytest.mark.parametrize("one", EVERY, ids=str)
def test_it_is_shown_all_the_same(one: Released) -> None:
    for place in places(msgspec.json.decode(one.results)):
        for change in (without, with_one_more):
            if (place, change) == (("pose",), without):
                continue
            shown = msgspec.json.decode(view(changed(one, place, change)))
            assert shown["schema"] == SCHEMA, place
