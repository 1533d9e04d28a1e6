"""The pages lead to each other."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(ROOT.glob("docs/**/*.md"))
RECORDS = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


def test_the_index_lists_every_decision() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+\.md)\) \| (.+) \|$", index, re.MULTILINE)
    assert [(number, name) for number, name, _ in listed] == [(record.name[:4], record.name) for record in RECORDS]
    for (number, _, title), record in zip(listed, RECORDS, strict=True):
        assert record.read_text().startswith(f"# {int(number)}. {title}\n")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_fits_a_page_and_has_its_parts(record: Path) -> None:
    text = record.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "What would change our mind",
    ]
    assert len(text.splitlines()) <= 50


def test_the_glossary_defines_each_word_once() -> None:
    rows = re.findall(r"^\| ([^|*]+) \| [^|]+ \|$", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    words = [row.strip() for row in rows if row.strip() not in {"word", "not", "---"}]
    assert len(words) == len(set(words)) > 35
