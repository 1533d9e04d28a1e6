"""Landlock: the kernel keeps this process to some files, root's processes too. See landlock(7).

By ctypes: the C library has no functions for the three system calls.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from cricksy_worker.children.sandbox.missing import Missing, syscall

# The numbers are the same on every architecture.
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446

# linux/landlock.h
_QUERY_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG = 1 << 7, 1 << 8
_TRUNCATE: Final = 1 << 14
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | 1 << 15
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights to files a version knows; 16 from the fifth on."""
_FIRST_WITH_NETWORK: Final = 4
_NETWORK: Final = 0b11
"""TCP: bind and connect."""
_FIRST_WITH_SCOPES: Final = 6
_SCOPES: Final = 0b11
"""Abstract UNIX sockets and signals stay within."""

READ: Final = _READ_FILE | _READ_DIR
OWN: Final = READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG
"""No right to make links, sockets, pipes or devices, which the worker might follow."""

_SYSTEM: Final = (
    *("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/glvnd"),
    # How many cores there are, and what they can do.
    *("/proc/cpuinfo", "/sys/devices/system/cpu"),
    *("/dev/null", "/dev/urandom"),
)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Of the kernel's Landlock. Raises :class:`Missing`."""
    return syscall("landlock", _CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_QUERY_VERSION))


def restrict_files(folder: Path, readable: Iterable[Path]) -> None:
    """Leave this process its ``folder``, ``readable`` to read, and what Python and the system's libraries need.

    Raises:
        Missing: The kernel has no Landlock.
    """
    known = version()
    handled = (1 << _FILE_RIGHTS.get(known, 16)) - 1
    ruleset = _Ruleset(
        handled,
        _NETWORK if known >= _FIRST_WITH_NETWORK else 0,
        _SCOPES if known >= _FIRST_WITH_SCOPES else 0,
    )
    # An older kernel refuses what it does not know, so it gets what it knows.
    size = 24 if known >= _FIRST_WITH_SCOPES else 16 if known >= _FIRST_WITH_NETWORK else 8
    rules = syscall(
        "landlock_create_ruleset", _CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    try:
        _allow(rules, folder, OWN & handled)
        _allow(rules, Path(os.devnull), _WRITE_FILE)
        for path in (*map(Path, _SYSTEM), *_of_python(), *readable):
            # What cannot be opened cannot be read.
            with suppress(OSError):
                _allow(rules, path, READ)
        syscall("landlock_restrict_self", _RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))
    except OSError as error:
        raise Missing(f"{error.filename}: {error.strerror}") from error
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        rule = _PathBeneath(rights, place)
        syscall(
            "landlock_add_rule",
            _ADD_RULE,
            ctypes.c_int(rules),
            ctypes.c_int(_RULE_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(place)


def _of_python() -> Iterable[Path]:
    """Its own files, and where modules and libraries may come from."""
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    folders = {sys.prefix, sys.base_prefix, *(entry for entry in (*sys.path, *libraries) if entry)}
    return [Path(folder) for folder in sorted(folders)]
