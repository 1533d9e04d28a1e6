"""seccomp: which system calls the kernel refuses this process, by libseccomp. See seccomp(2).

Refused is what reaches beyond the process, with the error EPERM. The rest is allowed: what the numerical libraries and
the decoders call changes with each release of theirs, and reaches files only as far as Landlock lets it.
"""

import errno
import os
from importlib import import_module
from types import ModuleType
from typing import Final

from cricksy_worker.children.sandbox.missing import Missing

_NETWORK: Final = "socket connect bind listen accept accept4"
_PROGRAMS: Final = "execve execveat fork vfork"
_PROCESSES: Final = (
    "tkill rt_sigqueueinfo rt_tgsigqueueinfo ptrace process_vm_readv process_vm_writev kcmp migrate_pages move_pages"
    " setpriority ioprio_set sched_setparam sched_setscheduler sched_setattr setpgid setsid"
    " shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink"
)
# Landlock leaves owners, modes and times alone; and the worker must find no link where it looks for a file.
_FILES: Final = (
    "link linkat symlink symlinkat mknod mknodat chmod fchmod fchmodat chown fchown lchown fchownat"
    " setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr utime utimes futimesat utimensat"
    " name_to_handle_at open_by_handle_at inotify_init inotify_init1 fanotify_init"
    " chroot pivot_root mount umount2 swapon swapoff quotactl acct"
)
_KERNEL: Final = (
    "bpf perf_event_open userfaultfd keyctl add_key request_key unshare setns personality modify_ldt iopl ioperm"
    " init_module finit_module delete_module kexec_load kexec_file_load reboot syslog vhangup"
    " sethostname setdomainname settimeofday clock_settime adjtimex clock_adjtime"
)
_BY_NUMBER: Final = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "process_mrelease": 448,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_setattr": 469,
}
"""Calls that an older libseccomp has no name for; from 424 on they have the same number on every architecture."""
_CLONE3: Final = 435

# linux/sched.h, asm-generic/fcntl.h, asm-generic/ioctls.h, linux/sockios.h
_CLONE_THREAD: Final = 0x00010000
_SIGNALLING_FCNTLS: Final = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_IOCTLS: Final = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
_LOW_32_BITS: Final = 0xFFFFFFFF
"""The kernel looks at no more of these arguments, so nor may a comparison."""


def restrict_calls() -> None:
    """Refuse this process, and each thread that it starts, what it must never do.

    Raises:
        Missing: There is no libseccomp, or the kernel has no seccomp.
    """
    lib = _library()
    refuse, own = lib.ERRNO(errno.EPERM), os.getpid()
    try:
        calls = lib.SyscallFilter(lib.ALLOW)
        for name in f"{_NETWORK} {_PROGRAMS} {_PROCESSES} {_FILES} {_KERNEL}".split():
            calls.add_rule(refuse, name)
        for number in _BY_NUMBER.values():
            calls.add_rule(refuse, number)
        # Its flags lie in memory, where no filter looks; without it the C library takes clone, whose flags are seen.
        calls.add_rule(lib.ERRNO(errno.ENOSYS), _CLONE3)
        calls.add_rule(refuse, "clone", lib.Arg(0, lib.MASKED_EQ, _CLONE_THREAD, 0))
        # "Not equal" compares all 64 bits, so that no number of another process passes for this one's.
        for name, allowed in (("kill", own), ("tgkill", own), ("prlimit64", 0), ("sched_setaffinity", 0)):
            calls.add_rule(refuse, name, lib.Arg(0, lib.NE, allowed))
        for name, values in (("fcntl", _SIGNALLING_FCNTLS), ("ioctl", _IOCTLS)):
            for value in values:
                calls.add_rule(refuse, name, lib.Arg(1, lib.MASKED_EQ, _LOW_32_BITS, value))
        calls.load()
    except OSError as error:
        raise Missing(f"seccomp: {error.strerror}") from error


def _library() -> ModuleType:
    try:
        return import_module("pyseccomp")
    except (ImportError, RuntimeError, OSError) as error:
        raise Missing(f"libseccomp: {error}") from error
