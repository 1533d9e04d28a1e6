"""What workers and the queue say to each other, read off the wire: which message is received, deleted, sent, when."""

import re
import time
from collections import defaultdict
from typing import Literal

import msgspec

_MOST_BYTES = 1 << 16
_DELETED = re.compile(rb'AmazonSQS\.DeleteMessage\r\n.*?"ReceiptHandle": ?"([^"]+)"', re.DOTALL)
_SENT = re.compile(rb'AmazonSQS\.SendMessage\r\n.*?\\"job_id\\": ?\\"([0-9a-f-]{36})', re.DOTALL)
_RECEIVED = re.compile(rb'"ReceiptHandle": ?"([^"]+)".*?\\"job_id\\": ?\\"([0-9a-f-]{36})', re.DOTALL)


class Traffic(msgspec.Struct, frozen=True):
    at: float
    """Seconds since the epoch."""
    worker: str
    what: Literal["receive", "delete", "send"]
    job_id: str


class Tap:
    """Listens to every worker's connections; a message is known by the receipt handle under which it was received."""

    def __init__(self) -> None:
        self.traffic: list[Traffic] = []
        self._jobs: dict[bytes, str] = {}
        self._requests: defaultdict[tuple[str, int], bytes] = defaultdict(bytes)
        self._responses: defaultdict[tuple[str, int], bytes] = defaultdict(bytes)

    def connected(self, worker: str, port: int) -> None:
        """A connection begins; what an older one of the same port said is over."""
        self._requests.pop((worker, port), None)
        self._responses.pop((worker, port), None)

    def request(self, worker: str, port: int, data: bytes) -> None:
        text = (self._requests[worker, port] + data)[-_MOST_BYTES:]
        for found in _DELETED.finditer(text):
            if (job_id := self._jobs.get(found[1])) is not None:
                self.traffic.append(Traffic(time.time(), worker, "delete", job_id))
        for found in _SENT.finditer(text):
            self.traffic.append(Traffic(time.time(), worker, "send", found[1].decode()))
        self._requests[worker, port] = text[max(_end(_DELETED, text), _end(_SENT, text)) :]

    def response(self, worker: str, port: int, data: bytes) -> None:
        text = (self._responses[worker, port] + data)[-_MOST_BYTES:]
        for found in _RECEIVED.finditer(text):
            self._jobs[found[1]] = found[2].decode()
            self.traffic.append(Traffic(time.time(), worker, "receive", found[2].decode()))
        self._responses[worker, port] = text[_end(_RECEIVED, text) :]


def _end(pattern: re.Pattern[bytes], text: bytes) -> int:
    return max((found.end() for found in pattern.finditer(text)), default=0)
