"""Logs, as structured JSON with a correlation id.

See docs/adr/0033-measured-from-events-and-tied-together-by-one-id.md.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from shared.domain import correlation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""A W3C trace context: https://www.w3.org/TR/trace-context/#traceparent-header"""


def logger_for(service: str) -> Logger:
    """Return a function's logger. Its level is `LOG_LEVEL`, as Powertools reads it."""
    return Logger(service=service)


@contextmanager
def correlated(logger: Logger, request_id: str) -> Iterator[None]:
    """Put an id on every line that is logged meanwhile by this thread, and on all that is written and asked for."""
    logger.thread_safe_append_keys(correlation_id=request_id)
    try:
        with correlation.following(request_id):
            yield
    finally:
        logger.thread_safe_clear_keys()


def trace_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what a client says of its own trace, for a line of the log; nothing where it is malformed."""
    told = headers.get("traceparent", "")
    return {"traceparent": told} if _TRACE_PARENT.fullmatch(told) else {}
