"""Texts that are read piece by piece."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.envelope.dates import dates_in, example
from shared.envelope.document import DateForm, TextSlot
from shared.envelope.pieces import EffortError, Misread, Reading


def _misread(pieces: list[Any], text: str) -> Misread | None:
    return Reading().misread(TextSlot(at="/info/description", reads=pieces).reads, text)


def _words(longest: int, *sets: str, shortest: int = 0, also: str = "") -> dict[str, Any]:
    return {"words": {"characters": list(sets), "longest": longest, "shortest": shortest, "also": also}}


@pytest.mark.parametrize("form", DateForm)
def test_each_form_reads_its_own_example_and_nothing_longer(form: DateForm) -> None:
    assert _misread([{"date": form.value}], example(form)) is None
    assert _misread([{"date": form.value}], f"{example(form)}1") is not None
    assert [each.form for each in dates_in(f"as of {example(form)}.")] in ([form], [DateForm.DAY_FIRST])


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2023-13-01", "2023-1-1", "0000-01-01", "\uff12023-01-01", "2023-01-32"]
)
def test_what_is_no_day_of_the_calendar_is_no_date(text: str) -> None:
    assert _misread([{"date": "YYYY-MM-DD"}], text) == Misread(0, 0)


@pytest.mark.parametrize(("text", "fits"), [("0", True), ("50", True), ("51", False), ("05", False), ("-1", False)])
def test_a_number_is_within_its_range_and_has_no_leading_zero(text: str, fits: bool) -> None:  # noqa: FBT001
    assert (_misread([{"number": {"most": 50}}], text) is None) is fits


def test_a_choice_may_begin_like_another() -> None:
    pieces = [{"one_of": ["new", "new york"]}, " city"]
    assert _misread(pieces, "new city") is None
    assert _misread(pieces, "new york city") is None
    assert _misread(pieces, "new jersey city") == Misread(3, 1)


@pytest.mark.parametrize(
    ("sets", "text", "fits"),
    [
        (["letters"], "abcXYZ", True),
        (["letters"], "äb", False),
        (["any-letter"], "äbж语", True),
        (["letters"], "a b", False),
        (["letters", "space"], "a b", True),
        (["letters", "space"], "a\tb", False),
        (["letters", "space"], "a\nb", False),
        (["digits", "punctuation"], "1,2.", True),
        (["digits", "punctuation"], "<1>", False),
        (["any-letter", "space", "punctuation", "digits"], "a\u202eb", False),
        (["any-letter", "space", "punctuation", "digits"], "a\u200bb", False),
    ],
)
def test_free_text_holds_the_characters_of_its_sets(sets: list[str], text: str, fits: bool) -> None:  # noqa: FBT001
    assert (_misread([_words(20, *sets)], text) is None) is fits


def test_free_text_has_a_shortest_and_a_longest_length() -> None:
    pieces = [_words(3, "letters", shortest=2)]
    assert [_misread(pieces, "a" * length) is None for length in range(5)] == [False, False, True, True, False]


def test_a_misread_text_says_how_far_it_went_and_what_was_missing() -> None:
    pieces = ["as of ", {"date": "YYYY-MM-DD"}, "."]
    assert _misread(pieces, "as of today.") == Misread(6, 1)
    assert _misread(pieces, "as of 2023-05-22!") == Misread(16, 2)
    assert _misread(pieces, "as of 2023-05-22. More.") == Misread(17, 3)
    assert _misread(pieces, "") == Misread(0, 0)


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(["a", "ab", "1", "-"]),
        st.builds(lambda most: {"number": {"most": most}}, st.integers(0, 12)),
        st.builds(
            lambda options: {"one_of": options}, st.lists(st.sampled_from(["a", "ab", "b1"]), min_size=1, max_size=3)
        ),
        st.builds(lambda low, more: _words(low + more, "letters", shortest=low), st.integers(0, 2), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=5,
)


def _regular(piece: Any) -> str:  # noqa: ANN401 - a piece as it is written
    if isinstance(piece, str):
        return re.escape(piece)
    if "number" in piece:
        return f"(?:{'|'.join(map(str, range(piece['number']['most'] + 1)))})"
    if "one_of" in piece:
        return f"(?:{'|'.join(map(re.escape, piece['one_of']))})"
    return f"[A-Za-z]{{{piece['words']['shortest']},{piece['words']['longest']}}}"


@given(_PIECES, st.text("ab1-", max_size=12))
def test_pieces_are_read_as_a_regular_expression_of_them_would_be(pieces: list[Any], text: str) -> None:
    fits = re.fullmatch("".join(map(_regular, pieces)), text) is not None
    assert (_misread(pieces, text) is None) is fits


@given(_PIECES, st.data())
def test_what_is_written_out_of_pieces_is_read_as_them(pieces: list[Any], data: st.DataObject) -> None:
    text = "".join(data.draw(st.from_regex(_regular(piece), fullmatch=True)) for piece in pieces)
    assert _misread(pieces, text) is None


def test_a_pattern_that_would_explode_takes_a_bounded_effort() -> None:
    pieces = [_words(1000, "letters")] * 30 + ["!"]
    started = time.process_time()
    with suppress(EffortError):
        assert _misread(pieces, "a" * 19_000) is not None
    assert time.process_time() - started < 2


def test_a_date_inside_a_longer_number_is_none() -> None:
    assert list(dates_in("12023-05-221")) == []
