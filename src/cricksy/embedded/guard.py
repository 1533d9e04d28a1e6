"""Runs a command that ends with its parent: ``guard.py PARENT_PID SIGNAL USER COMMAND…``.

The kernel sends SIGNAL when the parent dies, even of SIGKILL. USER is ``-``, or the user to switch to when run as
root, because PostgreSQL refuses root. That user keeps CAP_DAC_OVERRIDE, so that programs and data may lie below
``/root``.

Run by path with ``-I -S``: it imports only the standard library and starts in 30 ms. Linux only.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import sys

# linux/prctl.h, linux/securebits.h, linux/capability.h
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
LINUX_CAPABILITY_VERSION_3 = 0x20080522

EXIT_GUARD = 125
"""The command did not run; stderr says why."""

_libc = ctypes.CDLL(None, use_errno=True)


class CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class CapabilityData(ctypes.Structure):
    """Thirty-two capabilities. The kernel expects two of these."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _prctl(option: int, first: int, second: int = 0) -> None:
    unsigned = ctypes.c_ulong
    _check(_libc.prctl(option, unsigned(first), unsigned(second), unsigned(0), unsigned(0)))


def become(user: str) -> None:
    """Switch from root to ``user`` and drop every capability but CAP_DAC_OVERRIDE."""
    entry = pwd.getpwnam(user)
    with contextlib.suppress(OSError):
        # Otherwise setuid drops all capabilities, and access(2), with which PostgreSQL checks files, ignores them.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    try:
        _set_capabilities(1 << CAP_DAC_OVERRIDE)
        # Only ambient capabilities survive exec for an ordinary user.
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)
    except OSError:
        # A container may have denied them to root: the user can then read only what permissions allow.
        _set_capabilities(0)


def _set_capabilities(mask: int) -> None:
    header = CapabilityHeader(LINUX_CAPABILITY_VERSION_3, 0)
    data = (CapabilityData * 2)(CapabilityData(mask, mask, mask), CapabilityData(0, 0, 0))
    _check(_libc.capset(ctypes.byref(header), data))


def main() -> None:
    parent, number, user, *command = sys.argv[1:]
    try:
        if user != "-":
            become(user)
        # After the change of user, which clears it.
        _prctl(PR_SET_PDEATHSIG, int(number))
    except (OSError, KeyError) as error:
        print(f"cannot switch to user {user}: {error}", file=sys.stderr)  # noqa: T201 - it has no logger
        sys.exit(EXIT_GUARD)
    if os.getppid() != int(parent):
        # The parent died before the kernel watched it.
        sys.exit(EXIT_GUARD)
    # Python ignores these two signals; a command expects the default.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execv(command[0], command)  # noqa: S606 - that is its purpose
    except OSError as error:
        print(f"cannot run {command[0]}: {error}", file=sys.stderr)  # noqa: T201 - it has no logger
        sys.exit(EXIT_GUARD)


if __name__ == "__main__":
    main()
