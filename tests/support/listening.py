"""The API behind a real socket: streams, and clients that leave."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from tests.support.waiting import until

from cricksy.api.app import create_app
from cricksy.api.health import Readiness
from cricksy.api.progress_feed import ProgressFeed
from cricksy.api.serve import DrainingServer, listen
from cricksy.settings import ApiSettings


@dataclass(frozen=True)
class Listening:
    url: str
    feed: ProgressFeed
    server: DrainingServer
    ended: "asyncio.Task[None]"

    async def stop(self) -> None:
        """Stop as on SIGTERM, and wait for the end."""
        self.server.should_exit = True
        await self.ended


@asynccontextmanager
async def listening(settings: ApiSettings) -> AsyncGenerator[Listening]:
    readiness = Readiness()
    app: Any = create_app(settings, readiness)
    server = DrainingServer(uvicorn.Config(app, log_config=None, access_log=False), readiness)
    listener = listen("127.0.0.1", 0)
    ended = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started or ended.done())
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    inner = app
    while not hasattr(inner, "state"):
        inner = inner._app
    running = Listening(url, inner.state["feed"], server, ended)
    try:
        yield running
    finally:
        await running.stop()
