"""The confinement of a child: all protections, or what this machine has of them."""

import sys
from pathlib import Path

import msgspec
import structlog

from cricksy_worker.children.sandbox import landlock, privileges, seccomp
from cricksy_worker.children.sandbox.limits import limit_resources
from cricksy_worker.children.sandbox.missing import Missing

log = structlog.stdlib.get_logger()


class Confinement(msgspec.Struct, frozen=True, kw_only=True):
    """What a child gets to work with, beside the folder it starts in."""

    readable: tuple[Path, ...] = ()
    """Files and folders: the pose models."""
    cpu_seconds: int
    """For all of its videos together."""
    data_bytes: int
    """Of private memory, in use or not."""


def encode_confinement(confinement: Confinement) -> str:
    """As an argument of the child's command line."""
    return msgspec.json.encode(confinement, enc_hook=str).decode()


def decode_confinement(text: str) -> Confinement:
    return msgspec.json.decode(text, type=Confinement, dec_hook=lambda kind, value: kind(value))


def confine(folder: Path, confinement: Confinement) -> None:
    """Confine this process to ``folder`` and what the confinement names, for good.

    Logs ``sandbox_incomplete`` where a protection is missing.
    """
    if sys.platform != "linux":
        log.warning("sandbox_incomplete", missing={"all": "made of parts of Linux"})
        return
    limit_resources(confinement.cpu_seconds, confinement.data_bytes)
    missing: dict[str, str] = {}
    # In this order: the next two ask for no new privileges, and pyseccomp runs a program to find its library.
    for name, protect in (
        ("prctl", privileges.give_up_gaining),
        ("seccomp", seccomp.restrict_calls),
        ("landlock", lambda: landlock.restrict_files(folder, confinement.readable)),
        ("capabilities", privileges.drop_capabilities),
    ):
        try:
            protect()
        except Missing as lack:
            missing[name] = str(lack)
    if missing:
        log.warning("sandbox_incomplete", missing=missing)
