"""Schemathesis loads it: puts a video where each generated upload wants it, so that sequences go on behind it."""

from typing import Any

import httpx
import schemathesis
from tests.support.api import VIDEO


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType] - its types are partial
def after_call(_context: Any, case: Any, response: Any) -> None:
    if case.operation.definition.raw["operationId"] != "initiateUpload" or response.status_code != httpx.codes.CREATED:
        return
    initiated = response.json()
    url, headers = initiated["presigned_url"], httpx.Headers(initiated["required_headers"])
    # Nobody has a video of a length or a checksum that the generator made up.
    if url and headers.keys() <= {"content-type", "if-none-match"}:
        httpx.put(url, content=VIDEO, headers=headers).raise_for_status()
