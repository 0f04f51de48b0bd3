"""The command line as a process of its own, from an empty directory, at a real store over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.store.world import World
from local.demo import FIRST, HOST, MANIFEST_URL, SECOND
from local.process import PROJECT, StoreProcess
from local.publisher import PublisherHosts
from tests.unit.functions.workflows.issuers import KEYS_HOST, KEYS_PATH, CiService

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(120), pytest.mark.xdist_group("store served")]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoreProcess, PublisherHosts]]:
    with PublisherHosts() as hosts, StoreProcess(tmp_path_factory.mktemp("data"), connect_to=hosts.address) as running:
        hosts.publish(HOST, FIRST.files)
        yield running, hosts


@pytest.fixture
def store(serving: tuple[StoreProcess, PublisherHosts]) -> StoreProcess:
    return serving[0]


@pytest.fixture
def hosts(serving: tuple[StoreProcess, PublisherHosts]) -> PublisherHosts:
    return serving[1]


class Directory:
    """An empty directory, and a shell in it that knows a store."""

    def __init__(self, path: Path, store: StoreProcess, name: str = "", **variables: str) -> None:
        token = {"STANDFAST_TOKEN": store.tokens[name]} if name else {}
        inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        named = {
            "STANDFAST_STORE": store.base_url,
            "STANDFAST_CONFIG": str(path / "config"),
            "PYTHONPATH": str(PROJECT),
        }
        self.environment = {**inherited, **named, **token, **variables}
        self.path = path

    @contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "cli", *arguments]
        pipe = subprocess.PIPE
        with subprocess.Popen(  # noqa: S603 - this very interpreter
            command, cwd=self.path, env=self.environment, stdout=pipe, stderr=pipe, text=True
        ) as process:
            try:
                yield process
            finally:
                process.kill()  # Which does nothing to one that has ended.

    def run(self, *arguments: str) -> tuple[int, str, str]:
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=60)
            return process.returncode, out, err


def digest_in_review(shell: Directory, plugin: str, number: int) -> str:
    for _ in range(200):
        status, out, _ = shell.run("status", plugin, str(number), "--json")
        if status == 0 and json.loads(out)["state"] == "in_review":
            found: str = json.loads(out)["digest"]
            return found
        time.sleep(0.05)
    raise AssertionError


def test_a_submission_waits_for_its_decision_in_an_empty_directory(store: StoreProcess, tmp_path: Path) -> None:
    publisher, reviewer = Directory(tmp_path, store, "developer"), Directory(tmp_path, store, "reviewer")
    with publisher.start("submit", MANIFEST_URL, "--plugin", "weather", "--wait", "--timeout", "1") as waiting:
        digest = digest_in_review(reviewer, "weather", 1)
        status, _, said = reviewer.run("review", "weather", "1", "--approve", "--digest", digest)
        assert status == 0, said
        out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, err
    assert "state      live" in out
    assert "Version 1 is now live." in err
    assert list(tmp_path.iterdir()) == []


@contextmanager
def ci_service(service: CiService, **changes: object) -> Iterator[Mapping[str, str]]:
    """Give a workflow what GitHub gives it: an address that answers with a token for the audience asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            audience = parse_qs(urlsplit(self.path).query)["audience"][0]
            token = service.sign(service.claims(audience, datetime.now(UTC), **changes)).removeprefix("Bearer ")
            body = json.dumps({"value": token}).encode()
            self.send_response(200 if self.headers["authorization"] == "Bearer of-this-job" else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the base class's form
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{server.server_port}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-this-job",
        }
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def trusting(store: StoreProcess, hosts: PublisherHosts, tmp_path: Path) -> Directory:
    """The shell of a publisher whose plugin trusts a workflow."""
    publisher = Directory(tmp_path, store, "developer")
    hosts.publish(HOST, FIRST.files)
    assert publisher.run("submit", MANIFEST_URL, "--plugin", "by-ci")[0] == 0
    digest_in_review(
        publisher, "by-ci", int(json.loads(publisher.run("list", "--json")[1])["items"][-1]["last_version"])
    )
    status, _, said = publisher.run(
        "trust", "add", "by-ci", "releases", "--repository", "octo/todo", "--workflow", "publish.yml"
    )
    assert status == 0, said
    return publisher


def test_a_workflow_submits_with_no_secret(
    store: StoreProcess, hosts: PublisherHosts, trusting: Directory, tmp_path: Path
) -> None:
    service = CiService()
    hosts.publish(KEYS_HOST, {KEYS_PATH: service.key_set()})
    hosts.publish(HOST, SECOND.files)
    with ci_service(service) as given:
        workflow = Directory(tmp_path, store, **given)
        status, out, err = workflow.run("submit", "--plugin", "by-ci", "--wait", "--until", "review", "--json")
        assert status == 0, err
        assert "submitting as this workflow" in err
        version = json.loads(out)
        assert version["state"] == "in_review"
        status, _, err = workflow.run("status", "by-ci")
        assert status == 4
    audit = json.loads(trusting.run("audit", "by-ci", "--json")[1])["items"]
    submitted = next(each for each in audit if each["type"] == "VersionSubmitted")
    assert (submitted["actor"], submitted["detail"]["run"]) == ("workflow:github:octo/todo", "1001/1")
    with ci_service(service, jti="token-2", repository="evil/todo") as given:
        status, _, err = Directory(tmp_path, store, **given).run("submit", "--plugin", "by-ci")
        assert status == 4
        assert "claim 'repository' is 'evil/todo'" in err


@pytest.mark.slow
def test_a_huge_key_set_is_none(hosts: PublisherHosts, tmp_path: Path) -> None:
    service = CiService()
    service.published[0]["x5c"] = ["A" * 100_000]
    hosts.publish(KEYS_HOST, {KEYS_PATH: service.key_set()})
    # A store of its own: the other one may know a set already.
    with StoreProcess(tmp_path / "data", connect_to=hosts.address) as store:
        publisher = Directory(tmp_path, store, "developer")
        assert publisher.run("submit", MANIFEST_URL, "--plugin", "weather")[0] == 0
        with ci_service(service) as given:
            status, _, err = Directory(tmp_path, store, **given).run("submit", "--plugin", "weather")
    assert (status, "urn:standfast:problem:unavailable" in err) == (5, True)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - the base class's form
        """Follow nothing."""


def test_somebody_signs_in_with_a_browser(store: StoreProcess, tmp_path: Path) -> None:
    def browse(url: str) -> bool:
        threading.Thread(target=click, args=(url,), daemon=True).start()
        return True

    def click(url: str) -> None:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        form = Request(url.partition("?")[0], urlencode({**asked, "subject": "reviewer"}).encode())  # noqa: S310 - ours
        with pytest.raises(HTTPError) as led_back:
            build_opener(_NoRedirect).open(form)
        address = led_back.value.headers["location"]
        led_back.value.close()
        for wrong in (f"{address}x", address.replace("callback", "elsewhere")):
            with pytest.raises(HTTPError) as refused:
                urlopen(wrong)  # noqa: S310 - our own
            refused.value.close()
        with urlopen(address) as answer:  # noqa: S310 - our own
            assert b"can be closed" in answer.read()

    world = World(
        environment={"STANDFAST_STORE": store.base_url, "STANDFAST_CONFIG": str(tmp_path)},
        open_browser=browse,
        keyring=lambda: None,
    )
    ended = CliRunner().invoke(app, ["login"], obj=world)
    assert ended.exit_code == 0, ended.stderr
    assert CliRunner().invoke(app, ["queue"], obj=world).exit_code == 0


@pytest.fixture
def heeded() -> Iterator[None]:
    """Whoever runs the tests in the background ignores Ctrl-C, and what is ignored is inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_ctrl_c_ends_a_wait_and_nothing_is_undone(store: StoreProcess, hosts: PublisherHosts, tmp_path: Path) -> None:
    hosts.publish(HOST, FIRST.files)
    publisher = Directory(tmp_path, store, "developer")
    with publisher.start("submit", MANIFEST_URL, "--plugin", "patient", "--wait") as waiting:
        digest_in_review(publisher, "patient", 1)
        waiting.send_signal(signal.SIGINT)
        _, err = waiting.communicate(timeout=20)
    assert (waiting.returncode, "Interrupted." in err) == (130, True)
    assert json.loads(publisher.run("status", "patient", "--json")[1])["candidate"]["state"] == "in_review"


def manifest_served_by(store: StoreProcess) -> bytes:
    client = store.client()
    body = client.get("/plugins/weather/.well-known/ai-plugin.json").body
    client.close()
    return body


@pytest.mark.slow
def test_a_store_that_was_moved_serves_on(hosts: PublisherHosts, tmp_path: Path) -> None:
    hosts.publish(HOST, FIRST.files)
    old = StoreProcess(tmp_path / "old", connect_to=hosts.address)
    with old:
        publisher, reviewer = Directory(tmp_path, old, "developer"), Directory(tmp_path, old, "reviewer")
        publisher.run("submit", MANIFEST_URL, "--plugin", "weather")
        digest = digest_in_review(reviewer, "weather", 1)
        assert reviewer.run("review", "weather", "1", "--approve", "--digest", digest)[0] == 0
        before = manifest_served_by(old)
        status, _, said = publisher.run("export", str(old.data), "bundle")
        assert (status, "already runs" in said) == (1, True)
    assert publisher.run("export", str(old.data), "bundle")[0] == 0
    status, out, said = publisher.run("import", "bundle", str(tmp_path / "new"), "--json")
    assert status == 0, said
    assert json.loads(out)["objects"] > 0
    told = len((old.data / "events.jsonl").read_text().splitlines())
    with StoreProcess(tmp_path / "new", connect_to=hosts.address, port=old.port) as new:
        assert manifest_served_by(new) == before
        # Their tokens are new ones: the keys of the old place did not move.
        publisher = Directory(tmp_path, new, "developer")
        assert publisher.run("submit", "--plugin", "weather", "--wait", "--until", "review")[0] == 0
        anew = (new.data / "events.jsonl").read_text().splitlines()
    assert told > len(anew)
    assert {json.loads(line)["version"] for line in anew} == {2}
