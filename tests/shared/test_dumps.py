"""A process that holds keys is not dumpable, so that no other process of its user looks into it."""

import subprocess
import sys

import pytest

# PR_GET_DUMPABLE of linux/prctl.h
SAYS = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
API = f"""
import socket, cricksy.api.serve as api
from tests.support.settings import api_settings
from cricksy.settings import AwsSettings
def serve(*_):
    {SAYS}
api.serve_configured = serve
aws = AwsSettings(region="r", endpoint_url=None, public_endpoint_url=None, bucket="b", queue_url="q", dlq_url="d")
api.serve(api_settings("postgresql+asyncpg://h/d", aws), socket.socket())
"""
UP = f"""
import asyncio, pathlib, sys, cricksy.embedded.run as run
from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.stack import Options
class Stop(Exception): pass
def free(_):
    {SAYS}
    raise Stop
run.is_free = free
options = Options(directory=DataDirectory(pathlib.Path(sys.argv[1])), port=1, workers=1, environ={{}})
try:
    asyncio.run(run.run_stack(options, print, None))
except Stop:
    pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
@pytest.mark.parametrize("program", [API, UP], ids=["the API", "cricksy up"])
def test_what_holds_keys_is_closed(program: str, tmp_path: object) -> None:
    command = [sys.executable, "-c", program, f"{tmp_path}/new"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
