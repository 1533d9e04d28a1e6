"""Settings of the programs under test."""

from tests.support.api import AUDIENCE, ISSUER, SECRET

from cricksy.settings import AnalysisSettings, ApiSettings, AwsSettings, LimitSettings, TokenSettings, WorkerSettings

MAX_VIDEO_BYTES = 100_000_000


def api_settings(database_url: str, aws_settings: AwsSettings, max_video_bytes: int = MAX_VIDEO_BYTES) -> ApiSettings:
    return ApiSettings(
        database_url=database_url,
        aws=aws_settings,
        tokens=TokenSettings(secret=SECRET, audience=AUDIENCE, issuer=ISSUER),
        max_video_bytes=max_video_bytes,
        log_level="INFO",
        limits=LimitSettings(requests_per_minute=1_000_000),
    )


def worker_settings(database_url: str, aws_settings: AwsSettings) -> WorkerSettings:
    return WorkerSettings(
        database_url=database_url,
        aws=aws_settings,
        analysis=AnalysisSettings(
            pose_model=None,
            pose_model_fine=None,
            fine_window_seconds=1.5,
            max_video_bytes=MAX_VIDEO_BYTES,
            max_video_seconds=600,
        ),
        concurrency=1,
        # Far more than a busy machine makes a heartbeat late; a test that is about the end of a lease sets it short.
        visibility_timeout_seconds=30,
        job_deadline_seconds=300,
        drain_seconds=3,
        log_level="INFO",
    )
