"""Who calls: a token of the environment, of a file on this machine, of the keyring, or of a CI workflow."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cli.store.errors import NotSignedInError
from cli.store.sign_in import renewed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cli.store.profiles import Profile
    from cli.store.transport import Transport
    from cli.store.vault import Tokens, Vault

_RENEW_BEFORE_SECONDS = 60
_SERVES_SECONDS = 120
"""Less than GitHub's tokens are good for."""
_OK = 200
REQUEST_URL, REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"


class Nobody:
    """No token. What is open to everybody is all that can be called."""

    def token(self) -> str:
        """Return no token."""
        return ""

    def renew(self) -> bool:
        """Tell that there is none to be had."""
        return False


class Stranger(Nobody):
    """Nobody, where somebody is needed."""

    def __init__(self, store: str) -> None:
        self._store = store

    def token(self) -> str:
        """Raise NotSignedInError."""
        raise NotSignedInError(f"You are not signed in to {self._store}.", hint="standfast login")


@dataclass(frozen=True, slots=True)
class Given:
    """A token that somebody gave as it is."""

    given: str

    def token(self) -> str:
        """Return it."""
        return self.given

    def renew(self) -> bool:
        """Tell that there is no other."""
        return False


@dataclass(frozen=True, slots=True)
class LocalPerson:
    """A person of a store on this machine, which writes fresh tokens into a file time and again."""

    tokens: Path
    person: str

    def token(self) -> str:
        """Return the person's present token. Raises NotSignedInError."""
        try:
            found = json.loads(self.tokens.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            message = f"There are no tokens in {self.tokens}."
            raise NotSignedInError(message, hint="Start the store: make run") from error
        token = found.get(self.person)
        if not isinstance(token, str):
            people = ", ".join(sorted(found))
            raise NotSignedInError(f"There is no token of {self.person!r} in {self.tokens}, only of {people}.")
        return token

    def renew(self) -> bool:
        """Tell whether to try again: never, since each token is read from the file anew."""
        return False


class Kept:
    """Tokens of an earlier sign-in, renewed a minute before they run out, or when the store refuses them."""

    def __init__(
        self,
        name: str,
        profile: Profile,
        tokens: Tokens,
        *,
        vault: Vault,
        send: Transport,
        now: Callable[[], float],
    ) -> None:
        self._name = name
        self._profile = profile
        self._tokens = tokens
        self._vault = vault
        self._send = send
        self._now = now

    def token(self) -> str:
        """Return a token that is good for a minute at least, if one is to be had."""
        if self._tokens.expires and self._tokens.expires - self._now() < _RENEW_BEFORE_SECONDS:
            self.renew()
        return self._tokens.access

    def renew(self) -> bool:
        """Get and keep another token, and tell whether that went well."""
        if not self._tokens.refresh or not self._profile.token_endpoint:
            return False
        fresh = renewed(self._profile, self._tokens, send=self._send, now=self._now())
        if fresh is None:
            return False
        self._tokens = fresh
        self._vault.keep(self._name, self._profile.store, fresh)
        return True


class Workflow:
    """A GitHub Actions workflow: its tokens are for this store alone, and good for minutes.

    One of them serves for a while: the store takes a submission under a token's own id once, so that a request whose
    answer was lost can be repeated.
    """

    def __init__(
        self, environment: Mapping[str, str], *, audience: str, send: Transport, now: Callable[[], float]
    ) -> None:
        self._url = environment[REQUEST_URL]
        self._request_token = environment.get(REQUEST_TOKEN, "")
        self._audience = audience
        self._send = send
        self._now = now
        self._token = ""
        self._until = 0.0

    @staticmethod
    def is_here(environment: Mapping[str, str]) -> bool:
        """Tell whether this is a workflow that may ask for tokens."""
        return bool(environment.get(REQUEST_URL))

    def token(self) -> str:
        """Return a token, asking for one where there is none yet. Raises NotSignedInError, UnreachableError."""
        if self._now() >= self._until:
            self._token = self._asked()
            self._until = self._now() + _SERVES_SECONDS
        return self._token

    def _asked(self) -> str:
        headers = {"authorization": f"Bearer {self._request_token}", "accept": "application/json"}
        answer = self._send("GET", _with_audience(self._url, self._audience), headers=headers, body=None)
        try:
            value = json.loads(answer.body)["value"] if answer.status == _OK else None
        except (ValueError, KeyError, TypeError):
            value = None
        if not isinstance(value, str):
            message = f"The workflow was given no token (status {answer.status})."
            raise NotSignedInError(message, hint="Give the job `permissions: id-token: write`.")
        return value

    def renew(self) -> bool:
        """Tell whether another one may be better: it would say the same."""
        return False


def _with_audience(url: str, audience: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("audience", audience)]
    return urlunsplit(parts._replace(query=urlencode(query)))
