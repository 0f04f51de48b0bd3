"""The console without script, and without a mouse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser.scenes import TODO

if TYPE_CHECKING:
    from tests.e2e.browser.scenes import Cast
    from tests.e2e.browser.windows import OpenWindow, Window

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]

_MOST_TABS = 120


def test_publisher_and_reviewer_do_their_whole_work_without_script(cast: Cast, open_window: OpenWindow) -> None:
    edition = replace(TODO, plugin_id="plain", name="Plain")
    cast.publish(edition)
    publisher, reviewer = open_window(script=False), open_window(script=False)
    publisher.sign_in("developer", "/console/submit")
    publisher.page.get_by_label("Manifest URL").fill(edition.manifest_url)
    publisher.page.get_by_label("Plugin id").fill("plain")
    publisher.press("Submit")
    publisher.sees("In review")  # the page reads itself anew while the documents are fetched

    reviewer.sign_in("reviewer", "/console/reviews/plain/1")
    reviewer.press("Say that you are on it")
    reviewer.sees("You are on it.")
    reviewer.follow("Reject with reasons…")
    reviewer.page.get_by_label("The plugin does not work").check()
    reviewer.press("Preview")
    reviewer.press("Reject with these words")
    reviewer.sees("Its publisher reads your reasons.")

    publisher.visit("/console/plugins/plain/versions/1")
    publisher.press("Submit again")
    publisher.sees("In review")
    reviewer.visit("/console/reviews/plain/2")
    reviewer.page.get_by_label("Its publisher releases it").check()
    reviewer.press("Approve this version")
    reviewer.sees("It becomes live when its release says so.")
    publisher.visit("/console/plugins/plain")
    publisher.press("Release it now")
    publisher.sees("The version is live.")


def test_a_whole_approval_is_done_with_the_keyboard(cast: Cast, open_window: OpenWindow) -> None:
    cast.submit(replace(TODO, plugin_id="typed", name="Typed"))
    reviewer = open_window()
    reviewer.visit("/console/sign-in?next=%2Fconsole%2Freviews")
    press_by_keyboard(reviewer, "Sign in as reviewer")
    reviewer.sees("Review queue")
    press_by_keyboard(reviewer, "Typed")
    reviewer.sees("Your decision")
    press_by_keyboard(reviewer, "Approve this version")
    reviewer.sees("live from this moment on")


def test_the_first_key_leads_past_the_navigation(open_window: OpenWindow) -> None:
    window = open_window()
    window.visit("/")
    window.page.keyboard.press("Tab")
    assert focused(window) == "Skip to the content"
    window.page.keyboard.press("Enter")
    assert window.path == "/#main"


def press_by_keyboard(window: Window, name: str) -> None:
    """Tab to what has this name, seeing at each step where one is, and press Enter."""
    for _ in range(_MOST_TABS):
        window.page.keyboard.press("Tab")
        if focused(window) == name:
            assert window.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            window.page.keyboard.press("Enter")
            return
    pytest.fail(f"{name!r} is not reached in {_MOST_TABS} steps")


def focused(window: Window) -> str:
    text: str = window.page.evaluate("document.activeElement.innerText")
    return text.strip()
