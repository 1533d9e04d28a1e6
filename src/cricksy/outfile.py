"""The file that ``--json`` names: checked before the work, then written whole or not at all."""

import os
from pathlib import Path

from cricksy.files import replace_file


class OutFileError(Exception):
    """The message is one line for the user."""


def check_out_file(out: Path, option: str = "--json") -> None:
    """Check before the work that ``out``, given by ``option``, can be written. Raises :class:`OutFileError`."""
    directory = out.absolute().parent
    try:
        if out.is_dir():
            raise OutFileError(f"{out} is a directory; name a file for {option}")
        if not directory.is_dir():
            raise OutFileError(f"{directory} is not a directory; choose another file for {option}")
        is_writable = os.access(out, os.W_OK) if _is_device(out) else os.access(directory, os.W_OK | os.X_OK)
    except OSError as error:
        raise _refused(out, error, option) from error
    if not is_writable:
        raise OutFileError(f"{out} is not writable; choose another file for {option}")


def write_out_file(out: Path, content: bytes, option: str = "--json") -> None:
    """Replace ``out``, given by ``option``, by ``content``. Raises :class:`OutFileError`."""
    try:
        if _is_device(out):
            out.write_bytes(content)
        else:
            replace_file(out.resolve(), content, durable=True)
    except OSError as error:
        raise _refused(out, error, option) from error


def _refused(out: Path, error: OSError, option: str) -> OutFileError:
    return OutFileError(f"cannot write {out}: {error.strerror}; choose another file for {option}")


def _is_device(out: Path) -> bool:
    """Whether ``out`` is a device or a pipe such as ``/dev/stdout``, which must not be replaced."""
    return out.exists() and not out.is_file()
