"""A job's JSON around its stored results: compressed ones are handed through as they are to who takes them."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Litestar, MediaType, Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from cricksy import gzipped
from cricksy.api.bodies import StoredJobView
from cricksy.api.conditions import gzip_etag
from cricksy.data.artifacts import Artifacts, Stored, plain
from cricksy.data.jobs import JobRecord
from cricksy.results.upgrade import view, without_frames
from cricksy.results.versions import SCHEMA
from cricksy.vocabulary import ArtifactEncoding

_NULL: Final = msgspec.Raw(b"null")
_END: Final = b"}"
VARYING: Final = {"Vary": "Accept-Encoding"}


class _PartsResponse(ASGIResponse):
    """Sends its body in parts, so that none is copied to make one whole."""

    def __init__(self, parts: tuple[gzipped.Bytes, ...], **options: Any) -> None:  # noqa: ANN401 - the framework's
        super().__init__(content_length=sum(len(part) for part in parts), **options)
        self._parts = parts

    async def send_body(self, send: Send, receive: Receive) -> None:  # noqa: ARG002 - the framework's signature
        for number, part in enumerate(self._parts, 1):
            more = number < len(self._parts)
            # Servers write whatever holds bytes; the type says bytes alone.
            await send({"type": "http.response.body", "body": part, "more_body": more})  # pyright: ignore[reportArgumentType]


class JobResponse(Response[bytes]):
    """A job's JSON in parts."""

    def __init__(self, parts: tuple[gzipped.Bytes, ...], headers: Mapping[str, str]) -> None:
        super().__init__(b"", media_type=MediaType.JSON, headers=headers)
        self._parts = parts

    def to_asgi_response(  # the framework's signature
        self,
        app: Litestar | None,  # noqa: ARG002
        request: Request[Any, Any, Any],  # noqa: ARG002
        **options: Any,  # noqa: ANN401
    ) -> ASGIResponse:
        defaults: dict[str, str] = options.get("headers") or {}
        return _PartsResponse(
            self._parts,
            headers={**defaults, **self.headers},
            media_type=self.media_type,
            status_code=self.status_code or options.get("status_code"),
            background=options.get("background"),
            cookies=options.get("cookies"),
        )


async def job_response(  # noqa: PLR0913 - the job, and the form in which it is wanted
    artifacts: Artifacts,
    job: JobRecord,
    stored: Stored | None,
    headers: Mapping[str, str],
    *,
    gzip: bool,
    frames: bool = True,
) -> JobResponse:
    """The job with its results as today's document describes them; ``gzip``: whether the client takes it.
    Without ``frames``, which are cut out of the plain form, it is never compressed.

    ``headers`` hold the entity tag of the plain form; the compressed form's is another.

    Raises:
        UnreadableResults: The stored results cannot be shown.
        ArtifactDamaged: They cannot be decompressed.
        StorageError: They are in S3, which does not give them.
    """
    envelope = msgspec.json.encode(StoredJobView(**msgspec.structs.asdict(job), results=_NULL))
    varying = {**headers, **VARYING}
    if stored is None:
        return JobResponse((envelope,), varying)
    before = envelope.removesuffix(b"null}")
    data = await artifacts.get(stored)
    is_of_today = stored.schema == SCHEMA
    if gzip and frames and is_of_today and stored.encoding is ArtifactEncoding.GZIP:
        tag = gzip_etag(varying["ETag"])
        return JobResponse(gzipped.wrap(before, data, _END), {**varying, "Content-Encoding": "gzip", "ETag": tag})
    results = await plain(stored, data)
    shown = results if is_of_today else view(results)
    return JobResponse((before, shown if frames else without_frames(shown), _END), varying)
