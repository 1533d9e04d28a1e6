"""The programs that the embedded stack runs, each by itself for the tests."""

import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cricksy.embedded.emulator import Emulator, emulator_program
from cricksy.embedded.postgres import answers, create_cluster, database_url, postgres_program
from cricksy.embedded.process import START_SECONDS, Child, Program, accepts, free_port

PASSWORD = "cricksy"
FORGETFUL = ("--fsync=off", "--synchronous_commit=off", "--full_page_writes=off")
"""For a server whose data end with the tests. A test that kills PostgreSQL to prove durability starts its own."""


@contextmanager
def running_postgres(directory: Path) -> Generator[str]:
    """A server with its data below ``directory``; yields its URL, stops it at the end."""
    data, port = directory / "postgres", free_port()
    create_cluster(data, PASSWORD, os.environ)
    program = postgres_program(data, port, directory / "logs" / "postgres.log", os.environ)
    program = msgspec.structs.replace(program, command=(*program.command, *FORGETFUL))
    with running_program(program, lambda: answers(port)):
        yield database_url(port, PASSWORD)


@contextmanager
def running_emulator(directory: Path) -> Generator[Emulator]:
    """An emulator with its data below ``directory``; stopped at the end."""
    emulator = Emulator(port=free_port(), access_key_id="cricksy", secret_access_key="cricksy-secret")
    program = emulator_program(directory / "aws", emulator, directory / "logs" / "aws.log", os.environ)
    with running_program(program, lambda: accepts(emulator.port)):
        yield emulator


@contextmanager
def running_program(program: Program, is_ready: Callable[[], bool]) -> Generator[None]:
    """The program from when it is ready; stopped at the end."""
    child = Child(program)
    child.start()
    try:
        wait_until(child, is_ready)
        yield
    finally:
        stop(child)


def wait_until(child: Child, is_ready: Callable[[], bool]) -> None:
    """Block until a started child is ready. Raises :class:`cricksy.embedded.process.StackError`."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        child.check_start(deadline)
        time.sleep(0.02)


def stop(child: Child) -> None:
    """Ask, wait, and kill where the wait was in vain."""
    child.ask_to_stop()
    deadline = time.monotonic() + child.program.stop_seconds
    while child.is_running() and time.monotonic() < deadline:
        time.sleep(0.02)
    child.kill()
