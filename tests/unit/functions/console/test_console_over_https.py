"""The console on AWS: what it sends over the network, to a user pool and an API that are played on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.console import over_https
from functions.console.app import build
from functions.console.login import HostedLogin, SignInRefusedError, challenge
from functions.console.settings import Settings
from functions.console.wiring import wire
from shared.domain.errors import UnavailableError
from shared.edge import system
from shared.edge.origin import SECRET_HEADER, Origin
from tests.unit.functions.console.test_console_session import NOON, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.enable_socket

PUBLIC = "https://plugins.example.com"


@dataclass(slots=True)
class Played:
    """A server on loopback that notes what it is sent, and answers by path."""

    answers: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    seen: list[tuple[str, str, Mapping[str, str], str]] = field(default_factory=list)
    address: str = ""


@contextmanager
def played() -> Iterator[Played]:
    """Open a server."""
    state = Played()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.seen.append((self.command, self.path, headers, body))
            status, document = state.answers.get(urlsplit(self.path).path, (404, {}))
            sent = json.dumps(document).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("location", f"{state.address}/elsewhere")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = _answer  # noqa: N815 - named by http.server

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        state.address = f"http://127.0.0.1:{server.server_port}"
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def pool() -> Iterator[Played]:
    with played() as opened:
        yield opened


def event(
    method: str, path: str, *, query: str = "", body: str = "", cookies: tuple[str, ...] = (), **headers: str
) -> dict[str, Any]:
    """Return an event as API Gateway sends it, of a request that came through the CDN."""
    return {
        "body": body,
        "rawPath": path,
        "rawQueryString": query,
        "cookies": list(cookies),
        "headers": {SECRET_HEADER: "hush", "x-public-host": "plugins.example.com", **headers},
        "requestContext": {
            "requestId": "r-1",
            "domainName": "abc.execute-api.eu-west-1.amazonaws.com",
            "http": {"method": method},
        },
    }


def console(pool: Played, calls: list[Any]) -> Callable[..., dict[str, Any]]:
    """Return the deployed handler over a played user pool, and an API whose calls are noted and get nothing."""

    def http(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Any:  # noqa: ANN401
        if url.startswith(pool.address):
            return over_https.send(method, url, headers=headers, body=body)
        calls.append((method, url, dict(headers)))
        return over_https.send("GET", f"{pool.address}/api", headers={}, body=b"")

    serving = wire(
        Settings(public_base_url="", login_url=pool.address, client_id="client-1"),
        http=http,
        clock=lambda: NOON,
        entropy=system.entropy,
    )
    handler = build(lambda: serving, guard=lambda: Origin(("hush",)))
    return lambda *arguments, **more: handler(event(*arguments, **more), None)


def test_the_whole_code_flow_with_a_hosted_login(pool: Played) -> None:
    ask = console(pool, [])
    begun = ask("GET", "/console/sign-in", query="next=%2Fconsole%2Fplugins")
    page = urlsplit(begun["headers"]["location"])
    asked = {name: values[0] for name, values in parse_qs(page.query).items()}
    assert (f"{page.scheme}://{page.netloc}{page.path}", asked["client_id"]) == (
        f"{pool.address}/oauth2/authorize",
        "client-1",
    )
    assert asked["redirect_uri"] == f"{PUBLIC}/console/signed-in"
    pool.answers["/oauth2/token"] = (200, {"access_token": token(), "refresh_token": "refresh-1"})
    cookie = begun["cookies"][0].partition(";")[0]
    done = ask("GET", "/console/signed-in", query=f"code=c-1&state={asked['state']}", cookies=(cookie,))
    assert (done["statusCode"], done["headers"]["location"]) == (303, "/console/plugins")
    _, path, headers, body = pool.seen[-1]
    sent = {name: values[0] for name, values in parse_qs(body).items()}
    assert (path, headers["content-type"]) == ("/oauth2/token", "application/x-www-form-urlencoded")
    assert challenge(sent.pop("code_verifier")) == asked["code_challenge"]
    assert sent == {
        "client_id": "client-1",
        "grant_type": "authorization_code",
        "code": "c-1",
        "redirect_uri": f"{PUBLIC}/console/signed-in",
    }
    assert all(each.startswith("__Host-") and "Secure" in each for each in done["cookies"])


def test_the_api_is_called_with_the_persons_token_and_the_origins_secret(pool: Played) -> None:
    calls: list[Any] = []
    pool.answers["/api"] = (200, {"items": [], "next_cursor": None})
    cookies = (f"__Host-standfast-session=key.{token()}",)
    found = console(pool, calls)("GET", "/console/plugins", cookies=cookies)
    assert found["statusCode"] == 200
    ((method, url, headers),) = calls
    assert (method, url) == ("GET", "https://abc.execute-api.eu-west-1.amazonaws.com/v1/plugins?limit=10")
    assert headers["authorization"] == f"Bearer {token()}"
    assert headers[SECRET_HEADER] == "hush"


def test_a_request_past_the_cdn_sees_no_page(pool: Played) -> None:
    found = console(pool, [])("GET", "/", **{SECRET_HEADER: "guessed"})
    assert found["statusCode"] == 403


def test_signing_out_revokes_the_refresh_token_and_ends_the_pools_own_session(pool: Played) -> None:
    pool.answers["/api"] = (200, {"items": [], "next_cursor": None})
    pool.answers["/oauth2/revoke"] = (200, {})
    ask = console(pool, [])
    cookies = (f"__Host-standfast-session=key.{token()}", "__Host-standfast-refresh=refresh-1")
    page = ask("GET", "/console/plugins", cookies=cookies)
    policy = page["headers"]["content-security-policy"]
    assert f"form-action 'self' {pool.address};" in policy
    form_token = page["body"].partition('name="_form" value="')[2].partition('"')[0]
    done = ask("POST", "/console/sign-out", cookies=cookies, body=f"_form={form_token}")
    assert done["headers"]["location"] == (
        f"{pool.address}/logout?client_id=client-1&logout_uri=https%3A%2F%2Fplugins.example.com%2F"
    )
    assert [body for _, path, _, body in pool.seen if path == "/oauth2/revoke"] == [
        "client_id=client-1&token=refresh-1"
    ]
    assert all("Max-Age=0" in each for each in done["cookies"])


def test_a_refused_code_is_told_by_its_reason(pool: Played) -> None:
    pool.answers["/oauth2/token"] = (400, {"error": "invalid_grant"})
    login = HostedLogin(pool.address, "client-1", over_https.send)
    with pytest.raises(SignInRefusedError, match="invalid_grant"):
        login.exchange("c", back_to="https://a.example", verifier="v")


@pytest.mark.parametrize("answer", [(200, {}), (500, {}), (302, {})])
def test_an_answer_without_tokens_signs_nobody_in(pool: Played, answer: tuple[int, dict[str, Any]]) -> None:
    pool.answers["/oauth2/token"] = answer
    login = HostedLogin(pool.address, "client-1", over_https.send)
    with pytest.raises(SignInRefusedError):
        login.renew("refresh-1")


def test_a_redirect_is_not_followed(pool: Played) -> None:
    pool.answers |= {"/here": (302, {}), "/elsewhere": (200, {"secret": True})}
    assert over_https.send("GET", f"{pool.address}/here", headers={}).status == 302
    assert [path for _, path, _, _ in pool.seen] == ["/here"]


def test_nobody_at_the_address_is_told_as_unavailable() -> None:
    with pytest.raises(UnavailableError, match="got no answer"):
        over_https.send("GET", "http://127.0.0.1:9/oauth2/token?secret=x", headers={})


def test_what_is_told_of_a_failure_has_no_query_in_it() -> None:
    with pytest.raises(UnavailableError) as caught:
        over_https.send("GET", "http://127.0.0.1:9/oauth2/token?code=secret", headers={})
    assert "GET http://127.0.0.1:9/oauth2/token got" in str(caught.value)


def test_a_user_pool_that_does_not_answer_is_a_page_that_says_so() -> None:
    gone = Played(address="http://127.0.0.1:9")
    ask = console(gone, [])
    begun = ask("GET", "/console/sign-in")
    state = parse_qs(urlsplit(begun["headers"]["location"]).query)["state"][0]
    cookie = begun["cookies"][0].partition(";")[0]
    done = ask("GET", "/console/signed-in", query=f"code=c-1&state={state}", cookies=(cookie,))
    assert (done["statusCode"], "does not answer" in done["body"]) == (503, True)
