"""Commands that end with one clear line: what is wrong, and what to do."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.support.waiting import PATIENCE_SECONDS

import cricksy_worker.analyze
import cricksy_worker.main
from cricksy.api.tokens import TokenVerifier
from cricksy.cli import main
from cricksy.data.sessions import Owner
from cricksy.settings import TokenSettings
from cricksy.vocabulary import OwnerType

SETTINGS = (
    "DATABASE_URL",
    "AWS_REGION",
    "S3_BUCKET",
    "SQS_QUEUE_URL",
    "DLQ_URL",
    "JWT_SECRET",
    "JWT_AUDIENCE",
    "JWT_ISSUER",
)


def fails_with(arguments: list[str], code: int, *words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    assert len(result.stderr.splitlines()) == 1
    assert all(word in result.stderr for word in words), result.stderr


@pytest.mark.parametrize(
    ("option", "value"), [("--height-cm", "17"), ("--age-group", "u12"), ("--bowling-style", "medium")]
)
def test_a_demo_of_a_player_who_cannot_be_is_refused(option: str, value: str) -> None:
    result = CliRunner().invoke(main, ["demo", option, value])
    assert result.exit_code == 2
    assert option in result.stderr


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_settings")
def test_each_missing_setting_is_named() -> None:
    fails_with(["serve"], 2, *SETTINGS)
    fails_with(["db", "init"], 2, "DATABASE_URL")
    fails_with(["aws", "init"], 2, "AWS_REGION", "S3_BUCKET", "SQS_QUEUE_URL", "DLQ_URL")


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://cricksy:secret@127.0.0.1:1/cricksy")
    fails_with(["db", "init"], 1, "does not answer")


def test_a_database_that_refuses_the_password(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres.replace(":cricksy@", ":wrong@"))
    fails_with(["db", "init"], 1, "password authentication failed")


def test_a_token_needs_a_stack(tmp_path: Path) -> None:
    fails_with(["token", "--sub", "me", "--data-dir", str(tmp_path)], 1, "no stack has run", "cricksy up")


def test_without_a_stack_a_token_is_made_of_the_settings(tmp_path: Path) -> None:
    settings = TokenSettings(secret="s" * 32, audience="the audience", issuer="the issuer")
    environ = {"JWT_SECRET": settings.secret, "JWT_AUDIENCE": settings.audience, "JWT_ISSUER": settings.issuer}
    done = subprocess.run(
        [sys.executable, "-m", "cricksy", "token", "--sub", "coach-1", "--org", "club"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    coach = asyncio.run(TokenVerifier(settings).verify(done.stdout.strip()))
    assert (coach.user_id, coach.owner, coach.entitled) == ("coach-1", Owner(OwnerType.ORG, "club"), True)


def test_a_token_needs_readable_secrets(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    fails_with(["token", "--sub", "me", "--data-dir", str(tmp_path)], 1, "secrets.json is damaged")


def test_data_without_their_secrets(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    fails_with(["up", "--data-dir", str(tmp_path), "--port", "0"], 1, "secrets.json is missing")


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    fails_with(["up", "--data-dir", str(tmp_path / "file" / "data"), "--port", "0"], 1, "Not a directory")


@pytest.mark.parametrize(("video", "words"), [("missing.mp4", "No such file"), (".", "Is a directory")])
def test_a_demo_without_a_readable_video(tmp_path: Path, video: str, words: str) -> None:
    fails_with(["demo", str(tmp_path / video)], 1, words)


def test_a_demo_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    fails_with(["demo", str(tmp_path / "empty.mp4")], 1, "is empty")


def test_a_demo_whose_job_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"film")
    fails_with(["demo", str(tmp_path / "clip.mp4"), "--json", str(tmp_path)], 1, "is a directory")
    fails_with(["demo", str(tmp_path / "clip.mp4"), "--json", str(tmp_path / "no" / "job.json")], 1, "not a directory")


def commands(command: click.Command, *path: str) -> Iterator[tuple[click.Command, tuple[str, ...]]]:
    """Each command, with its names below ``command``; without those that hand all arguments to another program."""
    if command.add_help_option:
        yield command, path
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, *path, name)


@pytest.mark.parametrize("program", [main, cricksy_worker.main.main, cricksy_worker.analyze.analyze])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_both_names_of_help(program: click.Command, option: str) -> None:
    for command, path in commands(program):
        result = CliRunner().invoke(program, [*path, option])
        assert result.exit_code == 0, result.output
        assert (command.help or "").splitlines()[0] in " ".join(result.output.split()), path


def test_help_is_quick() -> None:
    before = os.times()
    subprocess.run([sys.executable, "-m", "cricksy", "--help"], check=True, capture_output=True)
    after = os.times()
    # Its own time: what else the machine does costs it none.
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 2, "a heavy library is imported before a command needs it"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, cricksy.cli; print([name for name in ('litestar', 'aiobotocore', 'numpy') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
