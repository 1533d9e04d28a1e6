from pathlib import Path

import pytest

from tools import check_files, check_words


def test_a_denied_word_is_named_with_its_line_and_what_to_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("The amended plan.\nScored Anew, and mended.\n")
    assert check_words.main([str(page)]) == 1
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{page}:2: “Anew”: write again")
    assert second.startswith(f"{page}:2: “mended”: write correct")


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE.md", "check_words.py", "picture.npz"])
def test_licences_data_and_the_list_itself_are_exempt(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mended")
    assert check_words.main([str(tmp_path / name)]) == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.py", b"x = 1 \n", "a.py:1: trailing whitespace"),
        ("a.py", b"x = 1", "no line break at the end"),
        ("a.json", b"{\n", "Expecting"),
        ("a.toml", b"a =\n", "Invalid value"),
        ("a.bin", b"\xff" * (check_files.MAX_BYTES + 1), "the limit is 1048576"),
    ],
)
def test_a_bad_file_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert check_files.main([str(tmp_path / name)]) == 1
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content"), [("a.py", b"x = 1\n"), ("a.py", b""), ("a.npz", b"PK\0 \n \n"), ("a.json", b"{}\n")]
)
def test_a_good_file_passes(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert check_files.main([str(tmp_path / name)]) == 0
