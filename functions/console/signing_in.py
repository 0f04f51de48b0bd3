"""The pages of signing in and out."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.console.addresses import HOME, SIGN_IN, SIGN_OUT, SIGNED_IN, own_address, way_in
from functions.console.login import Login, SignInRefusedError
from functions.console.schema import Page, Redirect
from functions.console.session import KEY_BYTES, Cookies, Session, SignIn, encoded, new_session
from functions.console.visits import Door, Places
from shared.domain.ports import Entropy

if TYPE_CHECKING:
    from functions.console.schema import Request
    from functions.console.visits import Visit

_STATE_BYTES = 16
_VERIFIER_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Signing in at the user pool's pages and back again."""

    login: Login
    entropy: Entropy

    def places(self) -> Places:
        """Return the part of the table of pages."""
        places = Places()
        places.get(SIGN_IN, Door.OPEN)(self.begin)
        places.get(SIGNED_IN, Door.OPEN)(self.finish)
        places.post(SIGN_OUT)(self.sign_out)
        return places

    def begin(self, visit: Visit) -> Redirect:
        """Lead to the sign-in page, remembering where to go then."""
        canonical = _on_its_own_host(visit.request)
        if canonical:
            return Redirect(canonical)
        state, verifier = (encoded(self.entropy(count)) for count in (_STATE_BYTES, _VERIFIER_BYTES))
        begun = SignIn(state, verifier, own_address(visit.query.text("next")))
        page = self.login.page(back_to=_back(visit), state=state, verifier=verifier)
        return Redirect(page, cookies=(_cookies(visit).keep_sign_in(begun),))

    def finish(self, visit: Visit) -> Page | Redirect:
        """Take the sign-in's answer, and go where the person was going. Raises UnavailableError."""
        cookies = _cookies(visit)
        begun = cookies.sign_in(visit.request.cookies)
        forget = cookies.forget_sign_in()
        if begun is None or not hmac.compare_digest(begun.state.encode(), visit.query.text("state").encode()):
            return _failed("The sign-in was not begun in this browser, or too long ago.", HOME, forget)
        try:
            session = self._session(visit, begun)
        except SignInRefusedError as refused:
            return _failed(str(refused), begun.to, forget)
        return Redirect(begun.to, cookies=(forget, *cookies.keep(session)))

    def _session(self, visit: Visit, begun: SignIn) -> Session:
        code = visit.query.text("code")
        if not code:
            raise SignInRefusedError(visit.query.text("error_description") or "The sign-in was broken off.")
        tokens = self.login.exchange(code, back_to=_back(visit), verifier=begun.verifier)
        session = new_session(self.entropy(KEY_BYTES), tokens)
        if session is None:
            message = "The sign-in gave no token that can be read."
            raise SignInRefusedError(message)
        return session

    def sign_out(self, visit: Visit) -> Redirect:
        """End the session here, and that of the sign-in pages."""
        if visit.session and visit.session.tokens.refresh:
            self.login.revoke(visit.session.tokens.refresh)
        page = self.login.sign_out_page(back_to=f"{visit.request.origin}{HOME}")
        return Redirect(page, cookies=_cookies(visit).forget())


def _on_its_own_host(request: Request) -> str:
    """Return where to begin instead, where this host is another one than that of the way back, which has the cookies.

    On one machine alone: there `localhost` and `127.0.0.1` are both right. On AWS a request's Host is not the reader's.
    """
    scheme, _, host = request.origin.partition("://")
    if scheme == "https" or request.headers.get("host") == host:
        return ""
    return f"{request.origin}{way_in(request.query.text('next'))}"


def _back(visit: Visit) -> str:
    return f"{visit.request.origin}{SIGNED_IN}"


def _cookies(visit: Visit) -> Cookies:
    return Cookies(visit.request.origin)


def _failed(why: str, to: str, forget: str) -> Page:
    values = {"why": why, "again": way_in(to)}
    return Page("errors/sign_in_failed.html", values, HTTPStatus.BAD_REQUEST, cookies=(forget,))
