"""The metrics, one module each: what it measures, how sure it is, and what the rest knows of it (``METRIC``)."""
