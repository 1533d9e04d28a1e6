"""ministack, an emulator of S3 and SQS that checks signatures, expiry, length and checksum as AWS does."""

import signal
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import msgspec

from cricksy.embedded.process import LOOPBACK, Program, StackError, bare_environment

REGION = "us-east-1"
_ACCOUNT = "000000000000"
# Its own command waits 3 s at the end for long polls whose client is gone.
_SERVER = (sys.executable, "-P", "-m", "hypercorn", "--workers=0", "--graceful-timeout=1", "--keep-alive=75")


class Emulator(msgspec.Struct, frozen=True, kw_only=True):
    """A running emulator, and the one key pair that it accepts."""

    port: int
    access_key_id: str
    secret_access_key: str

    @property
    def endpoint_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def environment(self) -> dict[str, str]:
        """What botocore reads to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            # The caller's proxy cannot reach this machine's loopback.
            "NO_PROXY": LOOPBACK,
        }


def queue_url(emulator: Emulator, name: str) -> str:
    return f"{emulator.endpoint_url}/{_ACCOUNT}/{name}"


def emulator_program(
    directory: Path, emulator: Emulator, log: Path, environ: Mapping[str, str], kept_fds: tuple[int, ...] = ()
) -> Program:
    """Objects are saved as they are written, queues only at a clean stop. Raises :class:`StackError`."""
    if find_spec("ministack") is None:
        raise StackError("the S3 and SQS emulator is not installed: pip install 'cricksy-coach-plus[embedded]'")
    temporary = directory / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    settings = {
        "SERVICES": "s3,sqs",
        "AUTH": "true",
        "MINISTACK_HOST": LOOPBACK,
        "GATEWAY_PORT": str(emulator.port),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": _ACCOUNT,
        "AWS_ACCESS_KEY_ID": emulator.access_key_id,
        "AWS_SECRET_ACCESS_KEY": emulator.secret_access_key,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(directory / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(directory / "state"),
        # At INFO it may log requests with their query strings.
        "LOG_LEVEL": "WARNING",
        # No listeners of unused services, and no sweep over the user's own containers.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{temporary}/none",
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
    }
    return Program(
        name="the S3 and SQS emulator",
        command=(*_SERVER, f"--bind={LOOPBACK}:{emulator.port}", "ministack.app:app"),
        environment={**bare_environment(environ), **settings},
        log=log,
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGTERM,
        stop_seconds=20,
        kept_fds=kept_fds,
    )
