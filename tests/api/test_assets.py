"""The files of ``/docs``, and the headers of a page."""

import gzip
import re

import httpx
import pytest

NAMES = ["swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "swagger-ui.css", "favicon-32x32.png"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_is_sent_once(anonymous: httpx.AsyncClient, name: str) -> None:
    url = f"/docs/assets/{name}"
    plain = await anonymous.get(url, headers={"Accept-Encoding": "identity"})
    assert plain.status_code == 200
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Cache-Control"] == "public, max-age=86400"
    assert plain.headers["Vary"] == "Accept-Encoding"
    again = await anonymous.get(
        url, headers={"Accept-Encoding": "identity", "If-None-Match": f'"x", W/{plain.headers["ETag"]}'}
    )
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", plain.headers["ETag"])
    zipped = await anonymous.get(url, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert zipped.content == plain.content
    assert int(zipped.headers["Content-Length"]) == len(gzip.compress(plain.content, 6, mtime=0))
    refused = await anonymous.get(url, headers={"Accept-Encoding": "gzip;q=0, br"})
    assert "Content-Encoding" not in refused.headers


@pytest.mark.parametrize(
    "path",
    [
        "assets/%00",
        "assets/" + "a" * 256,
        "assets/" + "a" * 5000,
        "assets/..%2f..%2fpyproject.toml",
        "assets/%2e%2e/%2e%2e/etc/passwd",
        "assets/%ff",
        "assets/",
        "assets/index.html",
        "assets/swagger-initializer.js",
        "assets/swagger-ui-bundle.js.map",
        "assets/swagger-ui.js/",
        "redoc",
        "%00",
    ],
)
async def test_any_other_path_is_not_found(anonymous: httpx.AsyncClient, path: str) -> None:
    response = await anonymous.get(f"/docs/{path}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_a_page_runs_its_own_scripts_alone_and_stays_out_of_frames(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get("/docs")
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert len(re.findall(r"<script>", page.text)) == policy["script-src"].count("'sha256-")
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["/docs", "/docs/openapi.json", "/health/live", "/nowhere", "/docs/assets/swagger-ui.css"]
)
async def test_no_type_is_guessed(anonymous: httpx.AsyncClient, path: str) -> None:
    response = await anonymous.get(path)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"]
    assert "Strict-Transport-Security" not in response.headers
