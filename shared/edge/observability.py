"""Logs, as structured JSON with a correlation id."""

from __future__ import annotations

from aws_lambda_powertools import Logger


def logger_for(service: str) -> Logger:
    """Return a function's logger. Its level is `LOG_LEVEL`, as Powertools reads it."""
    return Logger(service=service)
