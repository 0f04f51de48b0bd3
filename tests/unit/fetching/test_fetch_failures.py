from __future__ import annotations

import re

import pytest

from shared.domain.errors import StandfastError
from shared.fetching.failures import FIXES, FetchCode, failed


def test_every_code_has_a_fix_and_every_fix_a_code() -> None:
    assert set(FIXES) == set(FetchCode)


@pytest.mark.parametrize("code", list(FetchCode))
def test_a_code_has_the_form_that_publishers_match_on(code: FetchCode) -> None:
    assert re.fullmatch(r"fetch\.[a-z]+(-[a-z]+)*", code)


@pytest.mark.parametrize("code", list(FetchCode))
def test_a_fix_is_a_sentence(code: FetchCode) -> None:
    assert re.fullmatch(r"[A-Z].*\.", FIXES[code])


def test_a_failure_carries_its_code_and_fix() -> None:
    error = failed(FetchCode.TIMEOUT, "It took too long.")

    assert isinstance(error, StandfastError)
    assert (str(error), error.code, error.fix) == ("It took too long.", "fetch.timeout", FIXES[FetchCode.TIMEOUT])
