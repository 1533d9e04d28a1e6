import errno
import os
from pathlib import Path
from threading import Thread

import pytest

from cricksy.files import replace_file


def test_a_reader_sees_the_old_or_the_new_whole(tmp_path: Path) -> None:
    target = tmp_path / "state.json"
    contents = [bytes([digit]) * 100_000 for digit in b"01"]
    replace_file(target, contents[0])

    def write() -> None:
        for number in range(200):
            replace_file(target, contents[number % 2])

    writers = [Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert target.read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize(("mode", "expected"), [(0o666, 0o644), (0o600, 0o600)])
def test_the_mode_is_there_from_the_first_byte(tmp_path: Path, mode: int, expected: int) -> None:
    target = tmp_path / "secrets.json"
    mask = os.umask(0o022)
    try:
        replace_file(target, b"{}", mode=mode)
    finally:
        os.umask(mask)
    assert target.stat().st_mode & 0o777 == expected


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.json"
    target.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(target, b"new", durable=True)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
