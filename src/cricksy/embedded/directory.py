"""The data directory of an embedded stack: its layout, its secrets and its locks."""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cricksy.embedded.process import StackError, free_port, is_free, reserve
from cricksy.files import replace_file

_LEAST_FREE_BYTES = 200_000_000
_LEFTOVER_SECONDS = 40


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What survives a restart: secrets and ports."""

    database_password: str
    aws_access_key_id: str
    aws_secret_access_key: str
    jwt_secret: str
    database_port: int
    aws_port: int
    """Part of the queue URLs, by which the emulator stores messages."""


class DataDirectory(msgspec.Struct, frozen=True):
    path: Path

    @property
    def stack_file(self) -> Path:
        return self.path / "stack.json"

    @property
    def identity_file(self) -> Path:
        return self.path / "secrets.json"

    @property
    def lock_file(self) -> Path:
        return self.path / "lock"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def aws(self) -> Path:
        return self.path / "aws"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def is_new(self) -> bool:
        """Whether no stack has run here yet."""
        try:
            return not self.lock_file.exists()
        except OSError:
            # A directory that we may not read exists.
            return False

    def prepare(self) -> None:
        """Create the directory unless it exists. Raises :class:`StackError` if it cannot be used."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            self.aws.mkdir(mode=0o700, exist_ok=True)
            free = shutil.disk_usage(self.path).free
        except OSError as error:
            raise StackError(f"cannot use {self.path} as data directory: {error.strerror}") from error
        if free < _LEAST_FREE_BYTES:
            megabytes = f"{free // 1_000_000} MB free, {_LEAST_FREE_BYTES // 1_000_000} MB needed"
            raise StackError(f"not enough disk space for {self.path}: {megabytes}")

    def read_identity(self) -> Identity:
        """Raises :class:`StackError` if no stack has run here yet or the file is damaged."""
        try:
            return msgspec.json.decode(self.identity_file.read_bytes(), type=Identity)
        except FileNotFoundError:
            raise StackError(
                f"no stack has run in {self.path} yet: start one with `cricksy up`, or pass its --data-dir"
            ) from None
        except OSError as error:
            raise StackError(f"cannot read {self.identity_file}: {error.strerror}") from error
        except msgspec.DecodeError as error:
            raise StackError(f"{self.identity_file} is damaged: {error}") from error

    def make_identity(self) -> Identity:
        """The identity of the last start or a new one. A port that another program took is replaced."""
        if self.identity_file.exists():
            identity = self.read_identity()
        elif self.postgres.exists():
            raise StackError(f"{self.identity_file} is missing: without it the data next to it cannot be opened")
        else:
            identity = Identity(
                database_password=secrets.token_urlsafe(24),
                aws_access_key_id=f"AKIA{secrets.token_hex(8).upper()}",
                aws_secret_access_key=secrets.token_urlsafe(30),
                jwt_secret=secrets.token_urlsafe(48),
                database_port=free_port(),
                aws_port=free_port(),
            )
        if not (is_free(identity.database_port) and reserve(identity.database_port)):
            identity = msgspec.structs.replace(identity, database_port=free_port())
        if not (is_free(identity.aws_port) and reserve(identity.aws_port)):
            identity = msgspec.structs.replace(identity, aws_port=free_port())
        write_private(self.identity_file, identity)
        return identity


@contextmanager
def locked(directory: DataDirectory) -> Generator[int]:
    """Lock the directory. Yields a descriptor that the children must inherit.

    One lock is this process's own. The children share the other, so it is free only once the last process of an
    earlier stack has exited, however that stack ended.
    """
    own, children = _open_lock(directory.lock_file), _open_lock(directory.path / "children.lock")
    try:
        if not _try_lock(own):
            raise StackError(
                f"a stack is already running in {directory.path}: stop it first, or pass another --data-dir"
            )
        deadline = time.monotonic() + _LEFTOVER_SECONDS
        while not _try_lock(children):
            if time.monotonic() > deadline:
                raise StackError(
                    f"processes of an earlier stack in {directory.path} are still running: stop them first"
                )
            time.sleep(0.05)
        yield children
    finally:
        os.close(own)
        os.close(children)


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StackError(f"cannot use {path.parent} as data directory: {error.strerror}") from error


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_private(path: Path, value: msgspec.Struct) -> None:
    """Atomically replace ``path`` by ``value`` as JSON that only the owner can read.

    Raises :class:`StackError`.
    """
    try:
        replace_file(path, msgspec.json.format(msgspec.json.encode(value)) + b"\n", mode=0o600)
    except OSError as error:
        raise StackError(f"cannot write {path}: {error.strerror}") from error
