"""A TypeScript client that is generated from the OpenAPI document runs the flow, and its types hold."""

import shutil
import sys
from pathlib import Path

from tests.support.analysed import analysing
from tests.support.api import VIDEO, make_token
from tests.support.listening import listening
from tests.support.programs import printed_by

from cricksy.data.engine import Database
from cricksy.settings import ApiSettings

CLIENT = Path(__file__).parents[2] / "clients/typescript"
NODE = str(Path(sys.executable).with_name("node"))


async def test_the_client_uploads_a_video_and_reads_its_report(
    settings: ApiSettings, database: Database, tmp_path: Path
) -> None:
    for name in ("flow.ts", "package.json", "tsconfig.json"):
        shutil.copy(CLIENT / name, tmp_path)
    modules = tmp_path / "node_modules"
    modules.symlink_to(CLIENT / "node_modules")
    (tmp_path / "video.mp4").write_bytes(VIDEO)
    async with listening(settings) as api, analysing(database):
        environment = {"API_URL": api.url, "TOKEN": make_token(), "VIDEO": str(tmp_path / "video.mp4")}
        document = f"{api.url}/docs/openapi.json"
        generator = str(modules / "openapi-typescript/bin/cli.js")
        await printed_by(tmp_path, {}, NODE, generator, document, "--output", "schema.d.ts")
        await printed_by(tmp_path, {}, NODE, str(modules / "typescript/bin/tsc"), "--project", ".")
        printed = await printed_by(tmp_path, environment, NODE, "--experimental-strip-types", "flow.ts")
    assert printed.startswith("completed ")
    assert "Filmed in the last seven days: 1 ball on 1 day." in printed
