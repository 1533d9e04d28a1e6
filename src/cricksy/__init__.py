"""Cricksy Coach Plus: the API, and what it shares with the worker."""
