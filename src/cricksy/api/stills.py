"""``/analysis-jobs/{job_id}/stills``: images of the action, to step through without the video."""

import msgspec
from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from cricksy.api.bodies import JobId
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.problems import NotFound, StorageUnavailable
from cricksy.api.services import Services
from cricksy.api.storage import storage_problems
from cricksy.api.tokens import Coach
from cricksy.aws.artifact_objects import PRESIGNED_SECONDS
from cricksy.data.artifacts import read_stills
from cricksy.results.stills import Still, StillsIndex


class StillsView(msgspec.Struct, frozen=True, kw_only=True):
    """Images of a job's video: JPEGs one after another in one object, upright, without metadata."""

    url: str
    """Reads the object with GET. Ask for an image by `Range: bytes={offset}-{offset + length - 1}`. The URL is a
    credential: do not log or store it."""
    expires_in: int
    """Seconds until the URL expires."""
    bytes: int
    """Size of the object."""
    width: int
    """Width in pixels of the images that belong to an action."""
    height: int
    """Height in pixels of the images that belong to an action."""
    crop: tuple[int, int, int, int]
    """The part of the upright frame that those images show: x, y, width and height in its pixels."""
    items: list[Still]
    """The images. Those without an action are evenly spaced over a long video and show the whole frame."""


class JobStills(Controller):
    path = "/analysis-jobs/{job_id:uuid}/stills"
    tags = ("Analysis jobs",)

    @get(
        operation_class=CoachOperation,
        operation_id="getStills",
        summary="Read the images of the action",
        description=(
            "Returns where the images of the finely read frames are. A repeated frame shares the image of the frame "
            "before. 404 if the job kept none, as jobs before this release did."
        ),
        responses={
            200: ResponseSpec(StillsView, description="The images.", generate_examples=False),
            **coach_problems(NotFound, StorageUnavailable),
        },
    )
    async def read(
        self, request: Request[Coach, None, State], job_id: JobId, services: NamedDependency[Services]
    ) -> Response[StillsView]:
        stored = await read_stills(services.database, request.user.owner, job_id)
        if stored is None or stored.s3_key is None or stored.about is None:
            raise NotFound
        index = msgspec.convert(stored.about, StillsIndex)
        async with storage_problems():
            url = await services.objects.presign(stored.s3_key)
        last_byte = max((item.offset + item.length for item in index.items), default=0)
        view = StillsView(url=url, expires_in=PRESIGNED_SECONDS, bytes=last_byte, **msgspec.structs.asdict(index))
        return Response(view, headers={"Cache-Control": "no-store"})
