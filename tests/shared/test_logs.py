import subprocess
import sys
from typing import Any

import msgspec
import pytest

from cricksy.logs import redact

PROGRAM = """
import logging, sys, warnings
import structlog
from cricksy import logs

logs.configure("worker", "INFO")
structlog.contextvars.bind_contextvars(job_id="j-1")
log = structlog.get_logger()
log.info("job_processing", path=sys, url="https://s3.test/key?X-Amz-Signature=abc&b=c")
logging.getLogger("a.library").warning('GET "https://s3.test/k?X-Amz-Signature=abc" said "no"\\nand more')
warnings.warn("out of date")
try:
    raise ValueError("postgresql://cricksy:hunter2@h/d?ssl=1")
except ValueError:
    log.exception("it_failed")
logging.getLogger("botocore").info("the whole request")
secret = "hunter2"
raise RuntimeError("the end")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ""
    return [msgspec.json.decode(line, type=dict[str, Any]) for line in done.stdout.splitlines()]


def test_everything_is_one_json_object_a_line(lines: list[dict[str, Any]]) -> None:
    assert [(line["level"], line["event"].partition("\n")[0]) for line in lines] == [
        ("info", "job_processing"),
        ("warning", 'GET "https://s3.test/k?…" said "no"'),
        ("warning", "<string>:11: UserWarning: out of date"),
        ("error", "it_failed"),
        ("critical", "crashed"),
    ]
    for line in lines:
        assert list(line)[:4] == ["timestamp", "level", "event", "service"]
        assert line["timestamp"].endswith("Z")
        assert line["service"] == "worker"
        assert line["job_id"] == "j-1"


def test_an_exception_is_told_without_the_values_of_variables(lines: list[dict[str, Any]]) -> None:
    (failed,) = lines[3]["exception"]
    assert failed["exc_type"] == "ValueError"
    assert failed["frames"][0]["lineno"] == 13
    text = msgspec.json.encode(lines).decode()
    assert "hunter2" not in text
    assert "X-Amz-Signature" not in text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("https://h/p?a=b c", "https://h/p?… c"),
        ("HEAD /p/q?token=x HTTP/1.1", "HEAD /p/q?… HTTP/1.1"),
        ("Bearer eyJhbGciOi.eyJzdWIi.c2ln-_x", "Bearer [token]"),
        ("postgresql+asyncpg://u:p%40ss@h:5432/d", "postgresql+asyncpg://u:[password]@h:5432/d"),
        ("why? because: a@b", "why? because: a@b"),
    ],
)
def test_redacts(text: str, redacted: str) -> None:
    assert redact(text) == redacted


def test_half_a_surrogate_pair_does_not_break_a_line() -> None:
    program = """
import structlog
from cricksy import logs

logs.configure("api")
structlog.contextvars.bind_contextvars(user_id="coach " + chr(0xD800))
structlog.get_logger().info("http_request", status=401, route={"of": [chr(0xDFFF)]})
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stderr == b""
    (line,) = done.stdout.splitlines()
    read = msgspec.json.decode(line, type=dict[str, Any])
    assert (read["event"], read["user_id"], read["route"]) == ("http_request", "coach ?", {"of": ["?"]})
