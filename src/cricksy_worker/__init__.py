"""Cricksy Coach Plus: the SQS worker that turns an uploaded video into a coaching result."""
