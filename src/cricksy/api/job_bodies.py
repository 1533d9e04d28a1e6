"""What the calls under ``/analysis-jobs`` answer with, beside the job itself."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from cricksy.data.jobs import JobRecord
from cricksy.vocabulary import JobStatus

SessionFilter = Annotated[UUID | None, QueryParameter(description="List the jobs of this session only.")]
StatusFilter = Annotated[JobStatus | None, QueryParameter(description="List the jobs with this status only.")]
WithFrames = Annotated[
    bool, QueryParameter(description="Whether to return `pose.frames`. They are nearly all of a large answer.")
]


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list of jobs."""

    items: list[JobRecord]
    """The jobs without their results, newest first."""
    next_cursor: str | None
    """Send it as `cursor` to get the next page; null on the last page."""


class VideoUrl(msgspec.Struct, frozen=True, kw_only=True):
    """Where to play the video."""

    url: str
    """Get the video from this URL; it supports `Range`. The URL is a credential: do not log or store it."""
    expires_in: int
    """Seconds until the URL expires."""
