"""Logs, as structured JSON with a correlation id."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

if TYPE_CHECKING:
    from collections.abc import Iterator


def logger_for(service: str) -> Logger:
    """Return a function's logger. Its level is `LOG_LEVEL`, as Powertools reads it."""
    return Logger(service=service)


@contextmanager
def correlated(logger: Logger, request_id: str) -> Iterator[None]:
    """Put a request's id on every line that is logged meanwhile by this thread."""
    logger.thread_safe_append_keys(correlation_id=request_id)
    try:
        yield
    finally:
        logger.thread_safe_clear_keys()
