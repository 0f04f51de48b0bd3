"""Use cases, put together at their own composition roots over whatever ports a proof has."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from shared.edge.settings import read

if TYPE_CHECKING:
    from shared.domain.ports import Clock

BASE_URL = "https://store.example"
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def fixed(moment: datetime) -> Clock:
    """Return a clock that stands still: what a call reads as the present is part of its schedule."""
    return lambda: moment


ENVIRONMENT = {
    "TABLE_NAME": "records",
    "BUCKET_NAME": "documents",
    "SNAPSHOT_QUEUE_URL": "https://queue.example",
    "PUBLIC_BASE_URL": BASE_URL,
    "RELEASE_QUEUE_ARN": "",
    "RELEASE_SCHEDULE_GROUP": "",
    "RELEASE_SCHEDULE_ROLE_ARN": "",
    "CLAIM_MINUTES": "30",
    "FOUR_EYES": "off",
    "DOMAIN_PROOF": "off",
    "INSTALLS_BEFORE_TWO_FOR_BAN": "50",
    # Limits would end a schedule before anything contends; they have scenarios of their own.
    "OPEN_CANDIDATES_LIMIT": "0",
    "SUBMISSIONS_PER_DAY": "0",
}


def use_case(package: str, ports: object, **settings: str) -> Any:  # noqa: ANN401 - the use case of the package
    """Put a function's use case together at its own composition root, over these ports."""
    wiring, names, settings_class = _room(package)
    configured = read(settings_class, {**ENVIRONMENT, **{name.upper(): value for name, value in settings.items()}})
    return wiring.wire(configured, **{name: getattr(ports, name) for name in names})


@cache
def _room(package: str) -> tuple[Any, tuple[str, ...], type[Any]]:
    wiring = import_module(f"functions.{package}.wiring")
    settings_class: type[Any] = import_module(f"functions.{package}.settings").Settings
    return wiring, tuple(signature(wiring.wire).parameters)[1:], settings_class
