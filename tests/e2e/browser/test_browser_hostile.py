"""Texts of a publisher who means harm: shown on every page that shows texts, and never more than text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser.pages import SIGHTS, Sight, set_up
from tests.e2e.browser.scenes import RTL, ZERO_WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.process import StoreProcess
    from tests.e2e.browser.scenes import Cast
    from tests.e2e.browser.windows import OpenWindow

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]

SHOWN = [sight for sight in SIGHTS if "hostile" in sight.name or sight.name in {"catalogue", "my-plugins", "queue"}]
PLANTED = "main b, main script, main svg[onload], main img[onerror]"
NARROW = 320
"""CSS pixels to which a page must shrink without scrolling sideways (WCAG 2.2, 1.4.10)."""


@pytest.fixture(scope="module")
def known(cast: Cast) -> Mapping[str, str]:
    return set_up(cast)


@pytest.mark.parametrize("sight", SHOWN, ids=lambda sight: sight.name)
def test_hostile_texts_are_shown_as_text(
    sight: Sight, known: Mapping[str, str], store: StoreProcess, open_window: OpenWindow
) -> None:
    window = open_window(width=NARROW)
    window.be(sight.who, store.tokens)
    assert window.visit(sight.path.format(**known)) == sight.status
    for fold in window.page.locator("main details").all():
        fold.evaluate("fold => { fold.open = true; }")
    assert window.page.locator(PLANTED).count() == 0
    assert not {RTL, ZERO_WIDTH} & set(window.page.content())
    assert not window.is_wider_than_its_window()


def test_what_is_hidden_in_a_text_is_written_out(
    known: Mapping[str, str], store: StoreProcess, open_window: OpenWindow
) -> None:
    assert known
    window = open_window()
    window.be("reviewer", store.tokens)
    window.visit("/console/reviews/hostile/2")
    assert "⟦U+202E⟧<b>Todo</b>⟦U+200B⟧" in window.text
