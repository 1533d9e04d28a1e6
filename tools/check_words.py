"""Fails on words that this project does not use, and names what to write instead.

Usage: ``check_words.py [FILE…]``; without files, every tracked one below :data:`PLACES`. Licences and the files in
:data:`EXEMPT` are not ours to edit, or list the words.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PLACES: Final = (
    "src",
    "docs",
    "tools",
    "bench",
    "tests",
    "migrations",
    "web",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
)
SUFFIXES: Final = {".py", ".md", ".sql", ".json", ".toml", ".yaml", ".sh", ".ts", ".tsx", ".html", ".css", ""}
EXEMPT: Final = re.compile(
    r"(^|/)(check_words\.py|test_checks\.py|LICENSE[^/]*|NOTICE[^/]*|package-lock\.json|fixtures/.*|node_modules/.*)$"
)

DENIED: Final = {
    r"anew": "again, or re- as in re-score",
    r"aslant": "at an angle, oblique",
    r"mend(s|ed|ing)?": "correct, fix",
    r"whoever|whomever": "name who: the caller, the next worker",
    r"of whom": "a sentence with a subject",
    r"reckon(s|ed|ing)?": "estimate, compute, count",
    r"thrice": "three times",
    r"hitherto|heretofore": "so far",
    r"henceforth|forthwith": "from now on, at once",
    r"thereof|therein|thereto": "of it, in it, to it",
    r"nought": "0, nothing",
    r"lest": "so that … not",
    r"puts? (it |them |this )?right": "correct, repair",
    r"stands in": "is in, replaces",
    r"tells": "says, shows, reports",
}
"""Regular expressions of words, and what to write instead."""

_WORD: Final = re.compile("|".join(rf"(?P<w{i}>\b(?:{words})\b)" for i, words in enumerate(DENIED)), re.IGNORECASE)
_INSTEAD: Final = list(DENIED.values())


def tracked_files() -> list[Path]:
    """The files of the repository that are ours to word."""
    command = ["git", "ls-files", "-z", *PLACES]
    listed = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - git of the developer
    return [Path(name) for name in listed.stdout.decode().split("\0") if name]


def denied_words(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number from 1, the word, and what to write instead."""
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _WORD.finditer(line):
            yield number, match[0], _INSTEAD[int((match.lastgroup or "w0")[1:])]


def main(arguments: list[str]) -> int:
    files = [Path(name) for name in arguments] or tracked_files()
    count = 0
    for file in files:
        if file.suffix in SUFFIXES and not EXEMPT.search(file.as_posix()) and file.is_file():
            for number, word, instead in denied_words(file.read_text(encoding="utf-8")):
                count += 1
                print(f"{file}:{number}: “{word}”: write {instead}")
    if count:
        print(f"{count} words to replace; docs/glossary.md and CONTRIBUTING.md say how we write.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
