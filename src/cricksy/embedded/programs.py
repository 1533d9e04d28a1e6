"""Our programs that an embedded stack runs, and the environment that it gives them."""

import signal
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import msgspec

from cricksy.embedded.emulator import Emulator, queue_url
from cricksy.embedded.process import LOOPBACK, Program, StackError
from cricksy.settings import TokenSettings, WorkerSettings

BUCKET = "cricksy-videos"
QUEUE = "cricksy-analysis"
DLQ = "cricksy-analysis-dlq"
_OWN = {
    "S3_BUCKET",
    "S3_PUBLIC_ENDPOINT_URL",
    "SQS_QUEUE_URL",
    "DLQ_URL",
    "JWT_SECRET",
    "JWT_SECRET_PREVIOUS",
    "JWT_JWKS_URL",
    "JWT_AUDIENCE",
    "JWT_ISSUER",
}
# The API drains for 10 s, and closes connections within 1 s more.
_API_STOP_SECONDS = 20
# The worker keeps within DRAIN_SECONDS by itself.
_WORKER_GRACE_SECONDS = 5


class OurPrograms(msgspec.Struct, frozen=True, kw_only=True):
    """How to run the API, the workers and one-off commands."""

    environment: dict[str, str]
    logs: Path
    kept_fds: tuple[int, ...]

    def api(self, port: int) -> Program:
        return Program(
            name="the API",
            command=(sys.executable, "-P", "-m", "cricksy", "serve", f"--host={LOOPBACK}", f"--port={port}"),
            environment=self.environment,
            log=self.logs / "api.log",
            stop_signal=signal.SIGTERM,
            death_signal=signal.SIGKILL,
            stop_seconds=_API_STOP_SECONDS,
            kept_fds=self.kept_fds,
        )

    def worker(self, number: int, settings: WorkerSettings) -> Program:
        """Raises :class:`StackError` if the worker's packages are not installed."""
        if find_spec("mediapipe") is None:
            raise StackError("the worker is not installed: pip install 'cricksy-coach-plus[worker]'")
        return Program(
            name=f"worker {number}",
            command=(sys.executable, "-P", "-m", "cricksy_worker"),
            environment=self.environment,
            log=self.logs / f"worker-{number}.log",
            stop_signal=signal.SIGTERM,
            # When the supervisor is dead, so are the services that a drain needs.
            death_signal=signal.SIGKILL,
            stop_seconds=settings.drain_seconds + _WORKER_GRACE_SECONDS,
            kept_fds=self.kept_fds,
        )

    def aws_init(self) -> Program:
        """Creates the bucket and the queues, in its own process: botocore reads credentials from the environment."""
        return Program(
            name="`cricksy aws init`",
            command=(sys.executable, "-P", "-m", "cricksy", "aws", "init"),
            environment=self.environment,
            log=self.logs / "aws.log",
            stop_signal=signal.SIGTERM,
            death_signal=signal.SIGKILL,
            stop_seconds=5,
        )


def child_environment(
    environ: Mapping[str, str], emulator: Emulator, database_url: str, tokens: TokenSettings
) -> dict[str, str]:
    """The caller's environment with the addresses and credentials of the stack."""
    kept = {name: value for name, value in environ.items() if name.removesuffix("_FILE") not in _OWN}
    kept = {name: value for name, value in kept.items() if not name.startswith(("AWS_", "DATABASE_"))}
    # The caller's proxy cannot reach this machine's loopback.
    no_proxy = ",".join(filter(None, [environ.get("no_proxy") or environ.get("NO_PROXY"), LOOPBACK]))
    return {
        **kept,
        **emulator.environment(),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "DATABASE_URL": database_url,
        "S3_BUCKET": BUCKET,
        "SQS_QUEUE_URL": queue_url(emulator, QUEUE),
        "DLQ_URL": queue_url(emulator, DLQ),
        "JWT_SECRET": tokens.secret,
        "JWT_AUDIENCE": tokens.audience,
        "JWT_ISSUER": tokens.issuer,
    }
