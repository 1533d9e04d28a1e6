"""The files of the pages of ``/docs``: from our own host, by name, and only those that a page asks for."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath
from swagger_ui_bundle import swagger_ui_path  # pyright: ignore[reportMissingTypeStubs] - one constant, no types

from cricksy.api.conditions import etag_of, gzip_etag, known_form, takes_gzip
from cricksy.api.problems import NotFound

ASSETS: Final = "/docs/assets"
SCRIPT: Final = "swagger-ui-bundle.js"
PRESET: Final = "swagger-ui-standalone-preset.js"
STYLE: Final = "swagger-ui.css"
ICON: Final = "favicon-32x32.png"

_TYPES: Final = {
    SCRIPT: "text/javascript; charset=utf-8",
    PRESET: "text/javascript; charset=utf-8",
    STYLE: "text/css; charset=utf-8",
    ICON: "image/png",
}
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class _Asset:
    content_type: str
    plain: bytes
    compressed: bytes
    etag: str


@cache
def _asset(name: str) -> _Asset:
    plain = (Path(swagger_ui_path) / name).read_bytes()
    return _Asset(_TYPES[name], plain, gzip.compress(plain, 6, mtime=0), etag_of(plain))


@get(f"{ASSETS}/{{name:str}}", include_in_schema=False, sync_to_thread=False)
def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    if name not in _TYPES:
        raise NotFound
    found = _asset(name)
    compressed = takes_gzip(request)
    headers = {
        "ETag": gzip_etag(found.etag) if compressed else found.etag,
        "Cache-Control": f"public, max-age={_DAY_SECONDS}",
        "Vary": "Accept-Encoding",
    }
    if known_form(request, headers["ETag"]):
        return Response(b"", status_code=304, headers=headers)
    if compressed:
        headers["Content-Encoding"] = "gzip"
    body = found.compressed if compressed else found.plain
    return Response(body, media_type=found.content_type, headers=headers)
