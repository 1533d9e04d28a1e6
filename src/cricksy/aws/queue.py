"""The analysis queue in SQS and its dead-letter queue."""

import time
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import msgspec

from cricksy.aws.clients import LONG_POLL_SECONDS
from cricksy.aws.errors import queue_errors
from cricksy.tracing import trace_id_of, traceparent_of

if TYPE_CHECKING:
    from types_aiobotocore_sqs.client import SQSClient
    from types_aiobotocore_sqs.type_defs import MessageTypeDef

MAX_RECEIVES = 3
"""After so many receives SQS moves the message to the dead-letter queue."""
SEND_SECONDS = 60
"""Longer than a send with all its retries can take: three tries of 5 s to connect and 10 s to answer."""

MAX_INVISIBLE_SECONDS = 12 * 3600
"""So long after a receive SQS shows the message again, and refuses to hide it beyond that."""


class AnalysisMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a message, fixed by contract.

    Nothing reads ``sample_fps`` and ``include_frames``: the worker takes both from the job's row, which may be newer.
    """

    job_id: UUID
    session_id: UUID
    sample_fps: int
    include_frames: bool


class ReceivedMessage(msgspec.Struct, frozen=True, kw_only=True):
    message_id: str
    receipt_handle: str
    receive_count: int
    trace_id: str | None
    body: str
    received_at: float
    """CLOCK_MONOTONIC just before the receive was asked for: no later than SQS counts from."""

    def decode(self) -> AnalysisMessage:
        """Raises :class:`msgspec.ValidationError` or :class:`msgspec.DecodeError` where the body is not ours."""
        return msgspec.json.decode(self.body, type=AnalysisMessage)


class QueueDepth(msgspec.Struct, frozen=True, kw_only=True):
    """Approximate, as SQS counts."""

    visible: int
    in_flight: int
    dead: int


class AnalysisQueue:
    """Both queues; ``polling_client`` serves the long polls alone.

    Methods raise :class:`cricksy.aws.errors.QueueError`.
    """

    def __init__(
        self,
        client: "SQSClient",
        queue_url: str,
        dlq_url: str,
        *,
        polling_client: "SQSClient | None" = None,
        max_invisible_seconds: float = MAX_INVISIBLE_SECONDS,
    ) -> None:
        self._client = client
        self._max_invisible_seconds = max_invisible_seconds
        self._polling_client = polling_client or client
        self._queue_url = queue_url
        self._dlq_url = dlq_url

    @queue_errors()
    async def send(self, message: AnalysisMessage, trace_id: str) -> str:
        """Returns SQS's message id."""
        sent = await self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=msgspec.json.encode(message).decode(),
            MessageAttributes={"traceparent": {"DataType": "String", "StringValue": traceparent_of(trace_id)}},
        )
        return sent["MessageId"]

    @queue_errors()
    async def receive(
        self, count: int, visibility_seconds: int, wait_seconds: int = LONG_POLL_SECONDS
    ) -> list[ReceivedMessage]:
        """Up to ``count`` (1–10) messages, after a long poll of at most ``wait_seconds``.

        Let a call that has begun return: it may take messages.
        """
        asked_at = time.monotonic()
        received = await self._polling_client.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=count,
            WaitTimeSeconds=wait_seconds,
            VisibilityTimeout=visibility_seconds,
            MessageAttributeNames=["traceparent"],
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return [_received(message, asked_at) for message in received.get("Messages", [])]

    @queue_errors()
    async def change_visibility(self, message: ReceivedMessage, seconds: int) -> bool:
        """Hide the message for ``seconds`` from now, or for what is left of its twelve hours.

        ``False`` where nothing is left, and SQS was not asked: the message is about to come back, or has.
        """
        left = int(message.received_at + self._max_invisible_seconds - time.monotonic())
        if left <= 0:
            return False
        await self._client.change_message_visibility(
            QueueUrl=self._queue_url, ReceiptHandle=message.receipt_handle, VisibilityTimeout=min(seconds, left)
        )
        return True

    @queue_errors()
    async def delete(self, message: ReceivedMessage) -> None:
        await self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message.receipt_handle)

    async def depth(self) -> QueueDepth:
        waiting = await self._attributes(
            self._queue_url, "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        )
        dead = await self._attributes(self._dlq_url, "ApproximateNumberOfMessages")
        return QueueDepth(
            visible=int(waiting["ApproximateNumberOfMessages"]),
            in_flight=int(waiting["ApproximateNumberOfMessagesNotVisible"]),
            dead=int(dead["ApproximateNumberOfMessages"]),
        )

    async def ping(self) -> None:
        """Raise unless the queue is there and ours."""
        await self._attributes(self._queue_url, "QueueArn")

    @queue_errors()
    async def _attributes(
        self,
        queue_url: str,
        *names: Literal["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "QueueArn"],
    ) -> dict[str, str]:
        answer = await self._client.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(names))
        return {str(name): value for name, value in answer["Attributes"].items()}


def _received(message: "MessageTypeDef", asked_at: float) -> ReceivedMessage:
    attributes: Any = message.get("MessageAttributes", {})
    traceparent: str | None = attributes.get("traceparent", {}).get("StringValue")
    return ReceivedMessage(
        message_id=message.get("MessageId", ""),
        receipt_handle=message.get("ReceiptHandle", ""),
        receive_count=int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1")),
        trace_id=trace_id_of(traceparent),
        body=message.get("Body", ""),
        received_at=asked_at,
    )
