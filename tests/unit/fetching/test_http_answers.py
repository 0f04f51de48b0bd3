from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fetching.answers import LONGEST_HEAD, LONGEST_STATUS_LINE, MOST_FIELDS, Intake, read_body, read_head
from shared.fetching.failures import FetchCode, WireError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 1000


def intake_of(pieces: Iterable[bytes]) -> Intake:
    waiting = deque(piece for piece in pieces if piece)
    return Intake(lambda: waiting.popleft() if waiting else b"")


def body_of(*pieces: bytes) -> bytes:
    intake = intake_of(pieces)
    return read_body(intake, read_head(intake), most=MOST)


def refusal_of(*pieces: bytes) -> FetchCode:
    with pytest.raises(WireError) as caught:
        body_of(*pieces)
    return caught.value.code


def with_fields(*fields: bytes, body: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def chunked(body: bytes) -> bytes:
    return with_fields(b"Transfer-Encoding: chunked", body=body)


def test_a_body_with_a_length_is_read() -> None:
    assert body_of(with_fields(b"Content-Length: 5", body=b"12345")) == b"12345"


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    assert body_of(with_fields(body=b"12345")) == b"12345"


def test_a_chunked_body_is_put_together() -> None:
    assert (
        body_of(chunked(b"3\r\n123\r\nA;name=value\r\n4567890123\r\n0\r\nExpires: never\r\n\r\n")) == b"1234567890123"
    )


@given(st.lists(st.integers(1, 90)), st.sampled_from(["length", "chunks", "close"]))
def test_it_does_not_matter_how_the_bytes_arrive(cuts: list[int], framing: str) -> None:
    body = bytes(range(256))
    whole = {
        "length": with_fields(b"Content-Length: 256", body=body),
        "chunks": chunked(b"40\r\n" + body[:64] + b"\r\nc0\r\n" + body[64:] + b"\r\n0\r\n\r\n"),
        "close": with_fields(body=body),
    }[framing]
    pieces = []
    for cut in cuts:
        pieces.append(whole[:cut])
        whole = whole[cut:]
    assert body_of(*pieces, whole) == body


def test_bytes_after_the_announced_body_are_left_unread() -> None:
    assert body_of(with_fields(b"Content-Length: 2", body=b"12HTTP/1.1 200 OK\r\n\r\n")) == b"12"


def test_an_answer_in_http_1_0_is_read() -> None:
    assert body_of(b"HTTP/1.0 200 OK\r\n\r\n12345") == b"12345"


def test_a_status_line_without_a_reason_is_read() -> None:
    assert read_head(intake_of([b"HTTP/1.1 404\r\n\r\n"])).status == 404


def test_header_names_are_lower_case_and_values_without_space_around() -> None:
    head = read_head(intake_of([with_fields(b'ETag: \t"x" \t', b"X-Latin: \xfc", b"Empty:")]))

    assert head.fields == (("etag", '"x"'), ("x-latin", "\u00fc"), ("empty", ""))


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert len(body_of(with_fields(b"Content-Length: 1000", body=b"x" * MOST))) == MOST
    assert len(body_of(chunked(b"3e8\r\n" + b"x" * MOST + b"\r\n0\r\n\r\n"))) == MOST
    assert len(body_of(with_fields(body=b"x" * MOST))) == MOST


@pytest.mark.parametrize(
    "answer",
    [
        with_fields(b"Content-Length: 1001", body=b"x" * 1001),
        with_fields(b"Content-Length: 999999999999999999"),
        chunked(b"3e9\r\n"),
        chunked(b"ffffffff\r\n"),
        chunked(b"1f4\r\n" + b"x" * 500 + b"\r\n1f5\r\n"),
        with_fields(body=b"x" * 1001),
    ],
)
def test_a_body_beyond_the_limit_is_refused(answer: bytes) -> None:
    assert refusal_of(answer) is FetchCode.TOO_LARGE


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        with_fields(b"Content-Length: 5", body=b"1234"),
        chunked(b"5\r\n1234"),
        chunked(b"5\r\n12345"),
        chunked(b"5\r\n12345\r\n"),
        chunked(b"5\r\n12345\r\n0\r\n"),
        chunked(b"5\r\n12345\r\n0\r\nExpires: never\r\n"),
    ],
)
def test_a_truncated_answer_is_an_error(answer: bytes) -> None:
    assert refusal_of(answer) is FetchCode.TRUNCATED


@pytest.mark.parametrize(
    "line",
    [
        b"HTTP/2 200 OK",
        b"HTTP/0.9 200 OK",
        b"HTTP/1.2 200 OK",
        b"HTTP/1.1  200 OK",
        b"HTTP/1.1 20 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/1.1 600 OK",
        b"HTTP/1.1 099 OK",
        b"HTTP/1.1 +20 OK",
        b"http/1.1 200 OK",
        b" HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\x00",
        b"HTTP/1.1 200 OK\nContent-Length: 0",
        b"HTTP/1.1 200\rOK",
        b"ICY 200 OK",
        b"SSH-2.0-OpenSSH_9.6",
        b"<html>",
        b"",
    ],
)
def test_what_is_no_status_line_is_refused(line: bytes) -> None:
    assert refusal_of(line + b"\r\n\r\n") is FetchCode.BAD_ANSWER


@pytest.mark.parametrize("status", [100, 101, 102, 103, 199])
def test_an_interim_answer_is_refused(status: int) -> None:
    interim = f"HTTP/1.1 {status} Wait\r\n\r\n".encode()

    assert refusal_of(interim, with_fields(b"Content-Length: 0")) is FetchCode.INTERIM_ANSWER


@pytest.mark.parametrize(
    "field",
    [
        b"no colon",
        b": no name",
        b"Space : x",
        b"Content-Length : 5",
        b" folded: x",
        b"\tfolded",
        b"X: a\x00b",
        b"X: a\rb",
        b"X: a\nY: b",
        b"X\x80: a",
        b"X[]: a",
    ],
)
def test_a_malformed_header_field_is_refused(field: bytes) -> None:
    assert refusal_of(with_fields(b"A: b", field)) is FetchCode.BAD_ANSWER


@pytest.mark.parametrize(
    "fields",
    [
        [b"Content-Length: 5", b"Content-Length: 5"],
        [b"Content-Length: 5", b"Content-Length: 6"],
        [b"Content-Length: 5, 5"],
        [b"Content-Length: -5"],
        [b"Content-Length: +5"],
        [b"Content-Length: 0x5"],
        [b"Content-Length: 5.0"],
        [b"Content-Length: 5 5"],
        [b"Content-Length:"],
        [b"Content-Length: \xb2"],
        [b"Content-Length: 1000000000000000000000"],
        [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked, chunked"],
        [b"Transfer-Encoding: gzip, chunked"],
        [b"Transfer-Encoding: identity"],
        [b"Transfer-Encoding:"],
        [b"Transfer-Encoding: xchunked"],
        [b"Transfer-Encoding: \x0bchunked"],
    ],
)
def test_an_answer_with_more_than_one_reading_of_its_length_is_refused(fields: list[bytes]) -> None:
    assert refusal_of(with_fields(*fields, body=b"5\r\n12345\r\n0\r\n\r\n")) is FetchCode.BAD_ANSWER


def test_chunks_in_http_1_0_are_refused() -> None:
    answer = chunked(b"0\r\n\r\n").replace(b"HTTP/1.1", b"HTTP/1.0")

    assert refusal_of(answer) is FetchCode.BAD_ANSWER


@pytest.mark.parametrize(
    "body",
    [
        b"5\r\n123456\r\n0\r\n\r\n",
        b"5\r\n12345XX0\r\n\r\n",
        b"5\n12345\n0\n\n" + b"\r\n",
        b"-5\r\n12345\r\n0\r\n\r\n",
        b"+5\r\n12345\r\n0\r\n\r\n",
        b"0x5\r\n12345\r\n0\r\n\r\n",
        b" 5\r\n12345\r\n0\r\n\r\n",
        b"5 \r\n12345\r\n0\r\n\r\n",
        b"\r\n12345\r\n0\r\n\r\n",
        b"5_0\r\n12345\r\n0\r\n\r\n",
        b"000000005\r\n12345\r\n0\r\n\r\n",
        b"5;\x00\r\n12345\r\n0\r\n\r\n",
        b"5;" + b"x" * 300 + b"\r\n12345\r\n0\r\n\r\n",
        b"5\r\n12345\r\n0\r\nno colon\r\n\r\n",
    ],
)
def test_malformed_chunks_are_refused(body: bytes) -> None:
    assert refusal_of(chunked(body)) is FetchCode.BAD_ANSWER


@pytest.mark.parametrize("coding", [b"gzip", b"GZIP", b"br", b"deflate", b"zstd", b"identity, gzip", b"aes128gcm"])
def test_an_encoded_body_is_refused(coding: bytes) -> None:
    assert refusal_of(with_fields(b"Content-Encoding: " + coding, b"Content-Length: 0")) is FetchCode.ENCODED


def test_a_second_content_encoding_counts_too() -> None:
    fields = [b"Content-Encoding: identity", b"Content-Encoding: gzip"]

    assert refusal_of(with_fields(*fields)) is FetchCode.ENCODED


def test_an_identity_encoding_passes() -> None:
    assert body_of(with_fields(b"Content-Encoding: Identity", body=b"x")) == b"x"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 " + b"x" * LONGEST_STATUS_LINE + b"\r\n\r\n",
        with_fields(b"X: " + b"x" * LONGEST_HEAD),
        with_fields(*[b"X: " + b"x" * 1000] * 100),
        with_fields(*[b"X: x"] * (MOST_FIELDS + 1)),
        chunked(b"0\r\n" + b"X: x\r\n" * (MOST_FIELDS + 1) + b"\r\n"),
    ],
)
def test_a_head_beyond_its_limits_is_refused(answer: bytes) -> None:
    assert refusal_of(answer) is FetchCode.HEAD_TOO_LARGE


def test_an_endless_line_is_refused_at_its_limit_and_not_later() -> None:
    taken = 0

    def endless() -> bytes:
        nonlocal taken
        taken += 100
        return b"x" * 100

    with pytest.raises(WireError):
        read_head(Intake(endless))
    assert taken <= LONGEST_STATUS_LINE + 200


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_refused_and_nothing_else(data: bytes) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        intake = intake_of([start + data])
        try:
            body = read_body(intake, read_head(intake), most=MOST)
        except WireError:
            continue
        assert len(body) <= MOST
