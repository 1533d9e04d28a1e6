from collections.abc import Callable

import pytest

from cricksy.settings import (
    ApiSettings,
    LimitSettings,
    SettingsError,
    WorkerSettings,
    analysis_settings,
    api_settings,
    database_url,
    worker_settings,
)

EMULATOR = "http://aws:4566"

COMPLETE = {
    "DATABASE_URL": "postgresql://u:p@h/d",
    "AWS_REGION": "eu-west-1",
    "S3_BUCKET": "b",
    "SQS_QUEUE_URL": "https://q",
    "DLQ_URL": "https://d",
    "JWT_SECRET": "s" * 32,
    "JWT_AUDIENCE": "a",
    "JWT_ISSUER": "i",
}
WORKERS = {name for name in COMPLETE if not name.startswith("JWT_")}


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_missing_setting_of_the_api_is_named(name: str) -> None:
    named = "JWT_SECRET or JWT_JWKS_URL" if name == "JWT_SECRET" else name
    with pytest.raises(SettingsError, match=f"^{named} is missing$"):
        api_settings({key: value for key, value in COMPLETE.items() if key != name})


def test_a_key_set_does_instead_of_a_secret() -> None:
    environ = COMPLETE | {"JWT_SECRET": "", "JWT_JWKS_URL": "https://issuer.example/keys"}
    tokens = api_settings(environ).tokens
    assert (tokens.secret, tokens.previous_secrets, tokens.jwks_url) == ("", (), "https://issuer.example/keys")


@pytest.mark.parametrize("name", ["JWT_SECRET", "JWT_SECRET_PREVIOUS"])
def test_a_short_secret_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is shorter than 32 bytes$"):
        api_settings(COMPLETE | {name: "hunter2"})


@pytest.mark.parametrize(
    "url", ["http://issuer.example/keys", "issuer.example", "file:///etc/passwd", "https://", "http://[x"]
)
def test_keys_come_over_tls(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^JWT_JWKS_URL must be an https:// URL$"):
        api_settings(COMPLETE | {"JWT_JWKS_URL": url})


@pytest.mark.parametrize(
    "origin", ["*", "null", "coach.example", "https://coach.example/", "https://Coach.example", "ftp://x"]
)
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match=r"^CORS_ORIGINS must list origins"):
        api_settings(COMPLETE | {"CORS_ORIGINS": f"https://coach.example {origin}"})


def test_what_the_api_trusts_is_nothing_unless_said() -> None:
    settings = api_settings(COMPLETE)
    assert (settings.cors_origins, settings.trusts_forwarded_proto) == ((), False)
    said = {"CORS_ORIGINS": "https://coach.example http://localhost:5173", "TRUST_FORWARDED_PROTO": "yes"}
    settings = api_settings(COMPLETE | said)
    assert settings.cors_origins == ("https://coach.example", "http://localhost:5173")
    assert settings.trusts_forwarded_proto
    with pytest.raises(SettingsError, match=r"^TRUST_FORWARDED_PROTO must be yes or no$"):
        api_settings(COMPLETE | {"TRUST_FORWARDED_PROTO": "maybe"})


@pytest.mark.parametrize("name", sorted(WORKERS))
def test_a_missing_setting_of_the_worker_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is missing$"):
        worker_settings({key: COMPLETE[key] for key in WORKERS - {name}})


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        worker_settings(COMPLETE | {"DATABASE_URL": "mysql://x", "DRAIN_SECONDS": "soon", "LOG_LEVEL": "loud"})
    assert str(caught.value).split("; ") == [
        "DATABASE_URL: the URL must begin with postgresql://",
        "DRAIN_SECONDS is not a number",
        "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VISIBILITY_TIMEOUT_SECONDS", "1"),
        ("VISIBILITY_TIMEOUT_SECONDS", "2.5"),
        ("WORKER_CONCURRENCY", "0"),
        ("WORKER_CONCURRENCY", "inf"),
        ("JOB_DEADLINE_SECONDS", "nan"),
        ("DRAIN_SECONDS", "inf"),
        ("MAX_VIDEO_BYTES", "-1"),
    ],
)
def test_a_value_out_of_range_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} "):
        worker_settings(COMPLETE | {name: value})


def test_the_defaults_are_the_contracts() -> None:
    settings = worker_settings(COMPLETE)
    assert (settings.visibility_timeout_seconds, settings.job_deadline_seconds, settings.drain_seconds) == (
        120,
        900,
        100,
    )
    assert (settings.analysis.max_video_bytes, settings.analysis.max_video_seconds) == (500_000_000, 600)
    assert analysis_settings({}).fine_window_seconds == 1.5
    assert analysis_settings({}).max_actions == settings.analysis.max_actions == 6
    assert settings.database_url == "postgresql://u:p@h/d"


LIMITS = {
    "RATE_LIMIT_PER_MINUTE": "0",
    "MAX_OPEN_UPLOADS": "1",
    "MAX_JOBS_PER_DAY": "2",
    "MAX_BYTES_PER_DAY": "3",
}


def test_the_limits_of_an_owner_are_read_and_have_defaults() -> None:
    assert api_settings(COMPLETE).limits == LimitSettings(
        requests_per_minute=600, open_uploads=100, jobs_per_day=1000, bytes_per_day=200_000_000_000
    )
    limits = api_settings(COMPLETE | LIMITS).limits
    assert limits == LimitSettings(requests_per_minute=0, open_uploads=1, jobs_per_day=2, bytes_per_day=3)


@pytest.mark.parametrize("name", sorted(LIMITS))
@pytest.mark.parametrize("value", ["-1", "1.5", "many"])
def test_a_limit_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} "):
        api_settings(COMPLETE | {name: value})


def test_each_parameter_of_the_databases_url_that_does_not_work_is_named_without_the_password() -> None:
    url = "postgres://u:hunter2@h/d?sslmode=require&pgbouncer=true&connect_timeout=soon"
    for read in (api_settings, worker_settings, database_url):
        with pytest.raises(SettingsError) as caught:
            read(COMPLETE | {"DATABASE_URL": url})
        unknown, timeout = str(caught.value).split("; ")
        assert unknown.startswith("DATABASE_URL: unknown parameter 'pgbouncer' ")
        assert timeout == "DATABASE_URL: connect_timeout must be a whole number of seconds, at least 1"
        assert "hunter2" not in str(caught.value)


def test_a_short_secret_is_refused_without_being_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        api_settings(COMPLETE | {"JWT_SECRET": "hunter2"})
    assert str(caught.value) == "JWT_SECRET is shorter than 32 bytes"


@pytest.mark.parametrize("read", [api_settings, worker_settings])
def test_what_is_missing_is_made_again_on_an_emulator(
    read: Callable[[dict[str, str]], ApiSettings | WorkerSettings],
) -> None:
    environ = COMPLETE | {"AWS_ENDPOINT_URL": EMULATOR}
    assert not read(environ).aws.provisions_missing
    assert read(environ | {"PROVISION_MISSING": "yes"}).aws.provisions_missing


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "https://sqs.eu-west-1.amazonaws.com",
        "https://s3.amazonaws.com",
        "https://SQS.cn-north-1.amazonaws.com.cn:443",
        "https://sqs.eu-west-1.api.aws",
    ],
)
def test_what_is_missing_on_aws_is_never_made_again(endpoint: str) -> None:
    environ = COMPLETE | {"AWS_ENDPOINT_URL": endpoint, "PROVISION_MISSING": "yes"}
    with pytest.raises(SettingsError, match=r"^PROVISION_MISSING is for an emulator"):
        worker_settings(environ)


WRONG_URLS = (
    "notaurl",
    "localhost:4566",
    "ftp://h",
    "http://",
    "http://h:port",
    "http://h:0",
    "http://[::1",
    "http://a b",
)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "S3_PUBLIC_ENDPOINT_URL"])
@pytest.mark.parametrize("url", WRONG_URLS)
def test_what_is_no_url_of_a_service_is_named(name: str, url: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must be a URL such as "):
        worker_settings(COMPLETE | {name: url})


@pytest.mark.parametrize("region", ["eu west", "EU-WEST-1", "eu_west_1", "-", "1"])
def test_what_is_no_region_is_named(region: str) -> None:
    with pytest.raises(SettingsError, match=r"^AWS_REGION must be the name of a region"):
        worker_settings(COMPLETE | {"AWS_REGION": region})
