"""The line that is meant, with a caret under the place, whatever the line holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cli.excerpts import excerpt

WIDTH = 60


def under(text: str, line: int, column: int) -> tuple[str, str]:
    """Return the line that is shown, and its part from the caret on."""
    found = excerpt(text, line, column, width=WIDTH)
    assert found
    shown = found.lines[-1][1]
    before = ""
    while cell_len(before) < found.caret:
        before = shown[: len(before) + 1]
    return shown, shown[len(before) :]


def test_the_caret_is_under_the_place() -> None:
    assert under("a\nbcd\n", 2, 2) == ("bcd", "cd")


def test_the_line_before_is_shown_for_context_unless_it_is_blank() -> None:
    found = excerpt("a\n\nb", 3, 1, width=WIDTH)
    assert found
    assert [number for number, _ in found.lines] == [3]
    found = excerpt("a\nb", 2, 1, width=WIDTH)
    assert found
    assert found.lines == ((1, "a"), (2, "b"))


@pytest.mark.parametrize("before", ["東京", "\t", "\u200b", "\u202e\x1b", "é", "👩\u200d👧"])
def test_the_caret_is_under_the_place_whatever_stands_before_it(before: str) -> None:
    assert under(f"{before}here", 1, len(before) + 1)[1] == "here"


def test_a_long_line_is_cut_around_the_place() -> None:
    shown, rest = under("x" * 5_000 + "here" + "y" * 5_000, 1, 5_001)
    assert rest.startswith("here")
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert cell_len(shown) <= WIDTH + 2


def test_a_line_that_is_not_there_has_no_excerpt() -> None:
    assert excerpt("a", 2, 1, width=WIDTH) is None
    assert excerpt("a", 0, 1, width=WIDTH) is None


def test_a_column_behind_the_line_is_its_end() -> None:
    found = excerpt("ab", 1, 9, width=WIDTH)
    assert found
    assert found.caret == 2


@given(st.text(max_size=300), st.integers(0, 5), st.integers(1, 400))
def test_no_text_is_too_odd_for_an_excerpt(text: str, line: int, column: int) -> None:
    found = excerpt(text, line, column, width=WIDTH)
    if found:
        assert all("\n" not in shown and "\x1b" not in shown for _, shown in found.lines)
        assert 0 <= found.caret <= WIDTH + 2
