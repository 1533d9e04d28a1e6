"""``GET /analysis-jobs``: an owner's jobs, page by page."""

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from cricksy.api.job_bodies import JobPage, SessionFilter, StatusFilter
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.paging import DEFAULT_LIMIT, Cursor, Limit, cursor_after, position
from cricksy.api.problems import Invalid
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.job_lists import JobFilter, list_jobs


class JobLists(Controller):
    path = "/analysis-jobs"
    tags = ("Analysis jobs",)

    @get(
        operation_class=CoachOperation,
        operation_id="listAnalysisJobs",
        summary="List jobs",
        description=(
            "Returns your jobs without their results, newest first. Jobs that are created while you read the pages do "
            "not change the pages that follow."
        ),
        response_description="One page of jobs.",
        responses=coach_problems(Invalid),
    )
    async def read(  # noqa: PLR0913 - the query
        self,
        request: Request[Coach, None, State],
        services: NamedDependency[Services],
        *,
        session_id: SessionFilter = None,
        status: StatusFilter = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> JobPage:
        wanted = JobFilter(session_id=session_id, status=status)
        before = position(cursor)
        # One more than asked for says whether another page follows.
        jobs = await list_jobs(services.database, request.user.owner, wanted, before=before, limit=limit + 1)
        items = jobs[:limit]
        return JobPage(items=items, next_cursor=cursor_after(items[-1].job_id) if len(jobs) > limit else None)
