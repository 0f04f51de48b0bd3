"""The whole store of one machine in process, and a browser without script that visits its pages. No sockets."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from local.authorizer import Authorizer
from local.events import HttpRequest
from local.functions import load_functions
from local.gateway import Api, Gateway
from local.machine import Machine
from local.sign_in import SignInPages
from local.tokens import PEOPLE, signing_key
from local.worker import QueueWork, StreamWork
from tests.integration.aws import Web, deployed
from tests.integration.documents import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selectolax.lexbor import LexborNode

    from local.events import HttpAnswer

BASE_URL = "http://127.0.0.1:8080"
_WORKED = ("SnapshotQueue", "ReleaseQueue")
_MOST_REDIRECTS = 10


class PagedStore:
    """A store with its pages. `web` is what publishers' hosts serve, `parameters` are the template's."""

    def __init__(self, data: Path, base_url: str = BASE_URL, **parameters: str) -> None:
        self.base_url = base_url
        self.web = Web()
        self.key = signing_key(data)
        template = deployed(**parameters, PublicBaseUrl=base_url, LoginUrl=base_url)
        self._machine = Machine.at(data)
        ports = replace(self._machine.ports(), fetch=self.web)
        functions = load_functions(template.functions, ports)
        authorizer = Authorizer(self.key.private_key.public_key(), self.key.key_id)
        self.gateway = Gateway(Api(template.routes, functions, authorizer, SignInPages(self.key, base_url)))
        ports.http.connect(self.gateway)
        self._work: list[Callable[[], float]] = [
            QueueWork(source, functions[source.function], self._machine.queue(source.queue))
            for source in template.queues
            if source.queue in _WORKED
        ]
        machine = self._machine
        machine.changes.enrol({source.name: source.starting_position for source in template.streams})
        self._work += [
            StreamWork(source, functions[source.function], machine.changes)
            for source in template.streams
            if source.function == "NotifyFunction"
        ]

    def close(self) -> None:
        """Close the store."""
        self.gateway.close()
        self._machine.close()

    def work(self) -> None:
        """Do what waits in the queues, and pass on what happened."""
        time.sleep(0.03)  # a request is held back until its version is surely written
        for work in self._work:
            while work() == 0.0:
                pass

    def token(self, name: str) -> str:
        """Return an access token of one of this machine's people."""
        return self.key.issue(name, PEOPLE[name])

    def browser(self, name: str = "") -> Browser:
        """Return a browser, with somebody signed in if one is named."""
        browser = Browser(self)
        if name:
            browser.sign_in(name)
        return browser

    def submit(self, number: int = 1) -> None:
        """Let the developer publish and submit version `number` of the todo plugin, and have it examined."""
        publish(self.web, number)
        browser = self.browser("developer")
        if number == 1:
            fields = {"manifest_url": "https://todo.example.com/.well-known/ai-plugin.json", "plugin_id": "todo"}
            browser.get("/console/submit").send("Submit", **fields)
        else:
            browser.get("/console/plugins/todo").send("Submit an upgrade")
        self.work()

    def approve(self, number: int = 1, **wish: object) -> None:
        """Let the reviewer approve a version of the todo plugin, over the API."""
        path = f"/v1/plugins/todo/versions/{number}"
        digest = self.call("GET", path, who="reviewer").json["digest"]
        answer = self.call("POST", f"{path}/approve", {"digest": digest, **wish}, who="reviewer")
        assert answer.status == 200, answer.text
        self.work()

    def call(self, method: str, path: str, document: object = None, *, who: str = "") -> ApiAnswer:
        """Call the API."""
        headers = {"content-type": "application/json"}
        if who:
            headers["authorization"] = f"Bearer {self.token(who)}"
        body = json.dumps(document).encode() if document is not None else b""
        answer = self.send(method, path, headers, body)
        return ApiAnswer(answer.status, answer.body.decode())

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> HttpAnswer:
        """Send a request as it is."""
        raw_path, _, raw_query = path.partition("?")
        host = urlsplit(self.base_url).netloc
        request = HttpRequest(method, raw_path, raw_query, {"host": host, **headers}, body, "127.0.0.1", "HTTP/1.1")
        return self.gateway.answer_here(request)


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What the API answered."""

    status: int
    text: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        """The body as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as a browser has it."""

    browser: Browser
    address: str
    status: int
    headers: Mapping[str, str]
    set_cookies: tuple[str, ...]
    text: str

    @property
    def document(self) -> LexborHTMLParser:
        """The page, read as a browser reads it."""
        return LexborHTMLParser(self.text)

    @property
    def title(self) -> str:
        """The heading."""
        found = self.document.css_first("h1")
        return found.text(strip=True) if found else ""

    @property
    def words(self) -> str:
        """All text of the page's own part, space made even."""
        found = self.document.css_first("main")
        return " ".join(found.text(separator=" ").split()) if found else ""

    def every(self, selector: str) -> list[LexborNode]:
        """Return the elements that a CSS selector finds."""
        return self.document.css(selector)

    def first(self, selector: str) -> LexborNode:
        """Return the first element that a CSS selector finds. There is one."""
        found = self.document.css_first(selector)
        assert found, f"{self.address} has no {selector}: {self.words[:400]}"
        return found

    def attribute(self, selector: str, name: str) -> str:
        """Return an attribute of the first element that a CSS selector finds."""
        return self.first(selector).attributes[name] or ""

    def link(self, text: str) -> str:
        """Return where a link of this text leads."""
        (found,) = [node for node in self.every("a") if node.text(strip=True) == text]
        return str(found.attributes["href"])

    def follow(self, text: str) -> Sight:
        """Follow a link."""
        return self.browser.get(urljoin(self.address, self.link(text)))

    def form(self, button: str) -> LexborNode:
        """Return the form with a button of this text."""
        forms = [node for node in self.every("form") if _button(node, button)]
        assert len(forms) == 1, f"{len(forms)} forms with a button {button!r} at {self.address}: {self.words[:400]}"
        return forms[0]

    def send(self, button: str, **fields: str) -> Sight:
        """Fill a form in and press its button, as a browser without script does."""
        form = self.form(button)
        values = {**_values(form), **fields}
        action = urljoin(self.address, str(form.attributes.get("action") or self.address))
        return self.browser.post(action, values, referer=self.address)


@dataclass(slots=True)
class Browser:
    """Keeps cookies, follows redirects, and tells where it comes from."""

    store: PagedStore
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Sight:
        """Go to an address, and to where it redirects."""
        sight = self.look("GET", path, headers)
        for _ in range(_MOST_REDIRECTS):
            if sight.status != 303:
                return sight
            sight = self.look("GET", urljoin(sight.address, sight.headers["location"]), headers)
        message = f"{path} redirects for ever."
        raise AssertionError(message)

    def post(self, path: str, fields: Mapping[str, str], referer: str = "", **headers: str) -> Sight:
        """Send a form, and go to where it redirects."""
        sight = self.send(path, fields, referer, **headers)
        return self.get(urljoin(sight.address, sight.headers["location"])) if sight.status == 303 else sight

    def send(self, path: str, fields: Mapping[str, str], referer: str = "", **headers: str) -> Sight:
        """Send a form and stay at its answer."""
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": self.store.base_url,
            "sec-fetch-site": "same-origin",
            "referer": urljoin(self.store.base_url, referer or path),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.look("POST", path, sent, urlencode(fields).encode())

    def look(self, method: str, address: str, headers: Mapping[str, str], body: bytes = b"") -> Sight:
        """Send one request and follow nothing."""
        parts = urlsplit(urljoin(self.store.base_url, address))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            told["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.store.send(method, path, told, body)
        set_cookies = tuple(value for name, value in answer.headers if name == "set-cookie")
        for each in set_cookies:
            self._keep(each)
        return Sight(self, path, answer.status, dict(answer.headers), set_cookies, answer.body.decode())

    def sign_in(self, name: str, to: str = "/") -> Sight:
        """Sign in by the page of this machine, and come back."""
        sight = self.get(f"/console/sign-in?{urlencode({'next': to})}")
        return sight.send(f"Sign in as {name}")

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def _button(form: LexborNode, text: str) -> bool:
    """Tell whether a form has a button that reads so; what only a screen reader says may follow."""
    shown = (node.text(strip=True, separator=" ") for node in form.css("button"))
    return any(each == text or each.startswith(f"{text} ") for each in shown)


def _values(form: LexborNode) -> dict[str, str]:
    values: dict[str, str] = {}
    for node in form.css("input, textarea"):
        attributes = node.attributes
        is_off = attributes.get("type") in {"radio", "checkbox"} and "checked" not in attributes
        name = attributes.get("name")
        if name and not is_off:
            values[name] = (attributes.get("value") if node.tag == "input" else node.text()) or ""
    return values


@contextmanager
def paged_store(data: Path, **parameters: str) -> Iterator[PagedStore]:
    """Open a store with its pages in a directory, with parameters of the template."""
    store = PagedStore(data, **parameters)
    try:
        yield store
    finally:
        store.close()


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
