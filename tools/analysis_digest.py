"""Digest of the analysis: has any of it changed since ``ANALYSIS_VERSION`` was recorded?

It covers the code of ``cricksy.analysis`` and ``cricksy_worker.vision``, the catalogue, the table of loads, and the
digests that pin the pose models. Comments, docstrings, layout and the version of Python do not count. Libraries do not
count either: the locks pin them.

    python -m tools.analysis_digest            # print the digest; exit 1 when it is not the recorded one
    python -m tools.analysis_digest --record   # record it: the change alters no result
    python -m tools.analysis_digest --bump     # record it and count the version up: the change can alter a result
"""

import argparse
import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from tools.build_pose_models import OUTPUT_SHA256

from cricksy.results.versions import ANALYSIS_DIGEST, ANALYSIS_VERSION

ROOT: Final = Path(__file__).parents[1]
CODE: Final = ("src/cricksy/analysis", "src/cricksy_worker/vision")
WORDS: Final = "src/cricksy/analysis/coaching"
RECORD: Final = ROOT / "src/cricksy/results/versions.py"

# Of a node: what only a type checker or a printer asks for.
_IGNORED_FIELDS: Final = {"ctx", "kind", "type_comment", "type_ignores"}


def main() -> int:
    parser = argparse.ArgumentParser(description="Whether the analysis has changed since its version was recorded.")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--record", action="store_true", help="record the digest: the change alters no result")
    how.add_argument("--bump", action="store_true", help="and count the version up: the change can alter a result")
    arguments = parser.parse_args()
    digest = of_analysis(ROOT)
    if arguments.record or arguments.bump:
        version = str(int(ANALYSIS_VERSION) + 1) if arguments.bump else ANALYSIS_VERSION
        RECORD.write_text(recorded(RECORD.read_text(), version, digest))
        print(f"analysis {version}, digest {digest}: recorded")
        return 0
    unchanged = digest == ANALYSIS_DIGEST
    print(f"analysis {ANALYSIS_VERSION}, digest {digest}: {'as recorded' if unchanged else 'CHANGED'}")
    return 0 if unchanged else 1


def of_analysis(root: Path) -> str:
    """SHA-256, in hexadecimal, of the analysis in the checkout ``root``."""
    digest = hashlib.sha256()
    for directory in CODE:
        for path in sorted((root / directory).rglob("*.py")):
            code = canonical(path.read_text())
            if code:
                digest.update(f"{path.relative_to(root).as_posix()}\n{code}\n".encode())
    words = {path.name: json.loads(path.read_bytes()) for path in (root / WORDS).rglob("*.json")}
    digest.update(json.dumps([words, OUTPUT_SHA256], sort_keys=True).encode())
    return digest.hexdigest()


def canonical(source: str) -> str:
    """The syntax tree of a module as text that is the same for Python 3.11 and later; empty where it has no code."""
    return "".join(_texts(ast.parse(source)))


def recorded(source: str, version: str, digest: str) -> str:
    """The text of ``versions.py`` with these two in it."""
    for name, value in (("ANALYSIS_VERSION", version), ("ANALYSIS_DIGEST", digest)):
        source, found = re.subn(rf'^{name}: Final = ".*"$', f'{name}: Final = "{value}"', source, flags=re.MULTILINE)
        if found != 1:
            raise ValueError(f"{RECORD} has no single line that sets {name}")
    return source


def _texts(node: object) -> Iterator[str]:
    """``node`` in pieces. What is empty is left out: a field that a later Python adds is empty in code for 3.11."""
    if isinstance(node, ast.AST):
        content = [text for name, value in ast.iter_fields(node) for text in _field(node, name, value)]
        if content or not isinstance(node, ast.Module):
            yield f"{type(node).__name__}("
            yield from content
            yield ")"
    elif isinstance(node, list):
        yield "["
        for item in cast("list[object]", node):
            yield from _texts(item)
        yield "]"
    else:
        yield f"{type(node).__name__}:{node!r}"


def _field(node: ast.AST, name: str, value: object) -> Iterator[str]:
    if name in _IGNORED_FIELDS:
        return
    if isinstance(value, list):
        items = [item for item in cast("list[object]", value) if not _is_docstring(item)]
        value = _joined(items) if isinstance(node, ast.JoinedStr) else items
    if value is not None and value != []:
        yield f"{name}="
        yield from _texts(value)
        yield ","


def _is_docstring(node: object) -> bool:
    """Of a module, class, function or attribute: a string that nothing takes."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _joined(parts: list[object]) -> list[object]:
    """The parts of an f-string, neighbouring texts as one: parsers differ in where they cut them."""
    joined: list[object] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, ast.Constant) and isinstance(last, ast.Constant):
            joined[-1] = ast.Constant(f"{last.value}{part.value}")
        else:
            joined.append(part)
    return [part for part in joined if not (isinstance(part, ast.Constant) and part.value == "")]


if __name__ == "__main__":
    sys.exit(main())
