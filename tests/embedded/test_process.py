import random
import subprocess
import sys

import msgspec
import pytest

from cricksy.embedded import process
from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.process import free_port, reserve

HOLD = "from cricksy.embedded.process import free_port; print(free_port(), flush=True); input()"


def test_a_port_is_given_to_one_process_alone_until_that_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = DataDirectory(tmp_path_factory.mktemp("stack"))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        taken = int(other.stdout.readline())
        # Nothing listens there yet.
        assert process.is_free(taken)
        assert not reserve(taken)
        stored = directory.make_identity()
        moved = msgspec.structs.replace(stored, aws_port=taken)
        directory.identity_file.write_bytes(msgspec.json.encode(moved))
        assert directory.make_identity().aws_port != taken
        assert directory.make_identity().database_port == stored.database_port

        free = free_port()
        chosen = iter([taken, free, *range(20_000, 20_098)])

        def choose(_ports: range) -> int:
            return next(chosen)

        monkeypatch.setattr(random, "choice", choose)
        assert free_port() not in {taken, free}
        other.communicate("\n")
    assert reserve(taken)
