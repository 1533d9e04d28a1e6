"""The baseline of ``make accuracy``: what a run is compared with, and when it fails."""

from dataclasses import replace
from pathlib import Path

import pytest
from bench.accuracy import __main__ as program
from bench.accuracy.baseline import baseline_of, compare, read_baseline, write_baseline
from bench.accuracy.table import Row, absent, all_of, at_most, share_of
from click.testing import CliRunner, Result

KEPT = at_most("Knees", "worst knee", 2.0, bound=3.0, unit="°", detail=", of 7 that are seen")
MISSED = at_most("Knees", "worst release", 1.5, bound=1.0, unit=" frames")
LEG = all_of("Real", "front leg", [True, True])
SHARE = share_of("Real", "events found", 19, 20, bound=0.8)
LOST = at_most("Knees", "confidence lost", -0.00193, bound=0.05, unit="")
NONE = at_most("Knees", "stated while it moves", 0.0, bound=0.0, unit="")
GAIN = Row("Knees", "gain", "5 ms", None, "≥ -100 ms", met=True)
RANGE = Row("Real", "rates", "100–101 fps", None, "≥ 50 fps", met=True)
INFORMS = Row("Real", "mean of the rest", "7°")
ROWS = [KEPT, MISSED, LEG, INFORMS]
BEFORE = baseline_of(ROWS)


def now_missed(row: Row) -> Row:
    return replace(row, met=False, measured="9")


def test_only_rows_with_a_bound_are_held_and_a_detail_is_no_part_of_the_name() -> None:
    assert {section: {what: bound.kept for what, bound in bounds.items()} for section, bounds in BEFORE.items()} == {
        "Knees": {"worst knee": True, "worst release": False},
        "Real": {"front leg": True},
    }
    assert compare(BEFORE, [replace(KEPT, detail=", of 5 that are seen"), MISSED, LEG, INFORMS]).lines() == []


def test_a_bound_that_is_lost_is_told_from_one_that_was_missed_before() -> None:
    comparison = compare(BEFORE, [now_missed(KEPT), now_missed(MISSED), LEG])
    assert comparison.lost == ["Knees: worst knee: 9, before 2°"]
    assert [comparison.won, comparison.new, comparison.gone] == [[], [], []]


def test_what_is_better_new_or_gone_is_said() -> None:
    better, new = replace(MISSED, met=True, measured="0.5 frames"), at_most("Real", "lag", 9.0, bound=3.0, unit=" ms")
    comparison = compare(BEFORE, [better, new])
    assert comparison.lines() == [
        "Missed before, kept now:",
        "  Knees: worst release: 0.5 frames, before 1.5 frames",
        "Not in the baseline:",
        "  Real: lag: 9 ms (missed)",
        "In the baseline, but not measured:",
        "  Knees: worst knee: 2° before",
        "  Real: front leg: 2/2 before",
    ]
    assert comparison.lost == []


@pytest.mark.parametrize(
    ("row", "measured", "is_worse"),
    [
        (KEPT, "2.1°", False),
        (KEPT, "2.3°", True),
        (KEPT, "0.5°", False),
        (MISSED, "1.8 frames", True),
        (MISSED, "nothing found", False),
        (SHARE, "17/20, 85.0%", True),
        (SHARE, "20/20, 100.0%", False),
        (LOST, "-0.004", False),
        (LOST, "0.002", False),
        (LOST, "0.049", True),
        (replace(LOST, measured="-0.04"), "-0.038", False),
        (replace(LOST, measured="-0.04"), "-0.02", True),
        (replace(LOST, measured="-0.04"), "-0.06", False),
        (replace(LOST, measured="0"), "0.004", False),
        (replace(LOST, measured="0"), "1e-05", False),
        (replace(LOST, measured="0"), "0.03", True),
        (replace(NONE, measured="0"), "0", False),
        (replace(NONE, measured="0"), "1", True),
        (GAIN, "4.8 ms", False),
        (GAIN, "-20 ms", True),
        (replace(GAIN, measured="-20 ms"), "-10 ms", False),
        (replace(GAIN, measured="-20 ms"), "-50 ms", True),
        (RANGE, "99.7–100.2 fps", False),
        (RANGE, "89–100.2 fps", True),
        (replace(RANGE, measured="10-20 fps"), "8-20 fps", True),
    ],
)
def test_a_number_that_is_worse_within_its_bound_is_said(row: Row, measured: str, *, is_worse: bool) -> None:
    comparison = compare(baseline_of([row]), [replace(row, measured=measured)])
    expected = [f"{row.section}: {row.what}: {measured}, before {row.measured}"] if is_worse else []
    assert comparison.worse == expected
    assert comparison.lost == []


def test_a_section_that_was_not_asked_for_is_not_gone_but_one_without_its_clips_is() -> None:
    assert compare(BEFORE, [KEPT, MISSED]).gone == []
    assert compare(BEFORE, [KEPT, MISSED, absent("Real", "no clips")]).gone == ["Real: front leg: 2/2 before"]


def test_two_rows_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="worst knee"):
        baseline_of([KEPT, now_missed(KEPT)])


def test_a_baseline_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_baseline(ROWS, tmp_path / "baseline.json")
    assert read_baseline(tmp_path / "baseline.json") == BEFORE
    assert len((tmp_path / "baseline.json").read_text().splitlines()) == 2 + 2 * len(BEFORE) + 3


def test_the_baseline_of_the_repository_holds_a_bound_of_every_section() -> None:
    names = {getattr(section, "SECTION") for section in program.SECTIONS.values()}  # noqa: B009 - no part of the protocol
    assert set(read_baseline()) == names


class Measured:
    """A section that needs no video."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def sources(self, _setting: object) -> list[object]:
        return []

    def rows(self, _setting: object) -> list[Row]:
        return self._rows


@pytest.fixture
def baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "baseline.json"
    write_baseline(ROWS, path)
    monkeypatch.setattr(program, "read_baseline", lambda: read_baseline(path))
    monkeypatch.setattr(program, "document", _page)
    return path


def _page(_rows: object, _models: object) -> str:
    return "the page"


def run(rows: list[Row], monkeypatch: pytest.MonkeyPatch, cache: Path, *arguments: str) -> Result:
    monkeypatch.setitem(program.SECTIONS, "kinematic", Measured(rows))
    return CliRunner().invoke(program.main, ["--only", "kinematic", "--cache", str(cache), *arguments])


@pytest.mark.usefixtures("baseline")
def test_the_program_fails_where_a_bound_is_lost_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    same = run(ROWS, monkeypatch, tmp_path)
    assert same.exit_code == 0, same.output
    assert "kinematic" in same.output
    worse = run([now_missed(KEPT), MISSED, LEG], monkeypatch, tmp_path)
    assert (worse.exit_code, "Kept before, missed now:\n  Knees: worst knee" in worse.output) == (1, True)
    gone = run([replace(MISSED, met=True), LEG], monkeypatch, tmp_path)
    assert (gone.exit_code, "Missed before, kept now:" in gone.output) == (0, True)


def test_a_part_of_the_sections_is_no_baseline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refused = run(ROWS, monkeypatch, tmp_path, "--rewrite-baseline")
    assert (refused.exit_code, "--only" in refused.output) == (2, True)
