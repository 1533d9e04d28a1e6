"""``/``: the coach's page, its files and its policy."""

import re
from pathlib import Path

import httpx
import pytest

from cricksy.api.page import CoachPage
from cricksy.settings import ApiSettings


async def test_the_document_is_revalidated_and_its_files_are_kept_for_good(anonymous: httpx.AsyncClient) -> None:
    document = await anonymous.get("/")
    assert (document.status_code, document.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert document.headers["Cache-Control"] == "no-cache"
    unchanged = await anonymous.get("/", headers={"If-None-Match": document.headers["ETag"]})
    assert unchanged.status_code == 304
    named = re.findall(r'(?:src|href)="(/page/[^"]+)"', document.text)
    assert {Path(name).suffix for name in named} == {".js", ".css"}
    for name in named:
        file = await anonymous.get(name)
        assert (file.status_code, file.headers["Content-Encoding"]) == (200, "gzip")
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await anonymous.get("/ball.svg")).headers["Content-Type"].startswith("image/svg+xml")


async def test_the_document_runs_and_loads_what_is_ours_and_the_bucket_s_alone(
    anonymous: httpx.AsyncClient, settings: ApiSettings
) -> None:
    document = await anonymous.get("/")
    policy = dict(part.split(" ", 1) for part in document.headers["Content-Security-Policy"].split("; "))
    bucket = settings.aws.endpoint_url
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' blob: {bucket}",
        "media-src": f"'self' blob: {bucket}",
        "connect-src": f"'self' {bucket}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert document.headers["Referrer-Policy"] == "no-referrer"
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", document.text)
    assert not re.search(r'(src|href)="(?!/)', document.text)


@pytest.mark.parametrize("name", ["index.html", "ball.svg", "nothing.js", "%2e%2e%2findex.html", "%00", "a" * 5000])
async def test_any_other_file_is_not_found(anonymous: httpx.AsyncClient, name: str) -> None:
    response = await anonymous.get(f"/page/{name}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_page_that_was_not_built_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert CoachPage.read(tmp_path).by_name == {}
    assert "page_missing" in caplog.text
