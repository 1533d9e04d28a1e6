"""The coach's page: built from ``web/`` into the package, served from ``/``.

The document names its files by a hash of their content, so they never change and it is revalidated each time. Its
policy lets it run its own scripts alone, and read from the API and the bucket alone.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import structlog
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect

from cricksy.api.headers import content_security_policy
from cricksy.api.problems import NotFound
from cricksy.api.static import StaticFile

BUILT: Final = Path(str(files("cricksy"))) / "page"
DOCUMENT: Final = "index.html"
ICON: Final = "ball.svg"
_YEAR_SECONDS: Final = 31_536_000


@dataclass(frozen=True, slots=True)
class CoachPage:
    """The files of the page by name; none where it was not built."""

    by_name: dict[str, StaticFile]

    @classmethod
    def read(cls, directory: Path = BUILT) -> "CoachPage":
        found = cls({path.name: StaticFile.read(path) for path in directory.rglob("*") if path.is_file()})
        if DOCUMENT not in found.by_name:
            structlog.stdlib.get_logger().warning("page_missing", hint="make setup builds it")
        return found


def policy_of_page(bucket_origin: str) -> str:
    """Images, films and uploads come from and go to the bucket itself; ``blob:`` is what the page makes of them."""
    return content_security_policy(
        default_src="'self'",
        img_src=f"'self' blob: {bucket_origin}",
        media_src=f"'self' blob: {bucket_origin}",
        connect_src=f"'self' {bucket_origin}",
        object_src="'none'",
        form_action="'none'",
    )


@get("/", include_in_schema=False, sync_to_thread=False)
def home(request: Request[Any, Any, State], state: State) -> Response[Any]:
    page: CoachPage = state["page"]
    document = page.by_name.get(DOCUMENT)
    if document is None:
        return Redirect("/docs")
    policy = policy_of_page(state["services"].bucket_origin)
    return document.answer(request, cache_control="no-cache", headers={"Content-Security-Policy": policy})


@get(f"/{ICON}", include_in_schema=False, sync_to_thread=False)
def icon(request: Request[Any, Any, State], state: State) -> Response[bytes]:
    return _file(state, ICON).answer(request, cache_control="no-cache")


@get("/page/{name:str}", include_in_schema=False, sync_to_thread=False)
def file(request: Request[Any, Any, State], state: State, name: FromPath[str]) -> Response[bytes]:
    if name in {DOCUMENT, ICON}:
        raise NotFound
    return _file(state, name).answer(request, cache_control=f"public, max-age={_YEAR_SECONDS}, immutable")


def _file(state: State, name: str) -> StaticFile:
    page: CoachPage = state["page"]
    if name not in page.by_name:
        raise NotFound
    return page.by_name[name]
