import os
from pathlib import Path
from threading import Thread

import pytest

from cricksy.outfile import OutFileError, check_out_file, write_out_file


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_an_older_file_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    out.write_text("older, and longer")
    check_out_file(out)
    write_out_file(out, b"newer")
    assert out.read_bytes() == b"newer"
    assert names(tmp_path) == ["out.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    out, target = tmp_path / "out.json", tmp_path / "target.json"
    out.symlink_to(target)
    write_out_file(out, b"{}")
    assert out.is_symlink()
    assert target.read_bytes() == b"{}"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "pipe"
    os.mkfifo(out)
    check_out_file(out)
    writer = Thread(target=write_out_file, args=(out, b"{}"))
    writer.start()
    assert out.read_bytes() == b"{}"
    writer.join()
    assert out.is_fifo()


@pytest.mark.parametrize(("place", "words"), [(".", "is a directory"), ("none/out.json", "is not a directory")])
def test_a_place_that_cannot_be_is_refused_before_the_work(tmp_path: Path, place: str, words: str) -> None:
    with pytest.raises(OutFileError, match=words):
        check_out_file(tmp_path / place)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OutFileError, match="File name too long"):
        write_out_file(tmp_path / ("x" * 255), b"{}")
    assert names(tmp_path) == []
