"""Files that every client gets alike: read once, compressed once, sent again only when they have changed."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response

from cricksy.api.conditions import etag_of, gzip_etag, known_form, takes_gzip

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of a page, in both forms that clients take."""

    content_type: str
    plain: bytes
    compressed: bytes
    etag: str

    @classmethod
    def read(cls, path: Path) -> "StaticFile":
        """Raises :class:`FileNotFoundError`, and :class:`KeyError` for a type of file that no page has."""
        plain = path.read_bytes()
        return cls(_TYPES[path.suffix], plain, gzip.compress(plain, 6, mtime=0), etag_of(plain))

    def answer(
        self, request: Request[Any, Any, Any], *, cache_control: str, headers: Mapping[str, str] | None = None
    ) -> Response[bytes]:
        compressed = takes_gzip(request)
        sent = {
            **(headers or {}),
            "ETag": gzip_etag(self.etag) if compressed else self.etag,
            "Cache-Control": cache_control,
            "Vary": "Accept-Encoding",
        }
        if known_form(request, sent["ETag"]):
            return Response(b"", status_code=304, headers=sent)
        if compressed:
            sent["Content-Encoding"] = "gzip"
        body = self.compressed if compressed else self.plain
        return Response(body, media_type=self.content_type, headers=sent)
