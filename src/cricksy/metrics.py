"""Metrics as fields of log lines, which CloudWatch reads from the log: its Embedded Metric Format.

No agent and no call: a line that carries ``_aws`` says which of its own fields are metrics. Elsewhere the field is one
more of the line's. The only dimension is ``service``, because CloudWatch bills each combination of dimensions. Format:
docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import time
from typing import Any, Final

NAMESPACE: Final = "Cricksy"

_COUNT, _SECONDS, _BYTES = "Count", "Seconds", "Bytes"
UNITS: Final = {
    # of worker_state
    "slots": _COUNT,
    "busy": _COUNT,
    "rss_bytes": _BYTES,
    "services_away": _COUNT,
    # of job_updated
    "queue_wait_s": _SECONDS,
    "duration_s": _SECONDS,
    "film_s": _SECONDS,
    "bytes": _BYTES,
    "attempts": _COUNT,
    "jobs_completed": _COUNT,
    "attempts_failed": _COUNT,
    "videos_rejected": _COUNT,
    # of what should be rare
    "fence_rejections": _COUNT,
    "child_kills": _COUNT,
    "sweeps": _COUNT,
    "jobs_resent": _COUNT,
    "jobs_given_up": _COUNT,
    "requests_limited": _COUNT,
}
"""Every metric and its unit."""


def metrics(**values: float | None) -> dict[str, Any]:
    """Fields for a log line: each value that is known, as a metric of :data:`UNITS`."""
    known = {name: value for name, value in values.items() if value is not None}
    about = {
        "Namespace": NAMESPACE,
        "Dimensions": [["service"]],
        "Metrics": [{"Name": name, "Unit": UNITS[name]} for name in known],
    }
    return {"_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [about]}, **known}
