"""The samples of docs/api.md do what they say."""

import os
import re
import shutil
import sys
from pathlib import Path

import msgspec
import pytest
from tests.support.analysed import analysing
from tests.support.api import VIDEO, make_token
from tests.support.listening import listening
from tests.support.programs import printed_by

from cricksy.api.app import PREFIX
from cricksy.data.engine import Database
from cricksy.settings import ApiSettings

# What the page leaves to its reader: where the settings and the video come from, and what becomes of the job.
JAVASCRIPT = """
import { readFile } from "node:fs/promises";
const { API, TOKEN, VIDEO } = process.env;
const video = await readFile(VIDEO);
%s
console.log(job.status, job.results.report.summary);
"""
PAGE = Path(__file__).parents[2] / "docs/api.md"


def samples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)


async def test_the_samples_upload_videos_and_read_their_reports(
    settings: ApiSettings, database: Database, tmp_path: Path
) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(VIDEO)
    if shutil.which("curl") is None and not os.environ.get("CI"):
        pytest.skip("curl is not installed")
    async with listening(settings) as api, analysing(database):
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "API": api.url + PREFIX,
            "TOKEN": make_token(),
            "VIDEO": str(video),
        }
        (shell,) = samples("sh")
        await printed_by(tmp_path, environment, "sh", "-c", shell)
        job = msgspec.json.decode((tmp_path / "job.json").read_bytes())
        assert (job["status"], job["results"]["schema"] >= 2) == ("completed", True)
        python = "\n".join(samples("python"))
        printed = await printed_by(tmp_path, environment, sys.executable, "-c", python)
        assert printed.splitlines() == [f"completed {job['results']['report']['summary']}", "completed"]
        (script,) = samples("js")
        (tmp_path / "sample.mjs").write_text(JAVASCRIPT % script)
        node = str(Path(sys.executable).with_name("node"))
        printed = await printed_by(tmp_path, environment, node, "sample.mjs")
        assert printed.strip() == f"completed {job['results']['report']['summary']}"
