"""What the console needs of this machine: the API without a socket, and a sign-in page in the user pool's place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from functions.console.store import Reply
from local.events import HttpRequest
from shared.domain.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.gateway import Gateway

_HERE = "127.0.0.1"


class InProcessHttp:
    """The console's `Http` port over the gateway of this very process, whatever host a URL names."""

    def __init__(self) -> None:
        self._gateway: Gateway | None = None

    def connect(self, gateway: Gateway) -> None:
        """Take the gateway, which can be made only after the functions that this is for."""
        self._gateway = gateway

    def __call__(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Send a request. Raises UnavailableError while there is no gateway."""
        if self._gateway is None:
            message = "The store does not serve yet."
            raise UnavailableError(message)
        parts = urlsplit(url)
        request = HttpRequest(
            method=method,
            raw_path=parts.path,
            raw_query=parts.query,
            headers={"host": parts.netloc, **headers},
            body=body,
            client=_HERE,
            protocol="HTTP/1.1",
        )
        answer = self._gateway.answer_here(request)
        return Reply(answer.status, dict(answer.headers), answer.body)
