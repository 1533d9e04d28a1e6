"""Every metric, in the order of results and reports. To add one: write its module, and name it here."""

from cricksy.analysis.metrics import balance, elbow, head, knee, rotation
from cricksy.analysis.metrics.base import MetricSpec

METRICS: tuple[MetricSpec, ...] = (head.METRIC, balance.METRIC, knee.METRIC, rotation.METRIC, elbow.METRIC)
