"""Nothing in the environment changes what is fetched, from whom, or whom we believe."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.fetching.failures import FetchCode
from tests.e2e.fetching.servers import Behaviour, Wire, once, serving, take_request
from tests.unit.fetching.certificates import new_authority

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

ROOT = Path(__file__).parents[3]
HOST = "todo.example.com"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Listener:
    """Keeps the requests that it gets."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []

    def answer(self, wire: Wire) -> None:
        self.requests.append(take_request(wire))
        wire.sendall(GOOD)


class Outcome:
    """What a process with a hostile environment did."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.proxy = Listener()
        self.origin = Listener()
        self.ended: dict[str, str] = {}

    def run(self) -> None:
        authority = new_authority(self.home)
        (self.home / ".netrc").write_text(f"machine {HOST} login user password secret\n")
        (self.home / ".netrc").chmod(0o600)
        with contextlib.ExitStack() as stack:
            proxy = stack.enter_context(serving(Behaviour(self.proxy.answer)))
            plain = stack.enter_context(serving(Behaviour(self.origin.answer)))
            secure = stack.enter_context(serving(Behaviour(once(GOOD), authority.server(HOST))))
            command = [sys.executable, "-m", "tests.e2e.fetching.environment", str(secure), str(plain)]
            environment = os.environ | hostile(self.home, authority.bundle, f"http://127.0.0.1:{proxy}")
            done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment)  # noqa: S603
        self.ended = json.loads(done.stdout)


def hostile(home: Path, bundle: str, proxy: str) -> dict[str, str]:
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    bundles = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")
    return (
        dict.fromkeys(proxies, proxy)
        | dict.fromkeys(bundles, bundle)
        | {"NO_PROXY": "", "no_proxy": "", "HOME": str(home), "NETRC": str(home / ".netrc")}
        | {"SSLKEYLOGFILE": str(home / "keys"), "SSL_CERT_DIR": str(home)}
        | {"STANDFAST_CONNECT_TO": "127.0.0.1:1", "CONNECT_TO": "127.0.0.1:1"}
    )


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    outcome = Outcome(tmp_path_factory.mktemp("home"))
    outcome.run()
    return outcome


def test_an_authority_that_a_variable_names_is_not_believed(outcome: Outcome) -> None:
    assert outcome.ended["deployed"] == FetchCode.TLS_CERTIFICATE


def test_a_context_that_obeys_the_variable_would_have_believed_it(outcome: Outcome) -> None:
    assert outcome.ended["standard context"] == "ok"


def test_no_proxy_is_used(outcome: Outcome) -> None:
    assert outcome.ended["local"] == "ok"
    assert len(outcome.origin.requests) == 1
    # The standard client's own attempt is the only one that came by.
    assert [request.split()[0] for request in outcome.proxy.requests] == [b"CONNECT"]


def test_no_stored_password_is_sent(outcome: Outcome) -> None:
    assert b"authorization" not in outcome.origin.requests[0].lower()


def test_no_secret_of_a_connection_of_ours_is_written_down(outcome: Outcome) -> None:
    keys = outcome.home / "keys"

    # The standard context wrote the secrets of its one connection; TLS 1.3 has one such line for each.
    assert keys.read_text().count("CLIENT_TRAFFIC_SECRET_0") == 1
