"""The one error of the protections, and calls of the C library that raise it."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)


class Missing(Exception):  # noqa: N818 - a state of the machine, with which the child goes on
    """This machine lacks a protection; the message says why."""


def prctl(option: int, *arguments: int) -> None:
    """Set an attribute of this process. Raises :class:`Missing`."""
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    _check(_libc.prctl(ctypes.c_int(option), *padded), "prctl")


def syscall(name: str, number: int, *arguments: object) -> int:
    """A system call that the C library has no function for. Raises :class:`Missing`."""
    return _check(_libc.syscall(ctypes.c_long(number), *arguments), name)


def libc_call(name: str, *arguments: object) -> int:
    """A function of the C library. Raises :class:`Missing`."""
    return _check(getattr(_libc, name)(*arguments), name)


def _check(result: int, name: str) -> int:
    if result < 0:
        raise Missing(f"{name}: {os.strerror(ctypes.get_errno())}")
    return result
