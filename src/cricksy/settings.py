"""Settings: read once from the environment in ``main`` and passed on."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from cricksy.environment import Environment, SettingsError
from cricksy.vocabulary import ArtifactKind, ArtifactStore

__all__ = ["SettingsError"]

MEGABYTE = 1_000_000


class AwsSettings(msgspec.Struct, frozen=True, kw_only=True):
    region: str
    endpoint_url: str | None
    """Where S3 and SQS answer; ``None`` is AWS itself."""
    public_endpoint_url: str | None
    """Where the client of a presigned URL reaches S3; ``None`` is ``endpoint_url``."""
    bucket: str
    queue_url: str
    dlq_url: str
    provisions_missing: bool = False
    """Whether the bucket and the queues are made again where they are missing: on an emulator alone."""


class TokenSettings(msgspec.Struct, frozen=True, kw_only=True):
    secret: str = ""
    """Shared secret of HS256, at least 32 bytes (RFC 7518 §3.2); empty if only the issuer's own keys count."""
    previous_secrets: tuple[str, ...] = ()
    """Secrets that still verify tokens, from before a rotation."""
    jwks_url: str | None = None
    """Where the issuer publishes its keys of RS256 and ES256; ``None`` if only shared secrets count."""
    audience: str
    issuer: str


class AnalysisSettings(msgspec.Struct, frozen=True, kw_only=True):
    pose_model: Path | None
    """``.task`` file of the first pass; ``None`` is the one made at set-up."""
    pose_model_fine: Path | None
    fine_window_seconds: float
    max_actions: int = 6
    """Of one film, that are read finely; the others are listed with their times."""
    max_video_bytes: int
    max_video_seconds: float


class ArtifactSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where new artifacts go, by kind; those that exist stay where they are. Stills go to S3 always."""

    results: ArtifactStore = ArtifactStore.POSTGRES
    landmarks: ArtifactStore = ArtifactStore.POSTGRES

    def of(self, kind: ArtifactKind) -> ArtifactStore:
        match kind:
            case ArtifactKind.RESULTS:
                return self.results
            case ArtifactKind.LANDMARKS:
                return self.landmarks
            case ArtifactKind.STILLS:
                return ArtifactStore.S3


class LimitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What one owner, a coach or an organisation, may ask for."""

    requests_per_minute: int = 600
    """In each process of the API; 0 means no limit."""
    open_uploads: int = 100
    """Jobs that wait for their upload."""
    jobs_per_day: int = 1_000
    bytes_per_day: int = 200_000 * MEGABYTE


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True):
    database_url: str
    aws: AwsSettings
    tokens: TokenSettings
    max_video_bytes: int
    log_level: str
    processes: int = 1
    """Processes that answer, each with its own pool of connections to the database."""
    trusts_forwarded_proto: bool = False
    """Whether ``X-Forwarded-Proto`` is our own proxy's, which replaces what a client sends."""
    limits: LimitSettings = LimitSettings()
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API, such as ``https://coach.example``."""
    artifacts: ArtifactSettings = ArtifactSettings()
    exports_spans: bool = False
    """Whether the environment names an OpenTelemetry collector; the SDK reads the rest itself."""


class RetentionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Days after the end of its job for which each kind is kept; 0 means for ever."""

    videos: int = 0
    stills: int = 0
    landmarks: int = 0
    """As stored for corrections; results keep those that they show."""
    results: int = 0
    """The whole job with its numbers, and what else is kept of it."""


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    database_url: str
    aws: AwsSettings
    analysis: AnalysisSettings
    concurrency: int
    """Jobs analysed at once, one child process each."""
    visibility_timeout_seconds: int
    job_deadline_seconds: float
    drain_seconds: float
    log_level: str
    ecs_agent_uri: str | None = None
    """Where the agent of ECS answers its tasks; ``None`` outside ECS, which sets the variable itself."""
    artifacts: ArtifactSettings = ArtifactSettings()
    retention: RetentionSettings = RetentionSettings()
    exports_spans: bool = False


def _aws(env: Environment) -> AwsSettings:
    endpoint_url = env.url("AWS_ENDPOINT_URL")
    return AwsSettings(
        region=env.region("AWS_REGION"),
        endpoint_url=endpoint_url,
        public_endpoint_url=env.url("S3_PUBLIC_ENDPOINT_URL") or endpoint_url,
        bucket=env.text("S3_BUCKET"),
        queue_url=env.text("SQS_QUEUE_URL"),
        dlq_url=env.text("DLQ_URL"),
        provisions_missing=env.emulator_switch("PROVISION_MISSING", endpoint_url),
    )


def _tokens(env: Environment) -> TokenSettings:
    env.one_of("JWT_SECRET", "JWT_SECRET_FILE", "JWT_JWKS_URL")
    previous = env.secret("JWT_SECRET_PREVIOUS")
    return TokenSettings(
        secret=env.secret("JWT_SECRET"),
        previous_secrets=(previous,) if previous else (),
        jwks_url=env.secure_url("JWT_JWKS_URL"),
        audience=env.text("JWT_AUDIENCE"),
        issuer=env.text("JWT_ISSUER"),
    )


def _max_video_bytes(env: Environment) -> int:
    # A single PUT to S3 ends at 5 GB.
    return env.whole("MAX_VIDEO_BYTES", 500 * MEGABYTE, 1, 5_000 * MEGABYTE)


def _analysis(env: Environment) -> AnalysisSettings:
    return AnalysisSettings(
        pose_model=env.path("CRICKSY_POSE_MODEL"),
        pose_model_fine=env.path("CRICKSY_POSE_MODEL_FINE"),
        fine_window_seconds=env.number("FINE_WINDOW_SECONDS", 1.5, 0, 10),
        max_actions=env.whole("MAX_ACTIONS", 6, 1, 60),
        max_video_bytes=_max_video_bytes(env),
        max_video_seconds=env.number("MAX_VIDEO_SECONDS", 600, 1, 3600),
    )


def _artifacts(env: Environment) -> ArtifactSettings:
    return ArtifactSettings(results=env.store("RESULTS_STORE"), landmarks=env.store("LANDMARKS_STORE"))


def _retention(env: Environment) -> RetentionSettings:
    return RetentionSettings(
        videos=env.days("RETAIN_VIDEOS_DAYS"),
        stills=env.days("RETAIN_STILLS_DAYS"),
        landmarks=env.days("RETAIN_LANDMARKS_DAYS"),
        results=env.days("RETAIN_RESULTS_DAYS"),
    )


def _limits(env: Environment) -> LimitSettings:
    default = LimitSettings()
    return LimitSettings(
        requests_per_minute=env.whole("RATE_LIMIT_PER_MINUTE", default.requests_per_minute, 0, 1_000_000),
        open_uploads=env.whole("MAX_OPEN_UPLOADS", default.open_uploads, 1, 1_000_000),
        jobs_per_day=env.whole("MAX_JOBS_PER_DAY", default.jobs_per_day, 1, 1_000_000),
        bytes_per_day=env.whole("MAX_BYTES_PER_DAY", default.bytes_per_day, 1, 1_000_000_000 * MEGABYTE),
    )


def _api(env: Environment) -> ApiSettings:
    return ApiSettings(
        database_url=env.database_url(),
        aws=_aws(env),
        tokens=_tokens(env),
        max_video_bytes=_max_video_bytes(env),
        log_level=env.log_level(),
        processes=env.whole("API_PROCESSES", 1, 1, 64),
        trusts_forwarded_proto=env.switch("TRUST_FORWARDED_PROTO"),
        limits=_limits(env),
        cors_origins=env.origins("CORS_ORIGINS"),
        artifacts=_artifacts(env),
        exports_spans=env.exports_spans(),
    )


def _worker(env: Environment) -> WorkerSettings:
    return WorkerSettings(
        database_url=env.database_url(),
        aws=_aws(env),
        analysis=_analysis(env),
        concurrency=env.whole("WORKER_CONCURRENCY", os.cpu_count() or 1, 1, 64),
        # SQS ends a message's invisibility at 12 h.
        visibility_timeout_seconds=env.whole("VISIBILITY_TIMEOUT_SECONDS", 120, 2, 43_200),
        job_deadline_seconds=env.number("JOB_DEADLINE_SECONDS", 900, 1, 43_200),
        drain_seconds=env.number("DRAIN_SECONDS", 100, 1, 3_600),
        log_level=env.log_level(),
        ecs_agent_uri=env.optional("ECS_AGENT_URI"),
        artifacts=_artifacts(env),
        retention=_retention(env),
        exports_spans=env.exports_spans(),
    )


_Settings = TypeVar("_Settings")


def _reader(build: Callable[[Environment], _Settings]) -> Callable[[Mapping[str, str]], _Settings]:
    def read(environ: Mapping[str, str]) -> _Settings:
        env = Environment(environ)
        settings = build(env)
        env.check()
        return settings

    return read


# Each takes the environment and raises SettingsError with the name of everything that is missing or wrong in it.
analysis_settings = _reader(_analysis)
aws_settings = _reader(_aws)
database_url = _reader(Environment.database_url)
token_settings = _reader(_tokens)
api_settings = _reader(_api)
worker_settings = _reader(_worker)
