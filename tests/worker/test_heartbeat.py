import asyncio
import socket
import time

import msgspec
from tests.support.jobs import Bench

from cricksy.aws.clients import sqs_client
from cricksy.aws.queue import AnalysisQueue, ReceivedMessage
from cricksy.data.leases import Claim, Held, Lease, claim
from cricksy.settings import AwsSettings
from cricksy_worker.queue.heartbeat import Heartbeat

VISIBILITY_SECONDS = 3


async def test_a_queue_that_does_not_answer_costs_no_lease(bench: Bench, aws_settings: AwsSettings) -> None:
    job_id = (await bench.make()).job_id
    message = ReceivedMessage(
        message_id="m", receipt_handle="r", receive_count=1, trace_id=None, body="", received_at=time.monotonic()
    )
    claimed_at = asyncio.get_running_loop().time()
    claimed = await claim(bench.database, Lease(job_id), message.message_id, VISIBILITY_SECONDS)
    assert isinstance(claimed, Claim)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with sqs_client(msgspec.structs.replace(aws_settings, endpoint_url=endpoint_url)) as sqs:
            queue = AnalysisQueue(sqs, aws_settings.queue_url, aws_settings.dlq_url)
            heartbeat = Heartbeat(bench.database, queue, claimed.lease, message, VISIBILITY_SECONDS, claimed_at)
            beating = asyncio.create_task(heartbeat.run())
            await asyncio.wait([beating], timeout=2 * VISIBILITY_SECONDS)
            assert not beating.done()
            assert isinstance(await claim(bench.database, Lease(job_id), "another", VISIBILITY_SECONDS), Held)
            beating.cancel()
            await asyncio.wait([beating])
