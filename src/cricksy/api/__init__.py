"""The REST API: Litestar, JSON in and out, errors as RFC 9457 problems."""
