"""The measures, one module a family: numbers that describe an action, without a score or a target."""
