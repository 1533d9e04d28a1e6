"""The links from an answer to the calls that it leads to, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Final

from litestar.openapi.spec import Link, OpenAPIResponse, Operation

_SESSION: Final = {"session_id": "$response.body#/session_id"}
_JOB: Final = {"job_id": "$response.body#/job_id"}
_ITS_PLAYER: Final = {"player_id": "$response.body#/player_ids/0"}
_PLAYER: Final = {"player_id": "$response.body#/items/0/player_id"}
_CURSOR: Final = {"cursor": "$response.body#/next_cursor"}


def _to(operation_id: str, description: str, parameters: Mapping[str, str]) -> Link:
    return Link(operation_id=operation_id, parameters=dict(parameters), description=description)


def _with(operation_id: str, description: str, body: Mapping[str, str]) -> Link:
    return Link(operation_id=operation_id, request_body=dict(body), description=description)


_READ_JOB: Final = _to("getAnalysisJob", "Read the job.", _JOB)
_PROGRESS: Final = _to("streamJobProgress", "Follow the job until it is final.", _JOB)
_DELETE_JOB: Final = _to("deleteAnalysisJob", "Delete the job.", _JOB)
_NEXT_PAGE: Final = "The next page."

LINKS: Final[Mapping[tuple[str, str], list[Link]]] = {
    ("createSession", "201"): [
        _with("initiateUpload", "Upload a video to the session.", _SESSION),
        _to("getSession", "Read the session again.", _SESSION),
        _to("updateSession", "Change the session.", _SESSION),
        _to("listAnalysisJobs", "List the jobs of the session.", _SESSION),
        _to("deleteSession", "Delete the session.", _SESSION),
        _to("getPlayerProgress", "Read the numbers of its first player over time.", _ITS_PLAYER),
        _to("getPlayerLoad", "Read how much its first player bowled.", _ITS_PLAYER),
        _to("exportPlayer", "Export everything of its first player.", _ITS_PLAYER),
    ],
    ("updateSession", "200"): [_to("getSession", "Read the session again.", _SESSION)],
    ("initiateUpload", "201"): [
        _with("completeUpload", "Start the analysis, once the video is PUT to `presigned_url`.", _JOB),
        _with("listUploadParts", "Get the URLs of an upload in parts.", _JOB),
        _to("renewUploadUrl", "Get a new URL.", _JOB),
        _READ_JOB,
        _DELETE_JOB,
    ],
    ("completeUpload", "202"): [_READ_JOB, _PROGRESS, _to("getVideoUrl", "Play the video.", _JOB)],
    ("getAnalysisJob", "200"): [
        _to("correctEvents", "Correct when the events happened, once the job is completed.", _JOB),
        _to("getStills", "See the images of the action, once the job is completed.", _JOB),
        _to("retryAnalysisJob", "Analyse the video again, if the job has failed.", _JOB),
        _PROGRESS,
        _DELETE_JOB,
    ],
    ("correctEvents", "200"): [_READ_JOB],
    ("retryAnalysisJob", "202"): [_READ_JOB, _PROGRESS],
    ("listSessions", "200"): [_to("listSessions", _NEXT_PAGE, _CURSOR)],
    ("listAnalysisJobs", "200"): [_to("listAnalysisJobs", _NEXT_PAGE, _CURSOR)],
    ("listPlayers", "200"): [
        _to("listPlayers", _NEXT_PAGE, _CURSOR),
        _to("getPlayerProgress", "Read the numbers of a player over time.", _PLAYER),
        _to("getPlayerLoad", "Read how much a player bowled.", _PLAYER),
        _to("exportPlayer", "Export everything of a player.", _PLAYER),
        _to("deletePlayer", "Delete a player with everything of theirs.", _PLAYER),
    ],
}
"""By operation id and status."""


def add_links(operation: Operation) -> None:
    """Put the links of an operation into its answers, each under the call that it leads to."""
    for status, response in (operation.responses or {}).items():
        links = LINKS.get((operation.operation_id or "", status))
        if links and isinstance(response, OpenAPIResponse):
            response.links = {str(link.operation_id): link for link in links}
