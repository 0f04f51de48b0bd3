"""The catalogue of reasons."""

from __future__ import annotations

import re

from shared.domain.reasons import OTHER, REASONS, require_known
from shared.domain.version import Reason


def test_every_reason_has_a_code_of_one_form_and_texts_that_are_sentences() -> None:
    for code, reason in REASONS.items():
        assert code == reason.code
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
        assert reason.title
        assert not reason.title.endswith(".")
        assert reason.text.endswith(".")


def test_there_is_one_for_what_nobody_foresaw() -> None:
    assert OTHER in REASONS


def test_every_other_reason_stands_by_itself() -> None:
    require_known(Reason(code, "") for code in REASONS if code != OTHER)
