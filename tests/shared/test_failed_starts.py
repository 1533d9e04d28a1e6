"""A program that cannot start says why in the log too: one line of JSON on stdout, whatever is wrong."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

COMPLETE = {
    "DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/d",
    "AWS_REGION": "eu-west-1",
    "S3_BUCKET": "b",
    "SQS_QUEUE_URL": "http://127.0.0.1:1/q",
    "DLQ_URL": "http://127.0.0.1:1/d",
    "JWT_SECRET": "hunter2hunter2hunter2hunter2hunter2",
    "JWT_AUDIENCE": "a",
    "JWT_ISSUER": "i",
}
PROGRAMS = {"api": ("cricksy", "serve", "--port=0"), "worker": ("cricksy_worker",)}
WRONG: dict[str, dict[str, str]] = {
    "nothing is set": dict.fromkeys(COMPLETE, ""),
    "S3_BUCKET is missing": {"S3_BUCKET": ""},
    "DATABASE_URL: the URL must begin": {"DATABASE_URL": "mysql://u:hunter2@h/d"},
    "DATABASE_URL: unknown parameter": {"DATABASE_URL": "postgresql://u:hunter2@h/d?pgbouncer=true"},
    "DATABASE_URL and DATABASE_HOST are both set": {"DATABASE_HOST": "h"},
    "DATABASE_NAME is missing": {"DATABASE_URL": "", "DATABASE_HOST": "h", "DATABASE_USER": "u"},
    "DATABASE_PASSWORD_FILE names a file": {"DATABASE_URL": "", "DATABASE_PASSWORD_FILE": "/nowhere"},
    "sslmode=verify-full needs sslrootcert": {"DATABASE_URL": "postgresql://u:hunter2@h/d?sslmode=verify-full"},
    "MAX_VIDEO_BYTES is not a number": {"MAX_VIDEO_BYTES": "many"},
    "AWS_ENDPOINT_URL must be a URL": {"AWS_ENDPOINT_URL": "notaurl"},
    "AWS_REGION must be the name": {"AWS_REGION": "eu west"},
    "LOG_LEVEL must be": {"LOG_LEVEL": "loud\nand hunter2"},
}


def started(program: str, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    module, *rest = PROGRAMS[program]
    command = [sys.executable, "-P", "-m", module, *rest, *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("problem", WRONG)
@pytest.mark.parametrize("program", PROGRAMS)
def test_wrong_settings_are_one_line_of_json(program: str, problem: str) -> None:
    done = started(program, COMPLETE | WRONG[problem])
    assert done.returncode == 2
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (line["event"], line["service"], line["level"], line["exit_code"]) == (
        "start_failed",
        program,
        "critical",
        2,
    )
    if problem != "nothing is set":
        assert any(problem in told for told in line["problems"])
    else:
        assert len(line["problems"]) >= 5
    assert "hunter2" not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert all(told in done.stderr for told in line["problems"])


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = started("api", COMPLETE, f"--port={taken.getsockname()[1]}")
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, line["event"], line["exit_code"]) == (1, "start_failed", 1)
    assert line["problems"][0].startswith("cannot listen on 127.0.0.1:")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_library_that_cannot_be_loaded_is_a_line_too(program: str, tmp_path: Path) -> None:
    (tmp_path / "asyncpg.py").write_text("raise ImportError('libfoo.so: cannot open shared object file')")
    done = started(program, COMPLETE | {"PYTHONPATH": str(tmp_path)})
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, line["event"], line["service"]) == (1, "crashed", program)
    assert "libfoo.so" in json.dumps(line["exception"])


def test_a_fault_while_the_api_starts_is_one_event_with_its_traceback(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import cricksy.aws.clients as clients\n"
        "def refuse(*_, **__):\n"
        "    raise RuntimeError('no client')\n"
        "clients.s3_client = refuse\n"
    )
    done = started("api", COMPLETE | {"PYTHONPATH": str(tmp_path)})
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (crashed,) = [line for line in lines if line["event"] == "crashed"]
    assert done.returncode == 1
    assert "no client" in json.dumps(crashed["exception"])
    assert not any("Traceback" in line["event"] for line in lines)
