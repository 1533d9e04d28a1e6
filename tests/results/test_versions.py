"""The version of the analysis moves with the analysis, on every Python alike."""

import hashlib
from pathlib import Path
from textwrap import dedent

import pytest
from tools.analysis_digest import CODE, ROOT, WORDS, canonical, of_analysis, recorded

from cricksy.results.versions import ANALYSIS_DIGEST, ANALYSIS_VERSION

CHANGED = """
The analysis is not the one that was recorded as version {version}. If your change alters no result (a rename, a move):

    make analysis-version RECORD=1

If it can alter the result of any video – a rule, a constant, a text, a model – count the version up as well:

    make analysis-version BUMP=1
"""

SAMPLE = '''\
"""A module."""

from typing import Final  # a comment

LIMIT: Final = 0.35
"""What the limit is."""


class Rule:
    """A rule."""


def judge(value: float, *, names: list[str] | None = None) -> str:
    """Judge."""
    width = -8
    return f"{{{value!r:>{width}}}} of {LIMIT:.2f}" f" and {names}" if value > 1e-3 else "less"
'''


def test_the_recorded_digest_is_that_of_the_analysis() -> None:
    assert of_analysis(ROOT) == ANALYSIS_DIGEST, CHANGED.format(version=ANALYSIS_VERSION)


def test_every_python_digests_alike() -> None:
    """Taken with Python 3.11. Where a later one differs, ``canonical`` has to leave out what is new in its trees."""
    digest = hashlib.sha256(canonical(SAMPLE).encode()).hexdigest()
    assert digest == "f42fcdf9bb5fd60c0f6f39a4503e6e339622b3ea2c43232b2b6e30e3c81b6bb8"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  # a comment", ""),
        ('"""A module."""', '"""Another docstring."""'),
        ('"""What the limit is."""', ""),
        ("value > 1e-3", "(value > 0.001)"),
        ("\n\n\ndef", "\ndef"),
        (' f" and {names}"', '" and " f"{names}"'),
    ],
)
def test_words_and_layout_do_not_count(old: str, new: str) -> None:
    assert SAMPLE.count(old) == 1
    assert canonical(SAMPLE.replace(old, new)) == canonical(SAMPLE)


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.35", "0.36"), ("-8", "8"), (">{", "<{"), ("value > 1e", "value >= 1e"), ("!r", ""), ("Rule", "R")],
)
def test_code_counts(old: str, new: str) -> None:
    assert SAMPLE.count(old) == 1
    assert canonical(SAMPLE.replace(old, new)) != canonical(SAMPLE)


def test_the_catalogue_and_each_module_count(tmp_path: Path) -> None:
    def digest_with(path: str, text: str) -> str:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        return of_analysis(tmp_path)

    catalogue = f"{WORDS}/words/bowling.json"
    digests = [digest_with(catalogue, '{"drills": [1, 2]}'), digest_with(f"{WORDS}/load.json", "{}")]
    digests += [digest_with(f"{directory}/a.py", "X = 1") for directory in CODE]
    digests += [digest_with(f"{CODE[0]}/b.py", "X = 1"), digest_with(catalogue, '{"drills": [2, 1]}')]
    assert len(set(digests)) == len(digests)
    assert digest_with(catalogue, '{ "drills": [2,1] }') == digests[-1]
    assert digest_with(f"{CODE[1]}/__init__.py", '"""Vision."""') == digests[-1]


def test_recording_changes_both_lines_and_nothing_else() -> None:
    source = dedent("""\
        SCHEMA: Final = 2
        ANALYSIS_VERSION: Final = "1"
        ANALYSIS_DIGEST: Final = ""
        """)
    assert recorded(source, "2", "ab").splitlines() == [
        "SCHEMA: Final = 2",
        'ANALYSIS_VERSION: Final = "2"',
        'ANALYSIS_DIGEST: Final = "ab"',
    ]
    with pytest.raises(ValueError, match="ANALYSIS_VERSION"):
        recorded("", "2", "ab")
