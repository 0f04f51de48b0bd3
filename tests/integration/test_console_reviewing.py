"""The reviewers' and operators' pages as a browser without script gets them, over the deployed handlers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.integration.console_browser import paged_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.console_browser import PagedStore

REVIEWS = "/console/reviews"
CASE = f"{REVIEWS}/todo/1"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PagedStore]:
    with paged_store(tmp_path) as opened:
        yield opened


def state_of(shop: PagedStore, number: int) -> str:
    state: str = shop.call("GET", f"/v1/plugins/todo/versions/{number}", who="reviewer").json["state"]
    return state


def digest_of(shop: PagedStore, number: int) -> str:
    digest: str = shop.call("GET", f"/v1/plugins/todo/versions/{number}", who="reviewer").json["digest"]
    return digest


def test_the_queue_says_what_is_live_meanwhile_and_what_is_known(shop: PagedStore) -> None:
    shop.submit(1)
    words = shop.browser("reviewer").get(REVIEWS).words
    assert "Nothing of this plugin is live yet." in words
    shop.approve(1)
    shop.submit(2)
    words = shop.browser("reviewer").get(REVIEWS).words
    assert "There are warnings among its findings." in words
    assert "Version 1" in words


def test_what_somebody_is_on_is_not_among_the_free(shop: PagedStore) -> None:
    shop.submit(1)
    first, second = shop.browser("reviewer"), shop.browser("reviewer2")
    first.get(CASE).send("Say that you are on it")
    assert "todo" not in second.get(f"{REVIEWS}?show=free").words
    assert "Claimed" in second.get(REVIEWS).words
    assert "todo" in first.get(f"{REVIEWS}?show=mine").words
    assert "You have claimed nothing" in second.get(f"{REVIEWS}?show=mine").words
    first.get(CASE).send("Give up your claim")
    assert "todo" in second.get(f"{REVIEWS}?show=free").words


def test_a_plugin_is_found_by_its_id(shop: PagedStore) -> None:
    shop.submit(1)
    assert shop.browser("reviewer").get(f"{REVIEWS}?plugin=todo").address == f"{REVIEWS}/todo"


def test_an_id_is_one_segment_of_an_address_and_no_way_out(shop: PagedStore) -> None:
    found = shop.browser("reviewer").get(f"{REVIEWS}?plugin={quote('../../v1/plugins', safe='')}")
    assert found.address.startswith(f"{REVIEWS}/")
    assert found.status == 404


def test_the_report_carries_the_digest_that_its_decision_is_bound_to(shop: PagedStore) -> None:
    shop.submit(1)
    sight = shop.browser("reviewer").get(CASE)
    assert sight.attribute("input[name=digest]", "value") == digest_of(shop, 1)


def test_the_lanes_stand_in_the_order_in_which_they_matter(shop: PagedStore) -> None:
    shop.submit(1)
    shop.approve(1)
    shop.submit(2)
    lanes = [
        node.text(deep=False).strip() for node in shop.browser("reviewer").get(f"{REVIEWS}/todo/2").every(".lane > h3")
    ]
    wanted = ["Where it sends data", "What the model reads", "What it can do", "What is sent and what comes back"]
    assert lanes == [lane for lane in [*wanted, "What people see"] if lane in lanes]
    assert lanes


def test_another_digest_is_never_approved(shop: PagedStore) -> None:
    shop.submit(1)
    other = f"sha256:{'0' * 64}"
    sight = shop.browser("reviewer").get(CASE).send("Approve this version", digest=other)
    assert (sight.status, sight.title) == (409, "Nothing was decided")
    assert state_of(shop, 1) == "in_review"


def test_an_approval_may_wait_for_its_publisher_or_for_a_moment(shop: PagedStore) -> None:
    shop.submit(1)
    reviewer, at = shop.browser("reviewer"), f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M}"
    sight = reviewer.get(CASE).send("Approve this version", release="scheduled", at=at, note="In time.")
    assert "It becomes live when its release says so." in sight.words
    version = shop.call("GET", "/v1/plugins/todo/versions/1", who="reviewer").json
    assert version["release"]["at"] == f"{at}:00Z"
    assert version["decision"]["note"] == "In time."


def test_a_moment_that_is_none_is_refused_with_what_is_wrong(shop: PagedStore) -> None:
    shop.submit(1)
    sight = shop.browser("reviewer").get(CASE).send("Approve this version", release="scheduled", at="soon")
    assert sight.status == 422
    assert state_of(shop, 1) == "in_review"


def test_a_rejection_says_to_the_publisher_what_was_previewed(shop: PagedStore) -> None:
    shop.submit(1)
    reviewer = shop.browser("reviewer")
    fields = {"reason": "hidden_text", "detail.hidden_text": "Line 3 & <b>4</b>."}
    preview = reviewer.get(CASE).follow("Reject with reasons…").send("Preview", note="Nearly.", **fields)
    letter = preview.first(".letter").text(separator=" ")
    assert "Line 3 & <b>4</b>." in letter
    assert state_of(shop, 1) == "in_review"
    preview.send("Reject with these words")
    (message,) = [
        each
        for each in shop.call("GET", "/v1/plugins/todo/messages", who="developer").json["items"]
        if each["type"] == "version.rejected"
    ]
    assert message["note"] == "Nearly."
    for said in (message["title"], message["text"], message["reasons"][0]["text"], message["reasons"][0]["detail"]):
        assert said in letter


def test_another_reason_needs_words(shop: PagedStore) -> None:
    shop.submit(1)
    sight = shop.browser("reviewer").get(CASE).follow("Reject with reasons…").send("Preview", reason="other")
    assert sight.status == 422
    assert "needs your words" in sight.words


def test_a_rejection_that_was_begun_before_the_version_moved_goes_nowhere(shop: PagedStore) -> None:
    shop.submit(1)
    form = shop.browser("reviewer").get(CASE).follow("Reject with reasons…")
    shop.submit(2)
    sight = form.send("Preview", reason="duplicate")
    assert (sight.status, sight.title) == (409, "Nothing was decided")
    assert sight.link("Review version 2") == f"{REVIEWS}/todo/2"


def test_nobody_decides_on_their_own_plugin(shop: PagedStore) -> None:
    shop.submit(1)
    shop.key.issue("developer", "reviewers")
    own = shop.browser("developer")
    own.cookies["standfast-session"] = f"key.{shop.key.issue('developer', 'reviewers')}"
    sight = own.get(CASE)
    assert "another reviewer decides" in sight.words
    assert not sight.every("input[name=digest]")


def test_a_document_is_shown_as_it_was_fetched(shop: PagedStore) -> None:
    shop.submit(1)
    lines = shop.browser("reviewer").get(f"{CASE}/documents/ai-plugin.json").every(".source .t")
    shown = "\n".join(line.text() for line in lines)
    document = shop.call("GET", "/v1/plugins/todo/versions/1/documents/ai-plugin.json", who="reviewer").json
    assert shown == document["text"].rstrip("\n")


def test_a_ban_a_rollback_and_a_revocation_stand_in_the_audit(shop: PagedStore) -> None:
    for number in (1, 2):
        shop.submit(number)
        shop.approve(number)
    reviewer = shop.browser("reviewer")
    plugin = reviewer.get(f"{REVIEWS}/todo")
    rehearsal = plugin.send("See what would happen", version="1", reason="It fails.")
    assert "Nothing has happened yet." in rehearsal.words
    assert state_of(shop, 2) == "live"
    plugin = rehearsal.send("Go back to version 1")
    plugin = plugin.send("Revoke it for good", version="2", reason="It leaks.")
    plugin = plugin.send("Ban it", reason="It lies.")
    assert shop.call("GET", "/plugins/todo/.well-known/ai-plugin.json").status == 410
    plugin = plugin.send("Lift the ban", reason="It does not.")
    titles = [node.text(strip=True) for node in plugin.every(".trail strong")]
    told = ["Plugin ban lifted", "Plugin banned", "Version revoked", "Version restored"]
    assert [title for title in titles if title in told] == told
    assert (state_of(shop, 1), state_of(shop, 2)) == ("live", "revoked")


@pytest.mark.parametrize("path", [REVIEWS, CASE, f"{REVIEWS}/todo"])
def test_whoever_is_no_reviewer_sees_no_page_of_theirs(shop: PagedStore, path: str) -> None:
    shop.submit(1)
    assert shop.browser("plus").get(path).status == 403


@pytest.mark.parametrize("path", ["", "/figures", "/reconciliations", "/dead-letters/snapshot"])
def test_whoever_is_no_operator_sees_no_page_of_theirs(shop: PagedStore, path: str) -> None:
    assert shop.browser("reviewer").get(f"/console/operations{path}").status == 403
    assert shop.browser("operator").get(f"/console/operations{path}").status == 200


def test_a_queue_that_is_none_has_no_page(shop: PagedStore) -> None:
    assert shop.browser("operator").get("/console/operations/dead-letters/nothing").status == 404


def test_a_run_is_started_and_followed(shop: PagedStore) -> None:
    sight = shop.browser("operator").get("/console/operations/reconciliations").send("Look, and change nothing")
    assert sight.address.startswith("/console/operations/reconciliations/")
    assert "The run has begun." in sight.words
