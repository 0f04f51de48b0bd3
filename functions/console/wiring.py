"""Composition root of the console function."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from functions.console import (
    operating,
    over_https,
    publishing,
    publishing_actions,
    publishing_webhooks,
    reviewing,
    reviewing_decisions,
    visiting,
)
from functions.console.login import HostedLogin
from functions.console.rendering import Renderer
from functions.console.settings import Settings
from functions.console.signing_in import SigningIn
from functions.console.use_case import Console
from functions.console.visits import Map
from shared.edge import system
from shared.edge.settings import read

if TYPE_CHECKING:
    from functions.console.store import Http
    from shared.domain.ports import Clock, Entropy

_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Serving:
    """The use case, and where people reach it."""

    console: Console
    public_base_url: str


def wire(settings: Settings, *, http: Http, clock: Clock, entropy: Entropy) -> Serving:
    """Put the use case together from its ports."""
    login = HostedLogin(settings.login_url.rstrip("/"), settings.client_id, http)
    own = (
        visiting.places,
        publishing.places,
        publishing_actions.places,
        publishing_webhooks.places,
        reviewing.places,
        reviewing_decisions.places,
        operating.places,
    )
    pages = Map(*own, SigningIn(login, entropy).places())
    render = Renderer(login.origin, lambda: entropy(_KEY_BYTES).hex())
    return Serving(Console(pages, http, login, render, clock), settings.public_base_url.rstrip("/"))


@cache
def from_environment() -> Serving:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(settings, http=over_https.send, clock=system.clock, entropy=system.entropy)
