"""A browser's request, from who asks to what they see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.console import assets
from functions.console.addresses import way_in
from functions.console.failures import (
    FormForeignError,
    NoSuchPageError,
    SessionEndedError,
    WrongMethodError,
    page_of,
)
from functions.console.login import Login, SignInRefusedError
from functions.console.rendering import HARDENED, HTML, Renderer
from functions.console.schema import Answer, Page, Redirect
from functions.console.session import Cookies, Session
from functions.console.store import Http, StoreApi
from functions.console.visits import Door, Map, Visit
from shared.domain.errors import StandfastError, UnavailableError
from shared.domain.ports import Clock

if TYPE_CHECKING:
    from functions.console.schema import Request
    from functions.console.visits import Found

FORM_TOKEN, FORM_KEY = "_form", "_key"
"""The fields that every form carries: whose it is, and the Idempotency-Key that was drawn for it."""

_FOREVER = "public, max-age=31536000, immutable"
_OWN_SITES = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says of our own forms, and of what somebody did in the browser itself."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks. `cookies` are to be written with the answer, `has_ended` says that there was a session."""

    session: Session | None
    cookies: tuple[str, ...] = ()
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Console:
    """The pages over the API. Every error of ours becomes a page; what is unforeseen is raised."""

    map: Map
    http: Http
    login: Login
    render: Renderer
    clock: Clock

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        if request.path.startswith(assets.PREFIX):
            return _asset(request.path.removeprefix(assets.PREFIX))
        who = self._who(request)
        found = self.map.find(request.method, request.path)
        visit = self.visit(request, who.session, found)
        try:
            shown = self._shown(visit, found, who)
        except StandfastError as error:
            shown = page_of(error, visit)
        answer = self._sent(visit, shown)
        return replace(answer, cookies=(*who.cookies, *shown.cookies))

    def visit(self, request: Request, session: Session | None = None, found: Found | None = None) -> Visit:
        """Return what a view is given."""
        token = session.tokens.access if session else ""
        store = StoreApi(self.http, request.api, token, request.form.text(FORM_KEY), request.passed_on)
        return Visit(request, found.path if found else {}, session, store, self.clock())

    def _who(self, request: Request) -> Who:
        cookies = Cookies(request.origin)
        session = cookies.session(request.cookies)
        if session is None or not session.has_ended(self.clock()):
            return Who(session)
        renewed = self._renewed(session)
        if renewed is None:
            return Who(None, cookies.forget(), has_ended=True)
        return Who(renewed, cookies.keep(renewed) if renewed != session else ())

    def _renewed(self, session: Session) -> Session | None:
        if not session.tokens.refresh:
            return None
        try:
            return session.renewed(self.login.renew(session.tokens.refresh))
        except SignInRefusedError:
            return None
        except UnavailableError:
            return session  # the token may be good for some seconds yet; if not, the API says so

    def _shown(self, visit: Visit, found: Found | None, who: Who) -> Page | Redirect:
        if found is None:
            raise WrongMethodError if self.map.methods(visit.request.path) else NoSuchPageError
        if found.place.door is Door.SIGNED_IN and visit.session is None:
            if who.has_ended or visit.request.method != "GET":
                raise SessionEndedError
            return Redirect(way_in(visit.request.address))
        if visit.request.method == "POST":
            _require_own_form(visit)
        return found.place.view(visit)

    def _sent(self, visit: Visit, shown: Page | Redirect) -> Answer:
        if isinstance(shown, Page):
            return self.render(visit, shown)
        headers = {"location": shown.location, "content-type": HTML, "cache-control": "no-store", **HARDENED}
        return Answer(HTTPStatus.SEE_OTHER, "", headers)


def _require_own_form(visit: Visit) -> None:
    """Refuse a form that another site sent, by what the browser says of it and by what only our own forms know."""
    request, session = visit.request, visit.session
    site = request.headers.get("sec-fetch-site")
    if site and site not in _OWN_SITES:
        raise FormForeignError
    origin = request.headers.get("origin")
    if not site and origin and origin != request.origin:
        raise FormForeignError
    if session is None or not session.owns(request.form.text(FORM_TOKEN)):
        raise FormForeignError


def _asset(name: str) -> Answer:
    found = assets.find(name)
    if found is None:
        return Answer(HTTPStatus.NOT_FOUND, "", {"cache-control": "no-store", "content-type": "text/plain", **HARDENED})
    text, media_type = found
    return Answer(HTTPStatus.OK, text, {"cache-control": _FOREVER, "content-type": media_type, **HARDENED})
