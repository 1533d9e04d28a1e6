"""Clients that hang up: in the head, in the body, before the answer or within it."""

import asyncio
import random
import socket
import struct
from contextlib import suppress

import msgspec

_LONGEST_WAIT_SECONDS = 0.03
"""After the request was sent whole: its answer may be on its way, or not yet."""
_RESET = struct.pack("ii", 1, 0)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    method: str
    path: str
    body: object = None

    def encoded(self, token: str) -> bytes:
        body = b"" if self.body is None else msgspec.json.encode(self.body)
        head = (
            f"{self.method} {self.path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def hang_up(port: int, request: bytes, rng: random.Random) -> None:
    """Send the request, or a part of it, and leave; every other client resets the connection."""
    is_whole, resets = rng.random() < 2 / 3, rng.random() < 1 / 2
    sent = request if is_whole else request[: rng.randrange(1, len(request))]
    wait_seconds = rng.uniform(0, _LONGEST_WAIT_SECONDS)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await reader.read(20)
        if resets:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    except ConnectionError:
        return
    finally:
        writer.transport.abort()
