"""``GET /analysis-jobs``: an owner's jobs, page by page."""

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from cricksy.api.job_bodies import JobPage, SessionFilter, StatusFilter
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.pages import PageRequest, provide_page
from cricksy.api.problems import Invalid
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.api.validation import read_uuid
from cricksy.data.job_lists import JobFilter, list_jobs


class JobLists(Controller):
    path = "/analysis-jobs"
    tags = ("Analysis jobs",)
    dependencies = {"page": Provide(provide_page)}  # noqa: RUF012 - the form is the framework's

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
    async def read(
        self,
        request: Request[Coach, None, State],
        services: NamedDependency[Services],
        page: NamedDependency[PageRequest],
        session_id: SessionFilter = None,
        status: StatusFilter = None,
    ) -> JobPage:
        owner = request.user.owner
        wanted = JobFilter(session_id=session_id, status=status)
        scope = ("analysis-jobs", owner, wanted)
        before = page.after(scope, read_uuid)
        found = await list_jobs(services.database, owner, wanted, before=before, limit=page.limit + 1)
        items, next_cursor = page.cut(scope, found, lambda job: job.job_id)
        return JobPage(items=items, next_cursor=next_cursor)
