"""The bar of the security notes: every hostile server is done with by the deadline + 0.1 s and under 64 MB.

All scenarios run once, in a process of their own (`driver`), over real sockets on loopback.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared.fetching.failures import FetchCode
from tests.e2e.fetching.driver import GRACE_SECONDS, Case, Result
from tests.e2e.fetching.servers import (
    OK,
    Behaviour,
    closing,
    dripping,
    dripping_handshake,
    endless,
    held_open,
    once,
    ragged,
    raw,
    resetting,
    serving,
    silent,
    slow_redirects,
)
from tests.unit.fetching.certificates import Authority, new_authority

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = [pytest.mark.enable_socket, pytest.mark.xdist_group("hostile-servers"), pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[3]
URL = "https://todo.example.com/.well-known/ai-plugin.json"
MOST_MEMORY = 64 * 1024 * 1024
MOST_BYTES = 4 * 1024 * 1024
DEADLINE = 0.3
PATIENT = 5.0
"""A deadline for what has to end by itself, long enough for a busy machine."""

CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BIG = b"x" * (64 * 1024)


@dataclass(frozen=True)
class Scenario:
    """A server's behaviour, and how the fetch has to end."""

    expected: str
    behaviour: Behaviour | Callable[[Authority], Behaviour]
    deadline: float = PATIENT
    hangs_for: str = ""
    max_bytes: int = MOST_BYTES


def plain(expected: str, answer: Callable[..., None], deadline: float = PATIENT) -> Scenario:
    return Scenario(expected, Behaviour(answer), deadline)


def tls(
    expected: str, answer: Callable[..., None], deadline: float = PATIENT, *, host: str = "todo.example.com"
) -> Scenario:
    return Scenario(expected, lambda authority: Behaviour(answer, authority.server(host)), deadline)


PLAIN = {
    "never accepts": Scenario(FetchCode.TIMEOUT, Behaviour(closing, accepts=False), DEADLINE),
    "says nothing": plain(FetchCode.TIMEOUT, silent, DEADLINE),
    "drips the status line": plain(FetchCode.TIMEOUT, dripping(OK * 9), DEADLINE),
    "drips header fields": plain(FetchCode.TIMEOUT, dripping(OK + b"X-Slow: x\r\n" * 9), DEADLINE),
    "drips a body": plain(FetchCode.TIMEOUT, dripping(OK + b"Content-Length: 99\r\n\r\n" + b"x" * 99), DEADLINE),
    "drips chunks": plain(FetchCode.TIMEOUT, dripping(CHUNKED + b"1\r\nx\r\n" * 99), DEADLINE),
    "stops in the body": plain(FetchCode.TIMEOUT, held_open(OK, b"Content-Length: 9\r\n\r\n123"), DEADLINE),
    "stops in the head": plain(FetchCode.TIMEOUT, held_open(OK, b"Content-Le"), DEADLINE),
    "never ends a body without length": plain(FetchCode.TIMEOUT, held_open(OK, b"\r\n{}"), DEADLINE),
    "redirects slowly": plain(FetchCode.TIMEOUT, slow_redirects(0.12), DEADLINE),
    "sends endless header fields": plain(FetchCode.HEAD_TOO_LARGE, endless(b"X: x\r\n" * 999, after=OK)),
    "sends one endless header field": plain(FetchCode.HEAD_TOO_LARGE, endless(BIG, after=OK + b"X: ")),
    "sends an endless status line": plain(FetchCode.HEAD_TOO_LARGE, endless(BIG, after=b"HTTP/1.1 200 ")),
    "sends an endless body": plain(FetchCode.TOO_LARGE, endless(BIG, after=OK + b"\r\n")),
    "announces 100 GB": plain(FetchCode.TOO_LARGE, endless(BIG, after=OK + b"Content-Length: 99999999999\r\n\r\n")),
    "sends endless chunks": plain(FetchCode.TOO_LARGE, endless(b"10000\r\n" + BIG + b"\r\n", after=CHUNKED)),
    "announces a chunk of 4 GB": plain(FetchCode.TOO_LARGE, endless(BIG, after=CHUNKED + b"ffffffff\r\n")),
    "sends endless tiny chunks": plain(FetchCode.TOO_LARGE, endless(b"8\r\n12345678\r\n" * 999, after=CHUNKED)),
    "sends an endless chunk size": plain(FetchCode.BAD_ANSWER, endless(b"0" * 9999, after=CHUNKED)),
    "sends endless chunk extensions": plain(FetchCode.BAD_ANSWER, endless(b";a=b" * 9999, after=CHUNKED + b"1")),
    "sends endless trailers": plain(FetchCode.HEAD_TOO_LARGE, endless(b"X: x\r\n" * 999, after=CHUNKED + b"0\r\n")),
    "sends endless interim answers": plain(FetchCode.INTERIM_ANSWER, endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 99)),
    "sends early hints": plain(FetchCode.INTERIM_ANSWER, once(b"HTTP/1.1 103 Early Hints\r\n\r\n", OK, b"\r\n{}")),
    "switches protocols": plain(FetchCode.INTERIM_ANSWER, held_open(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")),
    "sends a gzip bomb": plain(
        FetchCode.ENCODED, once(OK, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(20_000_000)))
    ),
    "sends two lengths": plain(FetchCode.BAD_ANSWER, once(OK, b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}")),
    "sends length and chunks": plain(
        FetchCode.BAD_ANSWER, once(OK, b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    ),
    "cuts the body short": plain(FetchCode.TRUNCATED, once(OK, b"Content-Length: 9\r\n\r\n123")),
    "cuts the chunks short": plain(FetchCode.TRUNCATED, once(CHUNKED, b"9\r\n123")),
    "cuts the head short": plain(FetchCode.TRUNCATED, once(OK, b"Content-Length: 9")),
    "closes without a word": plain(FetchCode.TRUNCATED, closing),
    "resets the connection": plain(FetchCode.TRUNCATED, resetting(OK, b"Content-Length: 9\r\n\r\n123")),
    "speaks HTTP/0.9": plain(FetchCode.BAD_ANSWER, once(b"<html>\r\n" * 99)),
    "speaks HTTP/2": plain(FetchCode.TRUNCATED, once(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 9)),
    "speaks SSH": plain(FetchCode.BAD_ANSWER, raw(b"SSH-2.0-OpenSSH_9.6\r\n")),
    "redirects in a circle": plain(FetchCode.TOO_MANY_REDIRECTS, slow_redirects(0)),
    "redirects with a location of 1 MB": plain(
        FetchCode.HEAD_TOO_LARGE, once(b"HTTP/1.1 302 Found\r\nLocation: /", BIG * 16, b"\r\n\r\n")
    ),
    "redirects to a file": plain(
        FetchCode.REDIRECT_REFUSED, once(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n")
    ),
}

GOOD = OK + b"Content-Length: 2\r\n\r\n{}"

ENCRYPTED = {
    "never shakes hands": Scenario(FetchCode.TIMEOUT, lambda _: Behaviour(silent), DEADLINE),
    "drips the handshake": Scenario(
        FetchCode.TIMEOUT,
        lambda authority: Behaviour(dripping_handshake(authority.server("todo.example.com"))),
        DEADLINE,
    ),
    "drips a body under TLS": tls(FetchCode.TIMEOUT, dripping(OK + b"\r\n" + b"x" * 99), DEADLINE),
    "speaks HTTP where TLS is due": Scenario(FetchCode.TLS, lambda _: Behaviour(raw(GOOD))),
    "has a certificate for another host": tls(FetchCode.TLS_CERTIFICATE, once(GOOD), host="other.example.com"),
    "has a certificate for the parent": tls(FetchCode.TLS_CERTIFICATE, once(GOOD), host="*.todo.example.com"),
    "has an expired certificate": Scenario(
        FetchCode.TLS_CERTIFICATE,
        lambda authority: Behaviour(once(GOOD), authority.server("todo.example.com", valid_for=timedelta(hours=-1))),
    ),
    "has a certificate of an unknown authority": Scenario(
        FetchCode.TLS_CERTIFICATE, lambda authority: Behaviour(once(GOOD), stranger(authority))
    ),
    "speaks TLS 1.1 at most": Scenario(FetchCode.TLS, lambda authority: Behaviour(once(GOOD), outdated(authority))),
    "ends TLS without a word": tls(FetchCode.TRUNCATED, ragged(OK, b"\r\n{}")),
    "floods session tickets": Scenario(
        FetchCode.TOO_LARGE, lambda authority: Behaviour(once(GOOD), many_tickets(authority)), max_bytes=1024
    ),
    "sends an endless body under TLS": tls(FetchCode.TOO_LARGE, endless(BIG, after=OK + b"\r\n")),
    "has a name server that hangs": Scenario(
        FetchCode.TIMEOUT, lambda _: Behaviour(closing), DEADLINE, hangs_for="todo.example.com"
    ),
    "redirects to a name whose server hangs": Scenario(
        FetchCode.TIMEOUT,
        lambda authority: Behaviour(
            once(b"HTTP/1.1 302 Found\r\nLocation: https://slow.todo.example.com/\r\n\r\n"),
            authority.server("todo.example.com"),
        ),
        DEADLINE * 2,
        hangs_for="slow.todo.example.com",
    ),
}

HONEST = {
    "answers with a length": plain("ok", held_open(GOOD)),
    "answers in chunks": plain("ok", held_open(CHUNKED, b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")),
    "answers until it closes": plain("ok", once(OK, b"\r\n{}")),
    "answers 4 MiB": plain("ok", once(OK, b"Content-Length: 4194304\r\n\r\n", BIG * 64)),
    "answers 4 MiB in chunks of 100 bytes": plain(
        "ok", once(CHUNKED, (b"64\r\n" + b"x" * 100 + b"\r\n") * 41943, b"4\r\n1234\r\n0\r\n\r\n")
    ),
    "answers slowly and in time": plain("ok", dripping(GOOD, seconds=0.005)),
    "answers under TLS": tls("ok", once(GOOD)),
    "answers under TLS and keeps the connection": tls("ok", held_open(GOOD)),
    "answers under TLS until it closes": tls("ok", once(OK, b"\r\n{}")),
    "answers 4 MiB under TLS": tls("ok", once(OK, b"Content-Length: 4194304\r\n\r\n", BIG * 64)),
    "ends TLS without a word after a whole answer": tls("ok", ragged(GOOD)),
}

HOSTILE = PLAIN | ENCRYPTED
EVERYTHING = HOSTILE | HONEST

# The harness has to notice these.
PLANTED = {
    "a careless client of a drip": plain("ok", dripping(OK + b"\r\n" + b"x" * 9), DEADLINE),
    "a careless client of a flood": plain("ok", once(OK, b"Content-Length: 104857600\r\n\r\n", BIG * 1600)),
    "a trusting client": tls("ok", once(GOOD), host="other.example.com"),
}
CLIENTS = {name: name.split()[1] for name in PLANTED}


def stranger(authority: Authority) -> ssl.SSLContext:
    folder = authority.folder / "stranger"
    folder.mkdir(exist_ok=True)
    return new_authority(folder).server("todo.example.com")


def outdated(authority: Authority) -> ssl.SSLContext:
    context = authority.server("todo.example.com")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def many_tickets(authority: Authority) -> ssl.SSLContext:
    context = authority.server("todo.example.com")
    context.num_tickets = 20_000
    return context


def case_of(name: str, scenario: Scenario, authority: Authority, stack: contextlib.ExitStack) -> Case:
    is_plain = isinstance(scenario.behaviour, Behaviour)
    behaviour = scenario.behaviour if isinstance(scenario.behaviour, Behaviour) else scenario.behaviour(authority)
    port = stack.enter_context(serving(behaviour))
    return Case(
        name,
        URL,
        port,
        scenario.deadline,
        scenario.max_bytes,
        bundle="" if is_plain else authority.bundle,
        client=CLIENTS.get(name, "fetcher"),
        hangs_for=scenario.hangs_for,
    )


def driven(cases: Sequence[Case]) -> dict[str, Result]:
    asked = json.dumps([asdict(case) for case in cases])
    command = [sys.executable, "-m", "tests.e2e.fetching.driver"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    return {result["name"]: Result(**result) for result in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Result]]:
    authority = new_authority(tmp_path_factory.mktemp("authority"))
    with contextlib.ExitStack() as stack:
        cases = [case_of(name, scenario, authority, stack) for name, scenario in (EVERYTHING | PLANTED).items()]
        yield driven(cases)


def is_in_time(name: str, result: Result) -> bool:
    return result.seconds <= (EVERYTHING | PLANTED)[name].deadline + GRACE_SECONDS


def is_small(result: Result) -> bool:
    return result.peak_bytes < MOST_MEMORY


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_fetch_ends_as_it_should_by_the_deadline_and_in_little_memory(name: str, results: dict[str, Result]) -> None:
    result = results[name]

    assert result.outcome == EVERYTHING[name].expected, result.message
    assert is_in_time(name, result)
    assert is_small(result)


def test_there_are_as_many_hostile_servers_as_the_bar_asks() -> None:
    assert len(HOSTILE) >= 25


def test_a_client_with_a_time_out_for_each_read_is_caught(results: dict[str, Result]) -> None:
    result = results["a careless client of a drip"]

    assert result.outcome == "ok"
    assert not is_in_time(result.name, result)


def test_a_client_without_a_limit_is_caught(results: dict[str, Result]) -> None:
    result = results["a careless client of a flood"]

    assert result.outcome == "ok"
    assert not is_small(result)


def test_a_client_that_believes_any_certificate_is_caught(results: dict[str, Result]) -> None:
    asked_of = EVERYTHING["has a certificate for another host"]

    assert results["a trusting client"].outcome != asked_of.expected


def test_a_failure_says_what_was_asked_of_whom_and_what_came_back(results: dict[str, Result]) -> None:
    assert results["drips a body"].message == (
        f"GET {URL} at 127.0.0.1 failed: the time limit of 0.3 s for the whole document passed."
    )
    assert results["has a certificate for another host"].message == (
        f"GET {URL} failed: at 93.184.215.14, its certificate was refused:"
        " Hostname mismatch, certificate is not valid for 'todo.example.com'."
    )
    assert results["has a name server that hangs"].message == (
        f"GET {URL} failed: while the host name 'todo.example.com' was looked up,"
        " the time limit of 0.3 s for the whole document passed."
    )
