"""Checks for what a wheel cannot bring, and prints the one line that installs it. Exit code 1 where it is missing."""

import ctypes
import os
import shutil
import sys

LIBRARIES = {
    # libmediapipe is linked to both, although it computes on the CPU.
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    # The filter of the analysis children's system calls.
    "libseccomp.so.2": "libseccomp2",
}


def is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main() -> int:
    missing = [package for library, package in LIBRARIES.items() if not is_loadable(library)]
    if not missing:
        return 0
    sudo = "" if os.geteuid() == 0 or shutil.which("sudo") is None else "sudo "
    packages = " ".join(missing)
    sys.stderr.write(
        f"The worker needs system libraries that are not here. Install them:\n  {sudo}apt-get install -y {packages}\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
