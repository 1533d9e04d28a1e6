"""What is installed carries the SQL that lies beside the sources."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_the_schema_and_every_migration(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    sources = [ROOT / "schema.sql", *(ROOT / "migrations").glob("*.sql")]
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name: wheel.read(name) for name in wheel.namelist() if name.endswith(".sql")}
    assert packed == {f"cricksy/{source.relative_to(ROOT)}": source.read_bytes() for source in sources}
