"""When a message comes back: asked of the queue, whose answer is a hint that ends nothing."""

import math

import structlog

from cricksy.aws.errors import QueueError
from cricksy.aws.queue import AnalysisQueue, ReceivedMessage

log = structlog.stdlib.get_logger()


async def set_visibility(queue: AnalysisQueue, message: ReceivedMessage, seconds: float) -> bool:
    """Make the message visible in ``seconds``, rounded up to whole ones, at least 1; a refusal is logged.

    ``False`` where SQS has hidden it for as long as it ever does.
    """
    try:
        return await queue.change_visibility(message, max(1, math.ceil(seconds)))
    except QueueError as error:
        log.warning("visibility_not_set", error=str(error))
        return True
