"""The files of the pages of ``/docs``: from our own host, by name, and only those that a page asks for."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath
from swagger_ui_bundle import swagger_ui_path  # pyright: ignore[reportMissingTypeStubs] - one constant, no types

from cricksy.api.problems import NotFound
from cricksy.api.static import StaticFile

ASSETS: Final = "/docs/assets"
SCRIPT: Final = "swagger-ui-bundle.js"
PRESET: Final = "swagger-ui-standalone-preset.js"
STYLE: Final = "swagger-ui.css"
ICON: Final = "favicon-32x32.png"

_NAMES: Final = frozenset({SCRIPT, PRESET, STYLE, ICON})
_DAY_SECONDS: Final = 86_400


@cache
def _asset(name: str) -> StaticFile:
    return StaticFile.read(Path(swagger_ui_path) / name)


@get(f"{ASSETS}/{{name:str}}", include_in_schema=False, sync_to_thread=False)
def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    if name not in _NAMES:
        raise NotFound
    return _asset(name).answer(request, cache_control=f"public, max-age={_DAY_SECONDS}")
