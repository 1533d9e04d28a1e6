"""Gives a command access to the services of a running embedded stack."""

from collections.abc import Mapping

from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.emulator import Emulator
from cricksy.embedded.postgres import database_url
from cricksy.embedded.process import StackError
from cricksy.embedded.programs import child_environment
from cricksy.embedded.tokens import embedded_settings


def service_environment(directory: DataDirectory, environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` with the addresses and keys of the stack in ``directory``.

    Raises :class:`StackError` if none runs there.
    """
    identity = directory.read_identity()
    if not directory.stack_file.exists():
        raise StackError(f"no stack is running in {directory.path}: start it with `cricksy up`")
    emulator = Emulator(
        port=identity.aws_port,
        access_key_id=identity.aws_access_key_id,
        secret_access_key=identity.aws_secret_access_key,
    )
    url = database_url(identity.database_port, identity.database_password)
    return child_environment(environ, emulator, url, embedded_settings(identity.jwt_secret))
