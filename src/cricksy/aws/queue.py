"""The analysis queue in SQS and its dead-letter queue."""

import time
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import msgspec

from cricksy.aws.clients import LONG_POLL_SECONDS
from cricksy.aws.errors import queue_errors
from cricksy.spans import span, traceparent
from cricksy.tracing import trace_id_of

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
    traceparent: str | None = None
    """As it came, of the span that sent the message."""
    body: str
    received_at: float
    """CLOCK_MONOTONIC just before the receive was asked for: no later than SQS counts from."""
    queue_wait_s: float | None = None
    """From the send to the first receive, by SQS's clock; ``None`` where it does not say."""

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
        facts = {"messaging__system": "aws_sqs", "messaging__operation__type": "send"}
        with span("send analysis", "producer", trace_id=trace_id, job_id=str(message.job_id), **facts) as sending:
            sent = await self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=msgspec.json.encode(message).decode(),
                MessageAttributes={"traceparent": {"DataType": "String", "StringValue": traceparent(trace_id)}},
            )
            sending.set_attribute("messaging.message.id", sent["MessageId"])
        return sent["MessageId"]

    @queue_errors()
    async def receive(self, count: int, visibility_seconds: int, *, waits: bool = True) -> list[ReceivedMessage]:
        """Up to ``count`` (1–10) messages, by a long poll if it ``waits`` for them.

        Let a call that has begun return: it may take messages.
        """
        asked_at = time.monotonic()
        received = await self._polling_client.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=count,
            WaitTimeSeconds=LONG_POLL_SECONDS if waits else 0,
            VisibilityTimeout=visibility_seconds,
            MessageAttributeNames=["traceparent"],
            MessageSystemAttributeNames=[
                "ApproximateReceiveCount",
                "SentTimestamp",
                "ApproximateFirstReceiveTimestamp",
            ],
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
    sent_in: str | None = attributes.get("traceparent", {}).get("StringValue")
    about = message.get("Attributes", {})
    sent_ms, first_ms = about.get("SentTimestamp"), about.get("ApproximateFirstReceiveTimestamp")
    return ReceivedMessage(
        message_id=message.get("MessageId", ""),
        receipt_handle=message.get("ReceiptHandle", ""),
        receive_count=int(about.get("ApproximateReceiveCount", "1")),
        trace_id=trace_id_of(sent_in),
        traceparent=sent_in,
        body=message.get("Body", ""),
        received_at=asked_at,
        queue_wait_s=(int(first_ms) - int(sent_ms)) / 1000 if sent_ms and first_ms else None,
    )
