"""The schema of CloudWatch's Embedded Metric Format, and lines checked against it.

Written from "Specification: Embedded metric format" of Amazon CloudWatch's user guide, at docs.aws.amazon.com below
AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
What it asks for beyond a schema is checked by :func:`metrics_of`.
"""

from typing import Any

import jsonschema_rs

UNITS = [
    *("Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
    *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second"),
    *("Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second", "Kilobits/Second"),
    *("Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None"),
]
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer", "minimum": 0},
                "CloudWatchMetrics": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/directive"}},
            },
        }
    },
    "definitions": {
        "directive": {
            "type": "object",
            "required": ["Namespace", "Dimensions", "Metrics"],
            "properties": {
                "Namespace": {"type": "string", "minLength": 1, "maxLength": 1024},
                "Dimensions": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "array",
                        "minItems": 0,
                        "maxItems": 30,
                        "items": {"type": "string", "minLength": 1, "maxLength": 250},
                    },
                },
                "Metrics": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": {
                        "type": "object",
                        "required": ["Name"],
                        "additionalProperties": False,
                        "properties": {
                            "Name": {"type": "string", "minLength": 1, "maxLength": 1024},
                            "Unit": {"enum": UNITS},
                            "StorageResolution": {"enum": [1, 60]},
                        },
                    },
                },
            },
        }
    },
}
_validator = jsonschema_rs.Draft7Validator(SCHEMA)


def metrics_of(line: dict[str, Any]) -> dict[str, float]:
    """The metrics of a line, each by its name. Fails where CloudWatch would ignore the line or one of them."""
    _validator.validate(line)
    found: dict[str, float] = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for dimension in (name for dimensions in directive["Dimensions"] for name in dimensions):
            # "Target members" of dimensions are strings of the root, those of metrics numbers.
            assert isinstance(line[dimension], str)
            assert 0 < len(line[dimension]) <= 1024
        for metric in directive["Metrics"]:
            assert type(line[metric["Name"]]) in {int, float}
            found[metric["Name"]] = line[metric["Name"]]
    return found
