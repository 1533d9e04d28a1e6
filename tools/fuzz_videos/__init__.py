"""Malformed videos of every container and codec that we take, made from a seed, and what a real child makes of them."""
