"""``GET …/stills``: where the images of the action are, and who may read them."""

from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import msgspec
from tests.api.test_corrections import claimed
from tests.api.test_problems import assert_is_problem
from tests.support.api import Caller, Login
from tests.support.jobs import artifacts_of, commit_results, put_made
from tests.support.stored import stored

from cricksy.aws.artifact_objects import ArtifactObjects
from cricksy.data import leases
from cricksy.data.engine import Database
from cricksy.results.stills import Still, StillsIndex
from cricksy.settings import AwsSettings
from cricksy.vocabulary import ArtifactKind

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

IMAGES = [b"first image", b"and the second"]


def still(number: int) -> Still:
    offset = sum(len(image) for image in IMAGES[:number])
    return Still(
        frame=30 + number,
        t_ms=500.0 + number,
        action=0,
        offset=offset,
        length=len(IMAGES[number]),
        repeated=False,
        width=960,
        height=540,
    )


INDEX = StillsIndex(width=960, height=540, crop=(100, 50, 1280, 720), items=[still(0), still(1)])


async def completed(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> tuple[str, ArtifactObjects]:
    """A completed job with stills."""
    initiated = await coach.initiate()
    assert (await coach.upload(initiated)).status_code == 200
    objects = ArtifactObjects(s3, s3, aws_settings.bucket)
    artifacts = artifacts_of(database, objects)
    job_id, key = UUID(initiated["job_id"]), initiated["s3_key"]
    lease = await claimed(database, str(job_id))
    made = await put_made(artifacts, job_id, stored().results, stored().landmarks, key)
    images = await artifacts.put(job_id, key, ArtifactKind.STILLS, b"".join(IMAGES), msgspec.to_builtins(INDEX))
    await leases.commit_results(database, lease, msgspec.structs.replace(made, stills=images))
    return str(job_id), objects


async def test_each_image_is_read_by_its_range_from_a_page_of_another_origin(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    job_id, _ = await completed(coach, database, s3, aws_settings)
    response = await coach.call("GET", f"/analysis-jobs/{job_id}/stills")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    answer = response.json()
    url = answer.pop("url")
    assert answer == {
        "expires_in": 900,
        "bytes": len(b"".join(IMAGES)),
        "width": 960,
        "height": 540,
        "crop": [100, 50, 1280, 720],
        "items": msgspec.to_builtins(INDEX.items),
    }
    async with httpx.AsyncClient() as page:
        for item, image in zip(answer["items"], IMAGES, strict=True):
            last = item["offset"] + item["length"] - 1
            headers = {"Range": f"bytes={item['offset']}-{last}", "Origin": "https://page.test"}
            part = await page.get(url, headers=headers)
            assert (part.status_code, part.content) == (206, image)
            assert part.headers["Access-Control-Allow-Origin"] in {"*", "https://page.test"}
            exposed = part.headers["Access-Control-Expose-Headers"]
            assert "Content-Range" in {name.strip() for name in exposed.split(",")}
        preflight = {
            "Origin": "https://page.test",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "range",
        }
        allowed = await page.request("OPTIONS", url, headers=preflight)
        assert allowed.status_code in {200, 204}
        assert allowed.headers["Access-Control-Allow-Headers"].lower() in {"*", "range"}


async def test_a_list_shows_the_release_of_the_newest_job_that_has_them(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    async def thumb() -> object:
        return (await coach.call("GET", "/sessions")).json()["items"][0]["thumb"]

    job_id, _ = await completed(coach, database, s3, aws_settings)
    session_id = (await coach.job(job_id))["session_id"]
    events = stored().read.pose.pose_summary.events
    (release,) = [event.frame for event in events if event.name == "ball_release"]
    assert await thumb() == {"job_id": job_id, "frame": release}
    await coach.initiate(session_id=session_id)
    assert await thumb() == {"job_id": job_id, "frame": release}
    await coach.call("DELETE", f"/analysis-jobs/{job_id}")
    assert await thumb() is None


async def test_they_go_with_the_job(
    coach: Caller, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    job_id, _ = await completed(coach, database, s3, aws_settings)
    url = (await coach.call("GET", f"/analysis-jobs/{job_id}/stills")).json()["url"]
    assert (await coach.call("DELETE", f"/analysis-jobs/{job_id}")).status_code == 204
    async with httpx.AsyncClient() as page:
        assert (await page.get(url)).status_code == 404


async def test_where_none_were_kept_there_are_none(
    coach: Caller, login: Login, database: Database, s3: "S3Client", aws_settings: AwsSettings
) -> None:
    queued_id = await coach.uploaded()
    assert_is_problem(await coach.call("GET", f"/analysis-jobs/{queued_id}/stills"), 404, "not_found")
    await commit_results(database, await claimed(database, queued_id), stored().results, stored().landmarks)
    assert_is_problem(await coach.call("GET", f"/analysis-jobs/{queued_id}/stills"), 404, "not_found")
    job_id, _ = await completed(coach, database, s3, aws_settings)
    assert_is_problem(await login().call("GET", f"/analysis-jobs/{job_id}/stills"), 404, "not_found")
