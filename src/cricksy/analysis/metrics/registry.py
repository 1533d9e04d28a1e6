"""Every metric, in the order of results and reports. To add one: write its module, and name it here."""

from cricksy.analysis.metrics import balance, elbow, head, knee, rotation
from cricksy.analysis.metrics.base import MetricSpec
from cricksy.results.measurements import MetricName

METRICS: tuple[MetricSpec, ...] = (head.METRIC, balance.METRIC, knee.METRIC, rotation.METRIC, elbow.METRIC)
BY_VIEW: frozenset[MetricName] = frozenset(spec.name for spec in METRICS if spec.by_view)
"""The metrics that mean one thing from the side and another along the pitch."""
