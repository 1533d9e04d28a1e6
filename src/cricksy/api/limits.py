"""``/limits``: what an owner may use, and what is used."""

from typing import Annotated

import msgspec
from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.rate_limit import Allowance, allowance_of
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.usage import QuotaUse, read_quotas


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Your limits: those of the coach, or of the organisation that the token names."""

    requests: Allowance | None
    """How fast requests may come, as in the `RateLimit-*` headers. Each process of the API counts by itself. Null: no
    limit."""
    quotas: Annotated[list[QuotaUse], msgspec.Meta(max_length=3)]
    """Each quota and what is used of it."""
    max_video_bytes: int
    """Size of the largest video, in bytes."""


class LimitsOfOwner(Controller):
    path = "/limits"
    tags = ("Limits",)

    @get(
        operation_class=CoachOperation,
        operation_id="getLimits",
        summary="Read your limits and what is used",
        description=(
            "Returns how fast you may call and how much you may upload. A job counts when it is created, with its "
            "`content_length`; without one it counts as `max_video_bytes` until `completeUpload` sees its size. "
            "Deleting a job frees an open upload, but neither a job nor bytes of the day."
        ),
        response_description="The limits.",
        responses=coach_problems(),
    )
    async def read(self, request: Request[Coach, None, State], services: NamedDependency[Services]) -> Limits:
        return Limits(
            requests=allowance_of(request.scope),
            quotas=await read_quotas(services.database, request.user.owner, services.quotas),
            max_video_bytes=services.max_video_bytes,
        )
