"""Fails on trailing whitespace, a missing last line break, files over 1 MiB, and JSON or TOML that does not parse.

Usage: ``check_files.py [FILE…]``; without files, every tracked one.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 1 << 20
NOT_OURS: Final = {"LICENSE-CC0.md", "package-lock.json"}


def tracked_files() -> list[Path]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - git of the developer
    return [Path(name) for name in listed.stdout.decode().split("\0") if name]


def problems_of(file: Path) -> Iterator[str]:
    """What is wrong with ``file``, each with its line where there is one."""
    content = file.read_bytes()
    if len(content) > MAX_BYTES:
        yield f"{file}: {len(content)} bytes; the limit is {MAX_BYTES}"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    if "\0" in text or file.name in NOT_OURS:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line != line.rstrip():
            yield f"{file}:{number}: trailing whitespace"
    if text and not text.endswith("\n"):
        yield f"{file}: no line break at the end"
    try:
        if file.suffix == ".json":
            json.loads(text)
        elif file.suffix == ".toml":
            tomllib.loads(text)
    except ValueError as error:
        yield f"{file}: {error}"


def main(arguments: list[str]) -> int:
    files = [Path(name) for name in arguments] or tracked_files()
    found = [problem for file in files if file.is_file() for problem in problems_of(file)]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
