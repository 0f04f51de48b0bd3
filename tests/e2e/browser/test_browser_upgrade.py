"""An upgrade from submission to live, seen by its publisher, a reviewer and a visitor at once, while a host reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.reader import Reader
from tests.e2e.browser.scenes import TODO, TODO_UPGRADE

if TYPE_CHECKING:
    from local.process import StoreProcess
    from local.reader import Poll
    from tests.e2e.browser.scenes import Cast, Edition
    from tests.e2e.browser.windows import OpenWindow

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]


class Eyes:
    """What a host reads of one plugin: which edition, and whether manifest and schema are of the same one."""

    def __init__(self, *editions: Edition) -> None:
        self._editions = editions
        self.seen: list[int] = []

    def judge(self, poll: Poll) -> str:
        """Note which edition a poll saw; return what is wrong with it, or ""."""
        text = poll.manifest.document["description_for_model"]
        body = poll.schema.body if poll.schema else b""
        for number, edition in enumerate(self._editions, 1):
            if edition.text == text and edition.files["/openapi.json"] == body:
                if self.seen[-1:] != [number]:
                    self.seen.append(number)
                return ""
        return f"the manifest says {text!r}, and the schema is not of that edition"


def test_an_upgrade_goes_live_before_three_pairs_of_eyes(
    store: StoreProcess, cast: Cast, open_window: OpenWindow
) -> None:
    publisher, reviewer, visitor = open_window(), open_window(), open_window()
    cast.publish(TODO)
    publisher.sign_in("developer", "/console/submit")
    publisher.page.get_by_label("Manifest URL").fill(TODO.manifest_url)
    publisher.page.get_by_label("Plugin id").fill(TODO.plugin_id)
    publisher.press("Submit")
    publisher.sees("In review")

    reviewer.sign_in("reviewer", "/console/reviews")
    reviewer.follow("Todo")
    reviewer.press("Approve this version")
    reviewer.sees("live from this moment on")
    visitor.visit("/console/catalog/todo")
    visitor.sees("List the items")

    eyes = Eyes(TODO, TODO_UPGRADE)
    reader = Reader(store.client(), lambda: [TODO.plugin_id], eyes.judge)
    reader.start()
    cast.publish(TODO_UPGRADE)
    publisher.visit("/console/plugins/todo")
    publisher.press("Submit an upgrade")
    publisher.sees("In review")
    visitor.visit("/console/catalog/todo")
    assert "Remove an item for good" not in visitor.text

    reviewer.visit("/console/reviews")
    reviewer.follow("Todo")
    reviewer.sees("What changes from version 1, which is live")
    headings = reviewer.page.locator(".lane > h3").all_inner_texts()
    assert [heading.splitlines()[0] for heading in headings] == [
        "Where it sends data",
        "What the model reads",
        "What it can do",
    ]
    reviewer.press("Approve this version")
    reviewer.sees("live from this moment on")
    publisher.visit("/console/plugins/todo")
    publisher.sees("Nothing waits")
    visitor.visit("/console/catalog/todo")
    visitor.sees("Remove an item for good")
    publisher.visit("/console/plugins/todo/messages")
    publisher.sees("Version 2 is live")

    account = reader.stop()
    assert account.polls > 0
    assert account.failed == []
    assert account.wrong == []
    assert eyes.seen == [1, 2]


def test_a_page_that_waits_follows_by_itself(cast: Cast, open_window: OpenWindow) -> None:
    edition = replace(TODO, plugin_id="follows", name="Follows")
    version = cast.submit(edition)
    watching = open_window()
    watching.sign_in("reviewer2", "/console/reviews/follows/1")
    assert "Another reviewer is here" not in watching.text
    cast.claim(version)
    watching.sees("Another reviewer is here")
    cast.approve(version)
    watching.sees("This version does not wait for a decision any more.")
