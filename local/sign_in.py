"""Signing in on one machine: pages in the place of the user pool's, with the same code flow (RFC 6749, 7636).

Whoever sits at the machine may be anybody: one click signs in. So that this opens no door to others, it is there only
for requests that came from a loopback address to one by its own name, and while the store is told of no public one
(`PUBLIC_BASE_URL`). Everybody else pastes a token, which `python -m local token` prints for who may read the data.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from functions.console import assets
from functions.console.login import challenge
from local.authorizer import Authorizer, UnauthorizedError
from local.events import HttpAnswer
from local.tokens import ALGORITHM, CLIENT_ID, LIFETIME_SECONDS, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.events import HttpRequest
    from local.tokens import SigningKey

_FOLDER = Path(__file__).parent / "pages"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
"""Headers that a proxy adds: what came through one is not from this machine."""

_CODE_SECONDS = 60
_REFRESH_SECONDS = 30 * 24 * 60 * 60
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:* http://localhost:* https:; "
    "frame-ancestors 'none'; base-uri 'none'"
)

DUTIES: Mapping[str, str] = {
    "developers": "publishes plugins and tries them",
    "reviewers": "decides what goes live",
    "plus": "uses approved plugins",
    "operators": "keeps the store running",
    "none": "is in no group",
}
"""What people of a group do here."""


class BadRequestError(Exception):
    """The sign-in was asked for in a way that it cannot be."""


@dataclass(frozen=True, slots=True)
class _Code:
    """What a code is good for. `token` is one that somebody pasted; without it one is made for `subject`."""

    subject: str
    token: str
    back_to: str
    challenge: str
    ends: float


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the sign-in page was asked: where to go then, and what the answer must carry."""

    back_to: str
    state: str
    challenge: str

    @classmethod
    def of(cls, asked: Mapping[str, str], public_host: str) -> _Wish:
        """Read a wish. Raises BadRequestError."""
        wish = cls(asked.get("redirect_uri", ""), asked.get("state", ""), asked.get("code_challenge", ""))
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            message = f"The client is {CLIENT_ID!r}, and asks for a code."
            raise BadRequestError(message)
        if not wish.challenge or asked.get("code_challenge_method") != "S256":
            message = "There is no sign-in without PKCE (S256)."
            raise BadRequestError(message)
        _require_known(wish.back_to, public_host)
        return wish

    def fields(self) -> dict[str, str]:
        """Return the wish as a form carries it on."""
        return {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": self.back_to,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }


class SignInPages:
    """The pages, for a store that serves at a base URL."""

    def __init__(self, key: SigningKey, base_url: str) -> None:
        self._key = key
        self._host = urlsplit(base_url).netloc
        self._is_private = urlsplit(base_url).hostname in _LOOPBACK
        self._authorizer = Authorizer(key.private_key.public_key(), key.key_id)
        self._codes: dict[str, _Code] = {}
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer a request for one of these pages; None for any other."""
        pages = {
            ("GET", "/oauth2/authorize"): self._page,
            ("POST", "/oauth2/authorize"): self._choose,
            ("POST", "/oauth2/token"): self._token,
            ("POST", "/oauth2/revoke"): _revoke,
            ("GET", "/logout"): self._sign_out,
        }
        page = pages.get((request.method, request.raw_path))
        try:
            return page(request) if page else None
        except BadRequestError as error:
            return _html(400, "sign_in_refused.html", why=str(error))

    def _page(self, request: HttpRequest) -> HttpAnswer:
        return self._shown(request, _Wish.of(_fields(request.raw_query), self._host))

    def _shown(self, request: HttpRequest, wish: _Wish, problem: str = "") -> HttpAnswer:
        people = [(name, group, DUTIES[group]) for name, group in PEOPLE.items()] if self._trusts(request) else []
        return _html(400 if problem else 200, "sign_in.html", people=people, fields=wish.fields(), problem=problem)

    def _choose(self, request: HttpRequest) -> HttpAnswer:
        """Take who was chosen, or the token that was pasted, and lead back with a code."""
        asked = _fields(request.body.decode(errors="replace"))
        wish = _Wish.of(asked, self._host)
        subject, token = asked.get("subject", ""), asked.get("token", "").strip()
        if token:
            try:
                self._authorizer.admit(f"Bearer {token}", ())
            except UnauthorizedError as error:
                return self._shown(request, wish, f"The token is not good: {error}.")
        elif subject not in PEOPLE or not self._trusts(request):
            return self._shown(request, wish, "Choose somebody, or paste a token.")
        code = self._issue(_Code(subject, token, wish.back_to, wish.challenge, time.time() + _CODE_SECONDS))
        joint = "&" if "?" in wish.back_to else "?"
        return _redirect(f"{wish.back_to}{joint}{urlencode({'code': code, 'state': wish.state})}")

    def _issue(self, code: _Code) -> str:
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._codes = {each: kept for each, kept in self._codes.items() if kept.ends > time.time()}
            self._codes[name] = code
        return name

    def _token(self, request: HttpRequest) -> HttpAnswer:
        asked = _fields(request.body.decode(errors="replace"))
        if asked.get("client_id") != CLIENT_ID:
            return _json(400, {"error": "invalid_client"})
        match asked.get("grant_type"):
            case "authorization_code":
                return self._for_code(asked)
            case "refresh_token":
                return self._for_refresh(asked.get("refresh_token", ""))
        return _json(400, {"error": "unsupported_grant_type"})

    def _for_code(self, asked: Mapping[str, str]) -> HttpAnswer:
        with self._lock:
            code = self._codes.pop(asked.get("code", ""), None)
        if (
            code is None
            or code.ends <= time.time()
            or code.back_to != asked.get("redirect_uri")
            or not secrets.compare_digest(code.challenge, challenge(asked.get("code_verifier", "")))
        ):
            return _json(400, {"error": "invalid_grant"})
        if code.token:
            return _json(200, {"access_token": code.token, "token_type": "Bearer"})
        granted = self._granted(code.subject)
        return _json(200, granted | {"refresh_token": self._refresh_token(code.subject)})

    def _for_refresh(self, token: str) -> HttpAnswer:
        try:
            claims: dict[str, Any] = jwt.decode(token, self._key.private_key.public_key(), algorithms=[ALGORITHM])
        except jwt.PyJWTError:
            return _json(400, {"error": "invalid_grant"})
        subject = str(claims.get("sub", ""))
        if claims.get("token_use") != "refresh" or subject not in PEOPLE:
            return _json(400, {"error": "invalid_grant"})
        return _json(200, self._granted(subject))

    def _granted(self, subject: str) -> dict[str, object]:
        access = self._key.issue(subject, PEOPLE[subject])
        return {"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}

    def _refresh_token(self, subject: str) -> str:
        claims = {"sub": subject, "token_use": "refresh", "exp": int(time.time()) + _REFRESH_SECONDS}
        return jwt.encode(claims, self._key.private_key, algorithm=ALGORITHM)

    def _sign_out(self, request: HttpRequest) -> HttpAnswer:
        """Lead back: there is no session here to end."""
        to = _fields(request.raw_query).get("logout_uri", "")
        _require_known(to, self._host)
        return _redirect(to)

    def _trusts(self, request: HttpRequest) -> bool:
        """Tell whether a request is from somebody at this machine, as far as a request can tell."""
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        is_here = host in _LOOPBACK and request.client in _LOOPBACK
        return self._is_private and is_here and not _FORWARDED & request.headers.keys()


def _require_known(address: str, public_host: str) -> None:
    """Refuse to lead anywhere but to this store, or to a program on this machine. Raises BadRequestError."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not is_here and (parts.scheme not in {"http", "https"} or parts.netloc != public_host):
        message = "The way back leads somewhere else."
        raise BadRequestError(message)


def _revoke(_request: HttpRequest) -> HttpAnswer:
    """Take in that a refresh token is to be good for nothing. Here it is good for who may read the key anyway."""
    return _json(200, {})


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _json(status: int, document: Mapping[str, object]) -> HttpAnswer:
    headers = (("content-type", "application/json"), ("cache-control", "no-store"))
    return HttpAnswer(status, headers, json.dumps(document).encode())


def _redirect(to: str) -> HttpAnswer:
    return HttpAnswer(303, (("location", to), ("cache-control", "no-store"), ("referrer-policy", "no-referrer")), b"")


def _html(status: int, template: str, **values: object) -> HttpAnswer:
    body = _environment().get_template(template).render(values).encode()
    headers = (
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", _POLICY),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    )
    return HttpAnswer(status, headers, body)


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    environment.globals["asset"] = assets.address
    return environment
