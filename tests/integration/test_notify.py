"""From a committed event to everybody who is to know, over moto."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.errors import UnavailableError
from shared.storage.mail import SesMail
from tests.integration.aws import DEVELOPER, NOBODY, OTHER_DEVELOPER, REVIEWER, Person
from tests.integration.documents import MANIFEST_URL, approve, live, publish, submit
from tests.integration.receivers import NotifyingCloud, notifying_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.aws import Answer, Web
    from tests.integration.receivers import Post

HOOK = "https://hooks.todo.example.com/standfast"
WEBHOOK = "/v1/webhooks/alerts"
MESSAGES = "/v1/plugins/todo/messages"


@pytest.fixture
def store(web: Web) -> Iterator[NotifyingCloud]:
    with notifying_cloud(web) as opened:
        yield opened


def set_up(store: NotifyingCloud, name: str = "alerts", who: Person = DEVELOPER, **wanted: object) -> Answer:
    return store.call("PUT", f"/v1/webhooks/{name}", {"url": HOOK, **wanted}, who=who)


def reject(store: NotifyingCloud, number: int, detail: str = "Say what it does.") -> None:
    digest = store.call("GET", f"/v1/plugins/todo/versions/{number}", who=DEVELOPER).json["digest"]
    body = {"digest": digest, "reasons": [{"code": "other", "detail": detail}]}
    assert store.call("POST", f"/v1/plugins/todo/versions/{number}/reject", body, who=REVIEWER).status == 200


def ban(store: NotifyingCloud, *, lifted: bool = False) -> None:
    path = f"/v1/plugins/todo/{'lift-ban' if lifted else 'ban'}"
    assert store.call("POST", path, {"reason": "malware"}, who=REVIEWER).status == 200


def messages(store: NotifyingCloud, who: Person = DEVELOPER, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.call("GET", MESSAGES + query, who=who).json["items"]
    return found


def changes(store: NotifyingCloud, since: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.call("GET", f"/v1/changes?since={since}").json["items"]
    return found


def deliveries(store: NotifyingCloud, name: str = "alerts") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.call("GET", f"/v1/webhooks/{name}/deliveries", who=DEVELOPER).json["items"]
    return found


def is_signed(post: Post, secret: str) -> bool:
    """Check a signature as a receiver would: the scheme, by hand."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return expected in post.headers["webhook-signature"].split(" ")


def test_the_publisher_reads_why_the_moment_it_is_decided(store: NotifyingCloud) -> None:
    submit(store, 1)
    reject(store, 1)
    newest, *earlier = messages(store)
    assert (newest["type"], newest["version"], newest["by"]) == ("version.rejected", 1, "reviewer")
    assert newest["reasons"] == [{"code": "other", "text": "", "detail": "Say what it does."}]
    assert [message["type"] for message in earlier] == ["version.pinned", "version.submitted", "plugin.registered"]
    assert REVIEWER.subject not in json.dumps(messages(store))


def test_messages_are_for_the_owner_and_for_reviewers(store: NotifyingCloud) -> None:
    submit(store, 1)
    assert messages(store, REVIEWER) == messages(store)
    assert store.call("GET", MESSAGES, who=OTHER_DEVELOPER).status == 404
    assert store.call("GET", MESSAGES, who=NOBODY).status == 403


def test_messages_are_read_in_pages(store: NotifyingCloud) -> None:
    submit(store, 1)
    first = store.call("GET", f"{MESSAGES}?limit=2", who=DEVELOPER).json
    rest = messages(store, query=f"?limit=2&cursor={first['next_cursor']}")
    assert [*first["items"], *rest] == messages(store)


def test_every_event_reaches_the_operators_topic_once(store: NotifyingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    store.tell()
    assert [event["type"] for event in store.published] == [
        "PluginRegistered",
        "VersionSubmitted",
        "VersionPinned",
        "VersionApproved",
        "VersionReleased",
    ]
    assert len({event["event_id"] for event in store.published}) == 5


def test_the_publisher_gets_letters_about_what_others_did(store: NotifyingCloud) -> None:
    submit(store, 1)
    reject(store, 1, "Say what it does, größer.")
    store.tell()
    (letter,) = store.letters
    assert (letter["To"], letter["Subject"]) == ("developer-1@people.example", "todo: Version 1 is rejected")
    assert "Say what it does, größer." in letter.get_content()


@pytest.mark.parametrize("account", [None, {}, {"email": "x@people.example", "email_verified": "false"}])
def test_nobody_writes_to_an_address_that_is_not_proven(store: NotifyingCloud, account: dict[str, str] | None) -> None:
    store.accounts.known[DEVELOPER.subject] = account
    submit(store, 1)
    reject(store, 1)
    assert store.tell() == []
    assert store.letters == []


def test_a_letter_that_is_refused_holds_nothing_up(store: NotifyingCloud) -> None:
    store.change_ports(mail=SesMail(store.ses, "nobody@unverified.example"))
    submit(store, 1)
    reject(store, 1)
    assert store.tell() == []
    assert store.published[-1]["type"] == "VersionRejected"


def test_a_webhook_gets_what_happens_signed(store: NotifyingCloud) -> None:
    made = set_up(store)
    assert made.json["secret"].startswith("whsec_")
    submit(store, 1)
    store.tell()
    assert store.deliver() == []
    assert len(store.endpoints.posts) == 3
    for post in store.endpoints.posts:
        assert post.url == HOOK
        assert is_signed(post, made.json["secret"])
        assert not is_signed(post, "whsec_" + base64.b64encode(b"x" * 32).decode())
    assert {json.loads(post.body)["type"] for post in store.endpoints.posts} == {
        "plugin.registered",
        "version.submitted",
        "version.pinned",
    }
    ids = [post.headers["webhook-id"] for post in store.endpoints.posts]
    assert set(ids) == {message["message_id"] for message in messages(store)}
    assert {delivery["state"] for delivery in deliveries(store)} == {"delivered"}


def test_a_webhook_gets_nothing_of_other_publishers_nor_what_it_did_not_ask_for(store: NotifyingCloud) -> None:
    set_up(store, who=OTHER_DEVELOPER)
    set_up(store, "rejections", types=["version.rejected"])
    set_up(store, "elsewhere", plugin_ids=["another"])
    submit(store, 1)
    reject(store, 1)
    store.tell()
    store.deliver()
    (post,) = store.endpoints.posts
    assert json.loads(post.body)["data"]["reasons"][0]["detail"] == "Say what it does."


def test_an_event_that_comes_again_is_delivered_once_and_recognisable_elsewhere(store: NotifyingCloud) -> None:
    set_up(store, types=["version.rejected"])
    submit(store, 1)
    reject(store, 1)
    store.tell()
    store.deliver()
    again = store.committed()
    assert store.tell(again) == []
    store.deliver()
    assert len(store.endpoints.posts) == 1
    ids = [event["event_id"] for event in store.published]
    assert sorted(ids) == sorted([*set(ids), *set(ids)])


def test_what_fails_is_passed_on_again_and_nothing_overtakes_it(store: NotifyingCloud) -> None:
    submit(store, 1)
    records = store.committed()
    store.change_ports(topic=_Failing(store.all_ports.topic, at=2))
    assert store.tell(records) == [records[1]["dynamodb"]["SequenceNumber"]]
    assert len(store.published) == 1
    assert store.tell(records[1:]) == []
    assert [event["type"] for event in store.published] == ["PluginRegistered", "VersionSubmitted", "VersionPinned"]


class _Failing:
    """A topic that is out of reach once."""

    def __init__(self, topic: Any, *, at: int) -> None:  # noqa: ANN401 - the port
        self._topic = topic
        self._left = at

    def publish(self, event: Any) -> None:  # noqa: ANN401
        self._left -= 1
        if self._left == 0:
            raise UnavailableError("Not now.")
        self._topic.publish(event)


def test_a_delivery_that_fails_says_so_and_is_asked_for_again(store: NotifyingCloud) -> None:
    set_up(store, types=["version.submitted"])
    store.endpoints.status = 503
    submit(store, 1)
    store.tell()
    store.deliver()
    (delivery,) = deliveries(store)
    assert (delivery["state"], [each["status"] for each in delivery["attempts"]]) == ("pending", [503])
    assert store.call("GET", WEBHOOK, who=DEVELOPER).json["failing_since"]
    waiting = store.sqs.get_queue_attributes(
        QueueUrl=store.delivery_queue_url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert waiting["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_an_endpoint_without_an_answer_is_shown_with_the_fetchers_words(store: NotifyingCloud) -> None:
    set_up(store, types=["version.submitted"])
    store.endpoints.status = 0
    submit(store, 1)
    store.tell()
    store.deliver()
    ((attempt,),) = (delivery["attempts"] for delivery in deliveries(store))
    assert (attempt["status"], attempt["error"]) == (0, f"POST {HOOK} failed: no connection.")


def test_an_endpoint_that_is_gone_is_disabled_and_its_publisher_is_told(store: NotifyingCloud) -> None:
    set_up(store, types=["version.submitted"])
    store.endpoints.status = 410
    submit(store, 1)
    store.tell()
    before = store.dynamodb.get_item(
        TableName="standfast", Key={"pk": {"S": f"WEBHOOKS#{DEVELOPER.subject}"}, "sk": {"S": "WEBHOOK#alerts"}}
    )["Item"]
    store.deliver()
    webhook = store.call("GET", WEBHOOK, who=DEVELOPER).json
    assert (webhook["state"], webhook["disabled_because"]) == ("disabled", "It answered 410: gone.")
    key = {"pk": before["pk"], "sk": before["sk"]}
    after = store.dynamodb.get_item(TableName="standfast", Key=key)["Item"]
    images = {"OldImage": before, "NewImage": after, "Keys": key, "SequenceNumber": "9"}
    record: dict[str, Any] = {"eventName": "MODIFY", "dynamodb": images}
    assert store.lets_through(record)
    assert not store.lets_through({**record, "dynamodb": {**images, "OldImage": after}})
    assert store.tell([record]) == []
    assert "Your webhook alerts is disabled" in store.letters[-1]["Subject"]


def test_a_replay_delivers_the_same_message_again(store: NotifyingCloud) -> None:
    set_up(store, types=["version.submitted"])
    store.endpoints.status = 410
    submit(store, 1)
    store.tell()
    store.deliver()
    (failed,) = deliveries(store)
    replay = f"{WEBHOOK}/deliveries/{failed['delivery_id']}/replay"
    assert store.call("POST", replay, {}, who=DEVELOPER).status == 409
    set_up(store, types=["version.submitted"])
    store.endpoints.status = 200
    assert store.call("POST", replay, {}, who=DEVELOPER).json["state"] == "pending"
    store.deliver()
    first, second = store.endpoints.posts
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    (delivered,) = deliveries(store)
    assert (delivered["state"], [each["status"] for each in delivered["attempts"]]) == ("delivered", [410, 200])
    assert store.call("POST", f"{WEBHOOK}/deliveries/nothing/replay", {}, who=DEVELOPER).status == 404
    assert store.call("POST", f"{WEBHOOK}/deliveries/{'0' * 30}/replay", {}, who=DEVELOPER).status == 404


def test_what_happens_while_a_webhook_is_disabled_can_be_replayed(store: NotifyingCloud) -> None:
    set_up(store, types=["version.submitted"], state="disabled")
    submit(store, 1)
    store.tell()
    store.deliver()
    assert store.endpoints.posts == []
    (missed,) = deliveries(store)
    assert (missed["state"], missed["note"]) == ("failed", "The webhook was disabled.")
    set_up(store, types=["version.submitted"])
    store.call("POST", f"{WEBHOOK}/deliveries/{missed['delivery_id']}/replay", {}, who=DEVELOPER)
    store.deliver()
    assert len(store.endpoints.posts) == 1


def test_a_webhook_can_be_tried_out(store: NotifyingCloud) -> None:
    secret = set_up(store).json["secret"]
    answer = store.call("POST", f"{WEBHOOK}/test", {}, who=DEVELOPER)
    assert (answer.status, answer.json["type"], answer.json["state"]) == (202, "webhook.test", "pending")
    store.deliver()
    (post,) = store.endpoints.posts
    assert post.headers["webhook-id"] == answer.json["delivery_id"]
    assert is_signed(post, secret)


def test_a_secret_is_shown_once_and_rotated_without_a_gap(store: NotifyingCloud) -> None:
    old = set_up(store).json["secret"]
    assert set_up(store, description="changed").json["secret"] is None
    assert "secret" not in store.call("GET", WEBHOOK, who=DEVELOPER).json
    assert old not in store.call("GET", "/v1/webhooks", who=DEVELOPER).text
    new = store.call("POST", f"{WEBHOOK}/rotate-secret", {}, who=DEVELOPER).json["secret"]
    assert new != old
    store.call("POST", f"{WEBHOOK}/test", {}, who=DEVELOPER)
    store.deliver()
    (post,) = store.endpoints.posts
    assert is_signed(post, old)
    assert is_signed(post, new)


def test_a_removed_webhook_gets_nothing_any_more_nor_does_its_successor(store: NotifyingCloud) -> None:
    set_up(store)
    store.call("POST", f"{WEBHOOK}/test", {}, who=DEVELOPER)
    assert [store.call("DELETE", WEBHOOK, who=DEVELOPER).status for _ in range(2)] == [204, 204]
    set_up(store)
    assert store.deliver() == []
    assert store.endpoints.posts == []
    assert deliveries(store) == []


def test_a_webhook_is_its_publishers_own(store: NotifyingCloud) -> None:
    set_up(store)
    for method, path in [("GET", WEBHOOK), ("POST", f"{WEBHOOK}/rotate-secret"), ("POST", f"{WEBHOOK}/test")]:
        assert store.call(method, path, {}, who=OTHER_DEVELOPER).status == 404
    assert store.call("DELETE", WEBHOOK, who=OTHER_DEVELOPER).status == 204
    assert store.call("GET", WEBHOOK, who=DEVELOPER).status == 200
    assert store.call("GET", "/v1/webhooks", who=OTHER_DEVELOPER).json["items"] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.todo.example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
        "https://hooks.todo.example.com:8443/",
        "https://user@hooks.todo.example.com/",
        "https://metadata.google.internal/",
    ],
)
def test_the_url_of_a_webhook_obeys_the_rules_of_manifests(store: NotifyingCloud, url: str) -> None:
    answer = set_up(store, url=url)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/url")


def test_a_webhook_asks_for_types_that_there_are(store: NotifyingCloud) -> None:
    answer = set_up(store, types=["version.rejected", "version.exploded"])
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/types/1")


@pytest.mark.parametrize("name", ["Alerts", "a_b", "-", "x" * 64])
def test_a_webhooks_name_has_a_form(store: NotifyingCloud, name: str) -> None:
    assert set_up(store, name).status == 422


def test_a_publisher_has_ten_webhooks_at_most(store: NotifyingCloud) -> None:
    assert {set_up(store, f"hook-{number}").status for number in range(10)} == {200}
    assert set_up(store, "one-more").json["type"] == "urn:standfast:problem:too-many-webhooks"


def test_mirrors_follow_what_becomes_public_and_what_goes(store: NotifyingCloud) -> None:
    submit(store, 1)
    store.tell()
    assert changes(store) == []
    approve(store, 1)
    submit(store, 2)
    reject(store, 2)
    submit(store, 3)
    approve(store, 3)
    ban(store)
    ban(store, lifted=True)
    store.tell()
    found = changes(store)
    assert [(each["sequence"], each["type"], each["version"], each["gone"]) for each in found] == [
        (1, "version.released", 1, False),
        (2, "version.released", 3, False),
        (3, "plugin.banned", None, True),
        (4, "plugin.ban_lifted", None, False),
    ]
    assert found[1]["manifest_path"] == "/plugins/todo/.well-known/ai-plugin.json"
    assert store.call("GET", found[1]["manifest_path"]).text == live(store).text
    assert "malware" not in json.dumps(found)


def test_a_mirror_goes_on_from_its_cursor_and_misses_nothing(store: NotifyingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    store.tell()
    first = store.call("GET", "/v1/changes?limit=1").json
    assert len(first["items"]) == 1
    assert changes(store, first["next_cursor"]) == []
    ban(store)
    store.tell()
    assert [each["type"] for each in changes(store, first["next_cursor"])] == ["plugin.banned"]
    assert store.call("GET", "/v1/changes?since=made-up").json["type"] == "urn:standfast:problem:invalid-cursor"


def test_the_ban_of_what_never_was_public_is_nobodys_business(store: NotifyingCloud) -> None:
    submit(store, 1)
    ban(store)
    store.tell()
    assert changes(store) == []
    assert store.call("GET", "/plugins/todo/feed.atom").status == 404
    ban(store, lifted=True)
    approve(store, 1)
    store.tell()
    assert [each["type"] for each in changes(store)] == ["version.released"]


def test_a_plugin_that_is_or_was_live_has_a_feed(store: NotifyingCloud) -> None:
    from xml.etree import ElementTree as ET  # noqa: PLC0415

    assert store.call("GET", "/plugins/todo/feed.atom").status == 404
    submit(store, 1)
    approve(store, 1)
    ban(store)
    store.tell()
    answer = store.call("GET", "/plugins/todo/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert (answer.headers["cache-tag"], answer.headers["access-control-allow-origin"]) == ("plugin-todo", "*")
    feed = ET.fromstring(answer.text)  # noqa: S314 - our own
    names = {"atom": "http://www.w3.org/2005/Atom"}
    titles = [entry.findtext("atom:title", "", names) for entry in feed.iterfind("atom:entry", names)]
    assert titles == ["The plugin is banned", "Version 1 is live"]
    for required in ("atom:id", "atom:title", "atom:updated", "atom:author/atom:name"):
        assert feed.findtext(required, "", names)
    assert "Todo" not in answer.text
    assert "malware" not in answer.text


def test_a_revoked_version_is_a_tombstone_only_if_it_was_released(store: NotifyingCloud) -> None:
    publish(store.web, 1)
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who=DEVELOPER)
    store.work()
    approve(store, 1)
    submit(store, 2)
    approve(store, 2)
    revoke = {"reason": "malware", "rollback_to": 1}
    answer = store.call("POST", "/v1/plugins/todo/versions/2/revoke", revoke, who=REVIEWER)
    assert answer.status == 200, answer.text
    store.tell()
    found = {(each["type"], each["version"]): each["gone"] for each in changes(store)[2:]}
    assert found == {("version.revoked", 2): True, ("version.restored", 1): False}
