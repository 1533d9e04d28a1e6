"""Dead letters: messages that were received too often, for an operator to list, resend or delete.

Built on receive, send and delete, which every queue that speaks SQS has. Receiving a letter hides it from others. At
the end each letter that was not deleted is made visible again; after a crash SQS does that when its timeout ends.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from cricksy.aws.errors import queue_errors
from cricksy.aws.queue import AnalysisMessage

if TYPE_CHECKING:
    from types_aiobotocore_sqs.client import SQSClient
    from types_aiobotocore_sqs.type_defs import MessageAttributeValueTypeDef, MessageTypeDef

_BATCH = 10
"""SQS takes and gives no more at once."""
_WAIT_SECONDS = 1
"""A long poll, however short, asks all of the queue's servers; without one an answer may be empty by chance."""
_HIDDEN_SECONDS = 120


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    message_id: str
    receipt_handle: str
    body: str
    traceparent: str | None
    job_id: UUID | None
    """``None``, as ``session_id``, where the body is not a message of ours."""
    session_id: UUID | None
    sent_at: datetime
    first_received_at: datetime
    receive_count: int
    """Counts a look at the dead letters as well."""


@dataclass(slots=True)
class Tally:
    """Counts while a command runs, so that an interrupted command can report how far it got."""

    seen: int = 0
    done: int = 0


Reopen = Callable[[UUID], Awaitable[object]]
"""Gives a job that failed for good its attempts back."""


class DeadLetterQueue:
    """Both queues as an operator uses them. Methods raise :class:`cricksy.aws.errors.QueueError`."""

    def __init__(self, client: "SQSClient", queue_url: str, dlq_url: str) -> None:
        self._client = client
        self._queue_url = queue_url
        self._dlq_url = dlq_url

    async def read(self, limit: int) -> list[DeadLetter]:
        """Up to ``limit`` letters; none is consumed."""
        async with self._visit() as visit:
            return [letter async for letter in visit.letters(limit)]

    async def redrive(self, jobs: frozenset[UUID] | None, limit: int, reopen: Reopen, tally: Tally) -> None:
        """Send the letters of these jobs, or of all, to the main queue; what is not a message of ours stays.

        Each is sent before it is deleted. An interruption between the two duplicates a message and loses none; of
        duplicates, the lease lets one work.
        """
        async with self._visit() as visit:
            async for letter in visit.letters(limit):
                tally.seen += 1
                if letter.job_id is not None and _is_wanted(letter, jobs):
                    await reopen(letter.job_id)
                    await self._send(letter)
                    await visit.delete(letter)
                    tally.done += 1

    async def purge(self, jobs: frozenset[UUID] | None, limit: int, tally: Tally) -> None:
        """Delete the letters of these jobs, or all, for good."""
        async with self._visit() as visit:
            async for letter in visit.letters(limit):
                tally.seen += 1
                if _is_wanted(letter, jobs):
                    await visit.delete(letter)
                    tally.done += 1

    @asynccontextmanager
    async def _visit(self) -> AsyncGenerator["_Visit"]:
        visit = _Visit(self._client, self._dlq_url)
        try:
            yield visit
        finally:
            await visit.show_again()

    @queue_errors()
    async def _send(self, letter: DeadLetter) -> None:
        attributes: dict[str, MessageAttributeValueTypeDef] = {}
        if letter.traceparent is not None:
            attributes["traceparent"] = {"DataType": "String", "StringValue": letter.traceparent}
        await self._client.send_message(QueueUrl=self._queue_url, MessageBody=letter.body, MessageAttributes=attributes)


class _Visit:
    """One walk through the letters, hidden from others until its end."""

    def __init__(self, client: "SQSClient", dlq_url: str) -> None:
        self._client = client
        self._dlq_url = dlq_url
        self._hidden: dict[str, DeadLetter] = {}
        self._receiving: asyncio.Task[list[DeadLetter]] | None = None

    async def letters(self, limit: int) -> AsyncGenerator[DeadLetter]:
        """Each letter once, up to ``limit``."""
        seen: set[str] = set()
        while len(seen) < limit:
            self._receiving = asyncio.create_task(self._receive(min(_BATCH, limit - len(seen))))
            batch = await asyncio.shield(self._receiving)
            new = [letter for letter in batch if letter.message_id not in seen]
            if not new:
                return
            for letter in new:
                seen.add(letter.message_id)
                yield letter

    @queue_errors()
    async def delete(self, letter: DeadLetter) -> None:
        await self._client.delete_message(QueueUrl=self._dlq_url, ReceiptHandle=letter.receipt_handle)
        del self._hidden[letter.message_id]

    @queue_errors()
    async def show_again(self) -> None:
        """All that were not deleted; one that cannot be shown now comes back by itself."""
        if self._receiving is not None:
            # One that was cut off would have hidden letters all the same.
            await asyncio.gather(self._receiving, return_exceptions=True)
        hidden = list(self._hidden.values())
        for start in range(0, len(hidden), _BATCH):
            await self._client.change_message_visibility_batch(
                QueueUrl=self._dlq_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": letter.receipt_handle, "VisibilityTimeout": 0}
                    for number, letter in enumerate(hidden[start : start + _BATCH])
                ],
            )

    @queue_errors()
    async def _receive(self, count: int) -> list[DeadLetter]:
        received = await self._client.receive_message(
            QueueUrl=self._dlq_url,
            MaxNumberOfMessages=count,
            WaitTimeSeconds=_WAIT_SECONDS,
            VisibilityTimeout=_HIDDEN_SECONDS,
            MessageAttributeNames=["traceparent"],
            MessageSystemAttributeNames=[
                "SentTimestamp",
                "ApproximateFirstReceiveTimestamp",
                "ApproximateReceiveCount",
            ],
        )
        letters = [_letter(message) for message in received.get("Messages", [])]
        # Of a letter that came twice the newest handle counts.
        self._hidden |= {letter.message_id: letter for letter in letters}
        return letters


def _is_wanted(letter: DeadLetter, jobs: frozenset[UUID] | None) -> bool:
    return jobs is None or letter.job_id in jobs


def _letter(message: "MessageTypeDef") -> DeadLetter:
    body = message.get("Body", "")
    try:
        ours = msgspec.json.decode(body, type=AnalysisMessage)
    except msgspec.DecodeError:
        ours = None
    attributes = message.get("Attributes", {})
    message_attributes: Any = message.get("MessageAttributes", {})
    return DeadLetter(
        message_id=message.get("MessageId", ""),
        receipt_handle=message.get("ReceiptHandle", ""),
        body=body,
        traceparent=message_attributes.get("traceparent", {}).get("StringValue"),
        job_id=ours.job_id if ours else None,
        session_id=ours.session_id if ours else None,
        sent_at=_time(attributes.get("SentTimestamp", "0")),
        first_received_at=_time(attributes.get("ApproximateFirstReceiveTimestamp", "0")),
        receive_count=int(attributes.get("ApproximateReceiveCount", "0")),
    )


def _time(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
