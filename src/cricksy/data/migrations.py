"""The SQL that this code brings: ``schema.sql`` for an empty database, ``migrations/`` for one that exists.

A migration is a file ``NNNN_name.sql``, numbered from 1 without a gap. Its first line, ``-- oldest_code: N``, says how
old code may be that still runs after it. A migration that only adds keeps the number of the one before it (expand); one
that takes away what code of version N - 1 needs raises it to N (contract). The version of code is the number of the
last migration it brings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

# In a wheel they lie beside the package's modules, in a source checkout at the root.
_PLACES: Final = (Path(__file__).parents[1], Path(__file__).parents[3])
_NAME: Final = re.compile(r"(\d{4})_[a-z0-9_]+")
_OLDEST_CODE: Final = re.compile(r"-- oldest_code: (\d+)\n")


class MigrationFileError(Exception):
    """A file in ``migrations/`` breaks the rules above. A defect of the release, not of the database."""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    """As its file without the ending: ``0002_schema_version``."""
    oldest_code: int
    sql: str


@dataclass(frozen=True, slots=True)
class Release:
    """What one release of the code needs of the database, and how to get there."""

    schema_sql: str
    migrations: Sequence[Migration]
    """All of them, ``migrations[n - 1]`` leads to version n."""

    @property
    def version(self) -> int:
        return self.migrations[-1].version

    @property
    def oldest_code(self) -> int:
        return self.migrations[-1].oldest_code


@cache
def this_release() -> Release:
    """The release that this code is. Raises :class:`MigrationFileError`."""
    root = next(place for place in _PLACES if (place / "schema.sql").exists())
    return Release((root / "schema.sql").read_text(encoding="utf-8"), read_migrations(root / "migrations"))


def read_migrations(directory: Path) -> tuple[Migration, ...]:
    """The migrations of ``directory`` in order. Raises :class:`MigrationFileError`."""
    migrations = tuple(_read(path) for path in sorted(directory.glob("*.sql")))
    if [migration.version for migration in migrations] != list(range(1, len(migrations) + 1)) or not migrations:
        raise MigrationFileError(f"the files in {directory} are not numbered 1, 2, 3 …")
    oldest = 1
    for migration in migrations:
        if not oldest <= migration.oldest_code <= migration.version:
            raise MigrationFileError(f"{migration.name}: oldest_code must be {oldest} to {migration.version}")
        oldest = migration.oldest_code
    return migrations


def _read(path: Path) -> Migration:
    sql = path.read_text(encoding="utf-8")
    name, oldest_code = _NAME.fullmatch(path.stem), _OLDEST_CODE.match(sql)
    if name is None:
        raise MigrationFileError(f"{path.name} is not named like 0002_schema_version.sql")
    if oldest_code is None:
        raise MigrationFileError(f"{path.name} does not begin with -- oldest_code: N")
    return Migration(version=int(name[1]), name=path.stem, oldest_code=int(oldest_code[1]), sql=sql)
