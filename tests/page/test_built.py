"""What set-up built from ``web/``: its size, and that its types are those of the API."""

import gzip
import sys
from pathlib import Path

from tests.support.programs import printed_by

from cricksy.api.page import BUILT

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
NODE = str(Path(sys.executable).with_name("node"))
KIBIBYTE = 1024


def compressed(*paths: Path) -> int:
    """Bytes of the files together, as they are sent."""
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths)


ON_DEMAND = {"hi": 11, "Several": 3, "CompareView": 6, "PlayerView": 6}
"""KiB of each file that only some need: another language, a clip of several actions, a view behind the first ones."""


def test_a_phone_on_3g_loads_little() -> None:
    """What a coach waits for before the first image; the rest comes when it is asked for, each within its own limit."""
    scripts = set(BUILT.rglob("*.js"))
    for name, limit in ON_DEMAND.items():
        (file,) = BUILT.rglob(f"{name}-*.js")
        scripts.remove(file)
        assert compressed(file) <= limit * KIBIBYTE, name
    assert compressed(*scripts) <= 60 * KIBIBYTE
    assert compressed(*BUILT.rglob("*.css")) <= 12 * KIBIBYTE


def test_nothing_in_it_names_another_host() -> None:
    for path in BUILT.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
            assert "http://" not in text, path
            assert "https://" not in text, path


async def test_the_types_of_its_client_are_the_document_s(tmp_path: Path) -> None:
    # In a process of its own: typing keeps the unions it has seen, so the order in which a document lists the values
    # of ``Literal["left", "right"] | None`` is that of whatever this process loaded first.
    await printed_by(ROOT, {}, sys.executable, "-m", "tools.openapi_document", str(tmp_path / "openapi.json"))
    generator = str(WEB / "node_modules/openapi-typescript/bin/cli.js")
    flags = ("--root-types", "--root-types-no-schema-prefix")
    await printed_by(tmp_path, {}, NODE, generator, "openapi.json", "--output", "schema.d.ts", *flags)
    assert (tmp_path / "schema.d.ts").read_text() == (WEB / "src/api/schema.d.ts").read_text(), "run make page-types"
