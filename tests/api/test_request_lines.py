"""The line of a request: what an operator searches for."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from cricksy.api.context import RequestContext

JOB = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"job_id": JOB}, {"job_id": JOB}),
        ({"session_id": JOB}, {"session_id": JOB}),
        ({"player_id": "hunter2"}, {}),
        ({}, {}),
        (None, {}),
    ],
)
async def test_it_names_the_job_or_session_of_its_path(found: dict[str, str] | None, told: dict[str, str]) -> None:
    async def application(scope: Any, _receive: Any, send: Any) -> None:
        if found is not None:
            scope["path_params"] = found
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def nothing(*_: Any) -> Any:
        return {"type": "http.disconnect"}

    context: Any = RequestContext(application, body_seconds=30, trusts_forwarded_proto=False)
    scope: dict[str, object] = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "headers": []}
    with capture_logs() as lines:
        await context(scope, nothing, nothing)
    (line,) = [line for line in lines if line["event"] == "http_request"]
    assert {name: line[name] for name in line if name.endswith("_id")} == told
