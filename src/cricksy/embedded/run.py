"""Runs an embedded stack while some work is done, and leaves no process behind."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from cricksy.dumps import forbid_dumps
from cricksy.embedded.directory import DataDirectory, locked
from cricksy.embedded.process import StackError, is_free
from cricksy.embedded.stack import Options, Say, Stack, StackFile

_T = TypeVar("_T")


async def run_stack(options: Options, say: Say, work: Callable[[StackFile], Coroutine[Any, Any, _T]]) -> _T:
    """Start a stack, supervise it while ``work`` runs, then stop it.

    SIGINT, SIGTERM and SIGHUP cancel the work; a second one stops at once.
    Raises :class:`StackError`, :class:`asyncio.CancelledError`, and what ``work`` raises.
    """
    if sys.platform != "linux":
        raise StackError("the embedded stack runs on Linux only: use compose.yaml instead")
    # It holds the keys of all that it starts.
    forbid_dumps()
    if options.directory.is_new():
        # Leave no directory behind if the stack cannot run.
        _check_port(options.port)
    options.directory.prepare()
    with locked(options.directory) as lock:
        _check_port(options.port)
        stack = Stack(options, options.directory.make_identity(), lock, say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, _interrupt, asyncio.current_task(), stack)
        try:
            running = await _start(stack, options.directory)
            return await _beside(stack.supervise(), work(running))
        finally:
            await stack.stop()


def _check_port(port: int) -> None:
    try:
        free = port == 0 or is_free(port)
    except PermissionError as error:
        raise StackError(f"this user may not use port {port}: choose one from 1024 with --port") from error
    if not free:
        raise StackError(f"port {port} is in use: choose another with --port")


def _interrupt(task: asyncio.Task[Any] | None, stack: Stack) -> None:
    if stack.is_stopping:
        stack.hurry()
    elif task is not None:
        task.cancel()


async def _start(stack: Stack, directory: DataDirectory) -> StackFile:
    try:
        return await stack.start()
    except StackError:
        stack.hurry()
        raise
    except OSError as error:
        stack.hurry()
        raise StackError(f"the stack cannot start in {directory.path}: {error.strerror or error}") from error


async def _beside(watch: Coroutine[Any, Any, None], work: Coroutine[Any, Any, _T]) -> _T:
    """The result of ``work``. ``watch`` runs meanwhile; an exception in it ends both."""
    watching, working = asyncio.create_task(watch), asyncio.create_task(work)
    try:
        await asyncio.wait({watching, working}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
        return working.result()
    finally:
        watching.cancel()
        working.cancel()
        await asyncio.gather(watching, working, return_exceptions=True)
