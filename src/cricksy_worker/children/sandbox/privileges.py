"""Privileges: none to gain, none kept, and no look into this process from another one."""

import ctypes
from typing import Final

from cricksy_worker.children.sandbox.missing import libc_call, prctl

# linux/prctl.h
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38

# linux/capability.h
_VERSION_3: Final = 0x20080522
_CAP_DAC_READ_SEARCH: Final = 2
"""Root may have a virtual environment in another user's home. Landlock says which files may be read."""


def forbid_dumps() -> None:
    """No core file of this process, and no process of its user reads its memory, its environment or its files.

    Raises:
        Missing: The kernel refused.
    """
    prctl(_PR_SET_DUMPABLE, 0)


def give_up_gaining() -> None:
    """No program that this process starts gets more than it has, and no other child looks into its memory.

    Raises:
        Missing: The kernel refused.
    """
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    forbid_dumps()


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def drop_capabilities() -> None:
    """Root's powers; without this a child of root reads the worker's memory whatever the worker says.

    Raises:
        Missing: The kernel refused.
    """
    header, data = _Header(_VERSION_3, 0), (_Data * 2)()
    libc_call("capget", ctypes.byref(header), data)
    kept = data[0].permitted & 1 << _CAP_DAC_READ_SEARCH
    dropped = (_Data * 2)(_Data(kept, kept, 0), _Data(0, 0, 0))
    libc_call("capset", ctypes.byref(header), dropped)
