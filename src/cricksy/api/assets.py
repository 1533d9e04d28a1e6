"""The files of the pages of ``/docs``: from our own host, by name, and only those that a page asks for."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath
from swagger_ui_bundle import swagger_ui_path  # pyright: ignore[reportMissingTypeStubs] - one constant, no types

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
_TAKES_GZIP: Final = re.compile(r"(?:^|,)\s*gzip\s*(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asset:
    content_type: str
    plain: bytes
    compressed: bytes
    digest: str


@cache
def _asset(name: str) -> _Asset:
    plain = (Path(swagger_ui_path) / name).read_bytes()
    return _Asset(_TYPES[name], plain, gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:24])


@get(f"{ASSETS}/{{name:str}}", include_in_schema=False, sync_to_thread=False)
def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    if name not in _TYPES:
        raise NotFound
    found = _asset(name)
    takes_gzip = _TAKES_GZIP.search(request.headers.get("accept-encoding", "")) is not None
    headers = {
        "ETag": f'"{found.digest}{"-gzip" if takes_gzip else ""}"',
        "Cache-Control": f"public, max-age={_DAY_SECONDS}",
        "Vary": "Accept-Encoding",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if takes_gzip:
        headers["Content-Encoding"] = "gzip"
    body = found.compressed if takes_gzip else found.plain
    return Response(body, media_type=found.content_type, headers=headers)
