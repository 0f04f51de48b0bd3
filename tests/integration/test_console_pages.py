"""The pages as a browser without script gets them: each of them, how forms are guarded, and what people do there."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.integration.console_browser import paged_store
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, manifest, publish, schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.console_browser import PagedStore, Sight

SCRIPT = "<script>alert(1)</script>"
OVERRIDE = "\u202egnp.exe\u202c"
HOSTILE_NAME = "<b>x</b>\u202egnp.exe"
HOSTILE = f"{SCRIPT} <img src=x onerror=alert(2)> {OVERRIDE} \u200b" + "8,000 characters " * 460

TODO = "/console/plugins/todo"
PUBLISHERS_PAGES = (
    "/console/plugins",
    "/console/submit",
    TODO,
    f"{TODO}/versions",
    f"{TODO}/versions/1",
    f"{TODO}/versions/2",
    f"{TODO}/versions/2/withdraw",
    f"{TODO}/messages",
    f"{TODO}/rollback",
    f"{TODO}/drift",
    "/console/webhooks",
    "/console/webhooks/alerts",
)
VISITORS_PAGES = ("/", "/?q=todo", "/?q=nothing-like-it", "/console/catalog/todo")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PagedStore]:
    with paged_store(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagedStore]:
    """A store with a live version, a candidate, a broken plugin and a webhook. For reading alone."""
    with paged_store(tmp_path_factory.mktemp("data")) as opened:
        opened.submit(1)
        opened.approve(1)
        opened.submit(2)
        opened.browser("developer").get("/console/webhooks").send("Set it up", name="alerts", url="https://a.example/h")
        yield opened


def wrong_with(sight: Sight) -> list[str]:
    """Name what a page of ours must not lack, and what it must not have."""
    policy = sight.headers["content-security-policy"]
    document = sight.document
    headings = [int(str(node.tag)[1]) for node in document.css("h1, h2, h3, h4")]
    faults = {
        "scripts may come from anywhere": "script-src 'self';" not in policy or "unsafe" in policy,
        "forms may lead anywhere": "form-action 'self'" not in policy,
        "it may be framed": "frame-ancestors 'none'" not in policy,
        "an inline script": any(not node.attributes.get("src") for node in document.css("script")),
        "an inline style": bool(document.css("style, [style]")),
        "an event handler": any(name.startswith("on") for node in document.css("*") for name in node.attributes),
        "something from elsewhere": any(
            re.match(r"(?:https?:)?//", node.attributes.get("src") or node.attributes.get("href") or "")
            for node in document.css("script, link, img, iframe")
        ),
        "it is kept by caches": "no-store" not in sight.headers["cache-control"],
        "no language": sight.first("html").attributes.get("lang") != "en",
        "no title": not any(node.text(strip=True) for node in document.css("title")),
        "not one heading": headings.count(1) != 1,
        "a heading level is left out": any(after > before + 1 for before, after in itertools.pairwise(headings)),
        "not one main part": len(document.css("main")) != 1,
        "nothing to skip to it": not document.css('a.skip[href="#main"]'),
        "an id twice": len({n.id for n in document.css("[id]")}) != len(document.css("[id]")),
        "a field without a label": [f.attributes.get("name") for f in document.css(_FIELDS) if not _label(sight, f)]
        != [],
        "a form that anybody could send": any(
            not form.css('input[name="_form"]') for form in document.css('form[method="post"]')
        ),
    }
    return [name for name, is_so in faults.items() if is_so]


_FIELDS = "input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea, select"


def _label(sight: Sight, field: object) -> bool:
    name = field.attributes.get("id")  # type: ignore[attr-defined]
    return bool(name) and bool(sight.document.css(f'label[for="{name}"]'))


@pytest.mark.parametrize("path", PUBLISHERS_PAGES)
def test_a_publishers_page_is_whole(busy: PagedStore, path: str) -> None:
    sight = busy.browser("developer").get(path)
    assert (sight.status, wrong_with(sight)) == (200, [])


@pytest.mark.parametrize("path", VISITORS_PAGES)
def test_a_visitors_page_is_whole(busy: PagedStore, path: str) -> None:
    sight = busy.browser().get(path)
    assert (sight.status, wrong_with(sight)) == (200, [])


def test_a_page_with_planted_faults_is_found_wanting(busy: PagedStore) -> None:
    sight = busy.browser().get("/")
    planted = sight.text.replace("<h1>", '<h3 onclick="x()" style="color: red">').replace(
        "<main", "<script>x</script><main"
    )
    faulty = type(sight)(
        sight.browser, "/", 200, {**sight.headers, "content-security-policy": "default-src *"}, (), planted
    )
    assert {"an inline script", "an inline style", "an event handler", "not one heading", "it may be framed"} <= set(
        wrong_with(faulty)
    )


@pytest.mark.parametrize("path", PUBLISHERS_PAGES)
def test_a_publishers_page_sends_strangers_to_the_sign_in(busy: PagedStore, path: str) -> None:
    sight = busy.browser().look("GET", path, {})
    assert (sight.status, sight.headers["location"].startswith("/console/sign-in?next=")) == (303, True)


@pytest.mark.parametrize("path", [TODO, f"{TODO}/versions/2", f"{TODO}/messages", f"{TODO}/drift"])
def test_another_publisher_sees_nothing_of_a_plugin(busy: PagedStore, path: str) -> None:
    sight = busy.browser("developer2").get(path)
    assert (sight.status, wrong_with(sight)) == (404, [])


def test_an_address_without_a_page_says_so(busy: PagedStore) -> None:
    sight = busy.browser().get("/console/nowhere")
    assert (sight.status, wrong_with(sight)) == (404, [])


def test_a_form_where_there_is_none_is_told_so(busy: PagedStore) -> None:
    assert busy.browser("developer").send("/console/plugins", {}).status == 405


def test_a_static_file_is_kept_for_good_under_the_name_of_its_content(busy: PagedStore) -> None:
    browser = busy.browser()
    address = browser.get("/").attribute('link[rel="stylesheet"]', "href")
    found = browser.look("GET", address, {})
    assert (found.status, found.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in found.headers["cache-control"]
    gone = browser.look("GET", re.sub(r"\.[0-9a-f]{12}\.", ".000000000000.", address), {})
    assert (gone.status, gone.headers["cache-control"]) == (404, "no-store")


# ------------------------------------------------------------------------------------------------------------- forms


def test_a_form_without_the_sessions_token_does_nothing(busy: PagedStore) -> None:
    page = busy.browser("developer").get(f"{TODO}/versions/2/withdraw")
    sight = page.send("Withdraw version 2", _form="")
    assert (sight.status, "Nothing was done" in sight.words) == (403, True)
    assert busy.call("GET", "/v1/plugins/todo/versions/2", who="developer").json["state"] == "in_review"


def test_a_form_with_the_token_of_another_session_does_nothing(busy: PagedStore) -> None:
    other = busy.browser("developer").get("/console/submit").attribute('input[name="_form"]', "value")
    page = busy.browser("developer").get(f"{TODO}/versions/2/withdraw")
    assert page.send("Withdraw version 2", _form=other).status == 403


@pytest.mark.parametrize("headers", [{"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}])
def test_a_form_from_another_site_does_nothing_even_with_the_token(busy: PagedStore, headers: dict[str, str]) -> None:
    browser = busy.browser("developer")
    token = browser.get("/console/submit").attribute('input[name="_form"]', "value")
    fields = {"_form": token, "_key": "k", "reason": ""}
    assert browser.send(f"{TODO}/versions/2/withdraw", fields, **headers).status == 403


def test_an_old_browser_is_judged_by_the_origin(busy: PagedStore) -> None:
    browser = busy.browser("developer")
    token = browser.get("/console/submit").attribute('input[name="_form"]', "value")
    fields = {"_form": token, "_key": "k", "reason": ""}
    sight = browser.send(f"{TODO}/versions/2/withdraw", fields, sec_fetch_site="", origin="https://evil.example")
    assert sight.status == 403


def test_a_form_that_is_sent_twice_submits_once(shop: PagedStore) -> None:
    publish(shop.web, 1)
    page = shop.browser("developer").get("/console/submit")
    first, second = (page.send("Submit", manifest_url=MANIFEST_URL, plugin_id="todo") for _ in range(2))
    assert first.address.partition("?")[0] == second.address.partition("?")[0] == f"{TODO}/versions/1"
    versions = shop.call("GET", "/v1/plugins/todo/versions", who="developer").json["items"]
    assert len(versions) == 1


def test_what_the_api_refuses_stands_beside_its_field_with_what_was_sent(shop: PagedStore) -> None:
    sight = shop.browser("developer").get("/console/submit").send("Submit", manifest_url="http://127.0.0.1/x")
    assert (sight.status, wrong_with(sight)) == (422, [])
    field = sight.first("#manifest_url")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("http://127.0.0.1/x", "true")
    assert sight.first("#manifest_url-wrong").text(strip=True)


def test_a_reviewer_who_submits_is_told_that_it_is_not_theirs_to_do(shop: PagedStore) -> None:
    sight = shop.browser("reviewer").get("/console/submit").send("Submit", manifest_url=MANIFEST_URL)
    assert sight.status == 403
    assert wrong_with(sight) == []


# ------------------------------------------------------------------------------------------------- publishers' work


def test_a_publisher_sees_a_submission_through_without_script(shop: PagedStore) -> None:
    publish(shop.web, 1)
    browser = shop.browser("developer")
    waiting = browser.get("/console/submit").send("Submit", manifest_url=MANIFEST_URL, plugin_id="todo")
    assert "Submitted. The documents are fetched and examined now." in waiting.words
    assert waiting.document.css_first('noscript meta[http-equiv="refresh"]')
    assert waiting.attribute("#version", "data-live") == "1.0"
    shop.work()
    examined = browser.get(waiting.address)
    assert examined.every(".chip")[0].text() == "In review"
    assert "It is number 1 in the queue." in examined.words
    shop.approve(1)
    assert "Everybody gets this version." in browser.get(waiting.address).words
    assert browser.get("/").follow("Todo").title == "Todo"


def test_a_finding_stands_beside_its_line_with_how_to_mend_it(shop: PagedStore) -> None:
    publish(shop.web, 1)
    shop.web.documents[SCHEMA_URL] = schema(1, servers="servers: [{url: 'https://elsewhere.example.net'}]\n")
    browser = shop.browser("developer")
    browser.get("/console/submit").send("Submit", manifest_url=MANIFEST_URL, plugin_id="todo")
    shop.work()
    sight = browser.get(f"{TODO}/versions/1")
    (hit,) = [node.text(strip=True) for node in sight.every(".source li.hit.error")]
    assert hit == "3servers: [{url: 'https://elsewhere.example.net'}]"
    assert "To mend it: Name a server on the manifest's host or below it." in sight.words
    assert sight.link("schema.server-host") == "/v1/docs/findings#schema.server-host"


def test_live_and_candidate_stand_side_by_side(busy: PagedStore) -> None:
    sight = busy.browser("developer").get(TODO)
    live, candidate = (node.text(separator=" ") for node in sight.every("#standing > section"))
    assert "Live" in live
    assert "In review" in candidate
    assert "Version 1 stays live meanwhile." in candidate
    assert "0 of 100 places are taken" in sight.words


def test_a_withdrawal_asks_first(shop: PagedStore) -> None:
    shop.submit(1)
    browser = shop.browser("developer")
    question = browser.get(f"{TODO}/versions/1").follow("Withdraw")
    assert question.title == "Withdraw version 1"
    done = question.send("Withdraw version 1", reason="Not yet.")
    assert "The version is withdrawn." in done.words
    assert shop.call("GET", "/v1/plugins/todo/versions/1", who="developer").json["state"] == "withdrawn"


def test_an_approved_version_waits_for_its_publishers_release(shop: PagedStore) -> None:
    shop.submit(1)
    shop.approve(1, release="manual")
    browser = shop.browser("developer")
    sight = browser.get(f"{TODO}/versions/1")
    assert "becomes live when you release it" in sight.words
    assert "The version is live." in sight.send("Release it now").words
    assert shop.call("GET", "/plugins/todo/.well-known/ai-plugin.json").status == 200


def test_a_rollback_shows_what_it_would_do_before_it_does_it(shop: PagedStore) -> None:
    for number in (1, 2):
        shop.submit(number)
        shop.approve(number)
    browser = shop.browser("developer")
    rehearsed = browser.get(f"{TODO}/rollback").send("Show what it would do", version="1", reason="A bug.")
    assert "Version 1 would be live at once, in the place of version 2" in rehearsed.words
    assert shop.call("GET", "/catalog/todo").json["version"] == 2
    done = rehearsed.send("Go back to version 1 now")
    assert "The store went back to that version." in done.words
    assert shop.call("GET", "/catalog/todo").json["version"] == 1


def test_a_rejection_names_its_reasons_on_the_versions_page_and_in_the_messages(shop: PagedStore) -> None:
    shop.submit(1)
    digest = shop.call("GET", "/v1/plugins/todo/versions/1", who="reviewer").json["digest"]
    reasons = [{"code": "other", "detail": f"Because {SCRIPT}"}]
    body = {"digest": digest, "reasons": reasons, "note": "Come again."}
    assert shop.call("POST", "/v1/plugins/todo/versions/1/reject", body, who="reviewer").status == 200
    browser = shop.browser("developer")
    for path in (f"{TODO}/versions/1", f"{TODO}/messages"):
        sight = browser.get(path)
        assert f"Because {SCRIPT}" in sight.words
        assert "Come again." in sight.words
        assert wrong_with(sight) == []


def test_the_choice_for_drift_is_kept(shop: PagedStore) -> None:
    shop.submit(1)
    shop.approve(1)
    browser = shop.browser("developer")
    saved = browser.get(f"{TODO}/drift").send("Save", on_drift="submit")
    assert "Saved." in saved.words
    (chosen,) = [node for node in saved.every("input[name=on_drift]") if "checked" in node.attributes]
    assert chosen.attributes["value"] == "submit"


# ------------------------------------------------------------------------------------------------------- webhooks


def test_a_webhooks_secret_is_shown_once(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    made = browser.get("/console/webhooks").send("Set it up", name="alerts", url="https://a.example/hook")
    secret = made.first(".copy code").text(strip=True)
    assert (made.title, secret.startswith("whsec_")) == ("The webhook is set up", True)
    assert secret not in browser.get("/console/webhooks/alerts").text
    rotated = browser.get("/console/webhooks/alerts").send("Give it a new secret")
    assert rotated.first(".copy code").text(strip=True) not in {"", secret}


def test_a_test_message_shows_in_the_delivery_log_and_can_be_sent_again(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    browser.get("/console/webhooks").send("Set it up", name="alerts", url="https://a.example/hook")
    tested = browser.get("/console/webhooks/alerts").send("Send a test message")
    assert "A test message is on its way." in tested.words
    assert "Pending" in tested.words
    assert tested.attribute("#deliveries", "data-live") == "2"
    assert "The delivery is attempted anew." in tested.send("Send again").words


def test_a_webhook_is_changed_disabled_and_removed(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    browser.get("/console/webhooks").send("Set it up", name="alerts", url="https://a.example/hook")
    page = browser.get("/console/webhooks/alerts")
    changed = page.send("Save", types="version.rejected", state="disabled", plugin_ids="todo, weather")
    assert "Disabled" in changed.words
    kept = shop.call("GET", "/v1/webhooks/alerts", who="developer").json
    assert (kept["state"], kept["types"], kept["plugin_ids"]) == ("disabled", ["version.rejected"], ["todo", "weather"])
    assert "The webhook is removed." in changed.send("Remove alerts").words


def test_a_webhook_to_an_address_that_cannot_be_is_refused_beside_the_form(shop: PagedStore) -> None:
    sight = shop.browser("developer").get("/console/webhooks").send("Set it up", name="a b", url="https://a.example/h")
    assert (sight.status, wrong_with(sight)) == (422, [])
    assert sight.attribute("#name", "value") == "a b"


# -------------------------------------------------------------------------------------------------- hostile texts


@pytest.fixture(scope="module")
def haunted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagedStore]:
    """A store with a plugin that says whatever could do harm: live as far as the rules let it, and refused beyond."""
    with paged_store(tmp_path_factory.mktemp("data"), PolicyProfile="documented") as opened:
        publish(opened.web, 1)
        short = {"name_for_human": HOSTILE_NAME, "description_for_human": HOSTILE[:90]}
        opened.web.documents |= {
            MANIFEST_URL: manifest(HOSTILE[:7990], **short),
            SCHEMA_URL: schema(1).replace(b"Item 0", f"'{SCRIPT}{OVERRIDE}'".encode()),
        }
        browser = opened.browser("developer")
        browser.get("/console/submit").send("Submit", manifest_url=MANIFEST_URL, plugin_id="todo")
        opened.work()
        opened.approve(1)
        long = {"name_for_human": HOSTILE, "description_for_human": HOSTILE}
        opened.web.documents[MANIFEST_URL] = manifest(HOSTILE, **long)
        browser.get(TODO).send("Submit an upgrade")
        opened.work()
        yield opened


HAUNTED = (
    "/",
    "/?q=alert",
    "/console/catalog/todo",
    "/console/plugins",
    TODO,
    *(f"{TODO}/versions/{n}" for n in (1, 2)),
)


@pytest.mark.parametrize("path", [*HAUNTED, f"{TODO}/messages"])
def test_hostile_texts_are_shown_harmlessly(haunted: PagedStore, path: str) -> None:
    sight = haunted.browser("developer").get(path)
    assert (sight.status, wrong_with(sight)) == (200, [])
    assert not sight.every("main script, main img[src=x], main b")
    assert not set("\u202e\u202c\u200b") & set(sight.text)


@pytest.mark.parametrize(
    ("path", "place"), [("/", "h2 bdi"), ("/console/catalog/todo", "h1 bdi"), (f"{TODO}/versions/1", "dd bdi")]
)
def test_a_hostile_name_is_written_out_and_ends_where_it_ends(haunted: PagedStore, path: str, place: str) -> None:
    names = [node.text() for node in haunted.browser("developer").get(path).every(place)]
    assert "<b>x</b>⟦U+202E⟧gnp.exe" in names


def test_a_version_that_says_too_much_is_refused_beside_what_it_says(haunted: PagedStore) -> None:
    sight = haunted.browser("developer").get(f"{TODO}/versions/2")
    assert "Version 1 stays live meanwhile." in sight.words
    assert all(len(node.text()) < 200 for node in sight.every(".source .t"))


# ------------------------------------------------------------------------------------------------- visitors


def test_a_visitor_sees_what_a_plugin_calls_where_and_since_when(busy: PagedStore) -> None:
    sight = busy.browser().get("/console/catalog/todo")
    assert "GET /items/0 Item 0" in sight.words
    assert "Calls go to todo.example.com" in sight.words
    assert "Version 1 went live" in sight.words
    assert sight.first(".copy code").text() == (f"{busy.base_url}/plugins/todo/.well-known/ai-plugin.json")


def test_a_visitor_sees_what_an_upgrade_changed(shop: PagedStore) -> None:
    for number in (1, 2):
        shop.submit(number)
        shop.approve(number)
    sight = shop.browser().get("/console/catalog/todo").follow("Version 2 went live")
    assert (sight.status, wrong_with(sight)) == (200, [])
    assert sight.title == "What version 2 changed"
    assert "What the model reads" in sight.words
    first = shop.browser().get("/console/catalog/todo/versions/1")
    assert (first.status, wrong_with(first)) == (200, [])
    assert "the first one that everybody got" in first.words


@pytest.mark.parametrize("path", ["/console/catalog/todo", "/console/catalog/todo/versions/2"])
def test_a_banned_plugin_is_shown_to_nobody(shop: PagedStore, path: str) -> None:
    for number in (1, 2):
        shop.submit(number)
        shop.approve(number)
    shop.call("POST", "/v1/plugins/todo/ban", {"reason": "malware"}, who="reviewer")
    assert shop.browser().get(path).status == 404
    assert "No plugin is live yet" in shop.browser().get("/").words


def test_what_was_never_released_is_no_visitors_business(busy: PagedStore) -> None:
    for number in ("2", "3", "x", "%2e%2e"):
        assert busy.browser().get(f"/console/catalog/todo/versions/{number}").status == 404


def test_a_search_finds_by_words_and_says_when_it_finds_nothing(busy: PagedStore) -> None:
    assert "1 plugin for “ LISTS keeps ”" in busy.browser().get("/?q=LISTS+keeps").words
    assert "Nothing matches “weather”" in busy.browser().get("/?q=weather").words


def test_a_search_for_markup_is_shown_as_text(busy: PagedStore) -> None:
    sight = busy.browser().get("/?q=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE")
    assert (sight.status, wrong_with(sight)) == (200, [])
    assert "Nothing matches “<script>alert(1)</script>⟦U+202E⟧”" in sight.words


def test_a_cursor_that_is_none_is_told_so(busy: PagedStore) -> None:
    sight = busy.browser().get("/?cursor=rubbish")
    assert (sight.status, wrong_with(sight)) == (400, [])


def test_a_page_that_the_gateway_refuses_says_that_one_may_not(busy: PagedStore) -> None:
    sight = busy.browser("plus").get("/console/plugins")
    assert (sight.status, sight.title) == (403, "You may not do this.")


# ------------------------------------------------------------------------------------- schemas that change by design

ENVELOPE = {
    "envelope": 1,
    "refresh_minutes": 60,
    "texts": [{"at": "/paths/~1items~10/get/summary", "reads": ["Item ", {"number": {"least": 0, "most": 9}}]}],
}


def test_an_envelope_is_submitted_shown_in_words_and_kept_by_the_next_submission(shop: PagedStore) -> None:
    publish(shop.web, 1)
    browser = shop.browser("developer")
    fields = {"manifest_url": MANIFEST_URL, "plugin_id": "todo", "envelope": json.dumps(ENVELOPE)}
    browser.get("/console/submit").send("Submit", **fields)
    shop.work()
    sight = browser.get(f"{TODO}/versions/1")
    assert (sight.status, wrong_with(sight)) == (200, [])
    assert "What may vary" in sight.words
    assert "a whole number from 0 to 9" in sight.words
    browser.get(TODO).send("Submit an upgrade")
    shop.work()
    again = shop.call("GET", "/v1/plugins/todo/versions/2", who="developer").json
    assert (again["schema_mode"], again["varies"]) == ("dynamic", _varies(shop))


def test_a_submission_again_keeps_its_envelope(shop: PagedStore) -> None:
    publish(shop.web, 1)
    browser = shop.browser("developer")
    fields = {"manifest_url": MANIFEST_URL, "plugin_id": "todo", "envelope": json.dumps(ENVELOPE)}
    browser.get("/console/submit").send("Submit", **fields)
    shop.work()
    browser.get(f"{TODO}/versions/1/withdraw").send("Withdraw version 1")
    browser.get(f"{TODO}/versions/1").send("Submit again")
    assert shop.call("GET", "/v1/plugins/todo/versions/2", who="developer").json["schema_mode"] == "dynamic"


@pytest.mark.parametrize("envelope", ["{", "[" * 100_000, '{"envelope": 1, "texts": 5}'])
def test_an_envelope_that_cannot_be_stands_beside_its_field(shop: PagedStore, envelope: str) -> None:
    page = shop.browser("developer").get("/console/submit")
    sight = page.send("Submit", manifest_url=MANIFEST_URL, envelope=envelope)
    assert (sight.status, wrong_with(sight)) == (422, [])
    assert sight.first("#envelope-wrong").text(strip=True)
    assert sight.first("#envelope").text() == envelope


def _varies(shop: PagedStore) -> list[str]:
    found: list[str] = shop.call("GET", "/v1/plugins/todo/versions/1", who="developer").json["varies"]
    return found
