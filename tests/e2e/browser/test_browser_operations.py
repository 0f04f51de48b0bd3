"""What operators do on the screen: dead letters handed over again, the store looked over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser.scenes import TODO

if TYPE_CHECKING:
    from tests.e2e.browser.scenes import Cast
    from tests.e2e.browser.windows import OpenWindow

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]


def test_a_dead_letter_is_seen_and_handed_over_again(cast: Cast, open_window: OpenWindow) -> None:
    cast.bury("snapshot")
    operator = open_window()
    operator.sign_in("operator", "/console/operations")
    operator.sees("Needs attention")
    operator.follow("1 dead letter")
    operator.sees("What could not be dealt with after every retry.")
    operator.press("Do all of it anew")
    operator.page.get_by_role("status").filter(has_text="handed over again").wait_for()


def test_the_store_is_looked_over(cast: Cast, open_window: OpenWindow) -> None:
    cast.go_live(TODO)
    operator = open_window()
    operator.sign_in("operator", "/console/operations/reconciliations")
    operator.press("Look, and change nothing")
    operator.sees("The run has begun.")
    operator.sees("Everything fits together")


def test_figures_are_drawn_and_told(cast: Cast, open_window: OpenWindow) -> None:
    cast.submit(TODO)
    operator = open_window()
    operator.sign_in("operator", "/console/operations/figures?span=day")
    card = operator.page.get_by_role("region", name="Submissions")
    card.get_by_role("img", name="Submissions").wait_for()
    assert card.locator("svg.chart rect").count() > 0
    card.locator("summary").click()
    assert int(card.locator("tbody td").last.inner_text()) >= 1
