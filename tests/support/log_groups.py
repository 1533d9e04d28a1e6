"""A stand-in for CloudWatch's FilterLogEvents: the emulator takes every pattern of JSON for one that fits each line.

It does what AWS says of the call: searches some lines, answers those that fit, which may be none, and says where to
go on.
"""

import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

SEARCHED = 3_000
"""Lines that one call looks at."""


class LogGroupsServer:
    """The lines of each group, the oldest first, and how often it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.lines: dict[str, list[bytes]] = {"/cricksy-ai/api": [], "/cricksy-ai/worker": []}
        self.calls = 0
        self.answered = 0

    async def answer(self, request: web.Request) -> web.Response:
        assert request.headers["X-Amz-Target"] == "Logs_20140328.FilterLogEvents"
        asked: dict[str, Any] = msgspec.json.decode(await request.read())
        self.calls += 1
        lines = self.lines.get(asked["logGroupName"])
        if lines is None:
            return self._json({"__type": "ResourceNotFoundException", "message": "no such group"}, 400)
        now = time.time() * 1000
        assert now - 2 * 3600 * 1000 < asked["startTime"] < now
        start = int(asked.get("nextToken", 0))
        events: list[dict[str, str]] = []
        end = min(len(lines), start + SEARCHED)
        for position in range(start, end):
            if fits(asked["filterPattern"], lines[position]):
                events.append({"message": lines[position].decode()})
                if len(events) == asked["limit"]:
                    end = position + 1
                    break
        self.answered += len(events)
        body: dict[str, Any] = {"events": events}
        if end < len(lines):
            body["nextToken"] = str(end)
        return self._json(body)

    def _json(self, body: dict[str, Any], status: int = 200) -> web.Response:
        return web.Response(
            body=msgspec.json.encode(body), status=status, headers={"Content-Type": "application/x-amz-json-1.1"}
        )


def fits(pattern: str, line: bytes) -> bool:
    """The part of the language that has fields with texts, each of which may be in parentheses, ``&&`` and ``||``."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        return False
    whole = re.fullmatch(r"\{ (.+) \}", pattern)
    assert whole, pattern
    alternatives = [re.fullmatch(r"\((.+)\)", each) for each in whole[1].split(" || ")]
    terms = [
        [re.fullmatch(r'\$\.(\w+) = "([^"*]+)"', term) for term in each[1].split(" && ")]
        for each in alternatives
        if each
    ]
    assert len(terms) == len(alternatives), pattern
    assert all(all(each) for each in terms), pattern
    return any(all(fields.get(term[1]) == term[2] for term in each if term) for each in terms)


@asynccontextmanager
async def log_groups_server() -> AsyncGenerator[LogGroupsServer]:
    groups = LogGroupsServer()
    app = web.Application()
    app.router.add_post("/", groups.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    groups.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield groups
    await runner.cleanup()
