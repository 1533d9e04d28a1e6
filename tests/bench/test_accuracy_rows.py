"""Rows of ``make accuracy``: none is kept by measuring nothing."""

from dataclasses import replace
from typing import Final

import pytest
from bench.accuracy.contacts import CONTACTS, Landed, batted, bowled, contact_rows
from bench.accuracy.seen import Seen
from bench.accuracy.table import Row, all_of, at_most, share_of

from cricksy.results.measurements import EventName

STATED: Final = 0.5


def silent(one: Landed) -> Landed:
    """The same action, of which no event is stated."""
    measurement = replace(one.seen.measurement, events=[])
    return replace(one, seen=Seen(one.seen.track, measurement), late_frames={})


@pytest.mark.parametrize(
    "row",
    [
        all_of("s", "events", []),
        share_of("s", "events", 0, 0, bound=0.0),
        share_of("s", "events", 0, 0, bound=0.9),
        at_most("s", "error", None, bound=1.0, unit=" ms"),
    ],
)
def test_a_bound_of_nothing_is_not_kept(row: Row) -> None:
    assert row.met is False


@pytest.mark.parametrize(("right", "met"), [([True], True), ([True, False], False), ([False], False)])
def test_all_have_to_be_right(right: list[bool], *, met: bool) -> None:
    assert all_of("s", "events", right).met is met


@pytest.mark.parametrize("name", CONTACTS)
def test_contacts_that_are_not_stated_are_missed(name: EventName) -> None:
    players = [bowled(7001), bowled(7003)]
    assert all(row.met is not False for row in contact_rows(name, players, "contact", STATED))
    assert not all(row.met is not False for row in contact_rows(name, list(map(silent, players)), "contact", STATED))


def test_strokes_without_a_contact_are_missed() -> None:
    players = [silent(batted(7001)), silent(batted(7002))]
    assert not all(row.met is not False for row in contact_rows("front_foot_contact", players, "strokes", STATED))
