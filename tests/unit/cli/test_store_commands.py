"""The commands at a store, against a whole one: what they do, what they say, and how they end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from cli.main import app
from docs.openapi import document
from tests.integration.documents import manifest
from tests.unit.cli.shops import MANIFEST_URL, Shop, publish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.shops import Person


def test_a_plugin_is_submitted_and_followed_to_its_review(publisher: Person) -> None:
    ended = publisher.run("submit", MANIFEST_URL, "--plugin", "todo", "--wait", "--until", "review")
    assert ended.status == 0
    assert "Version 1 of todo" in ended.out
    assert "in_review" in ended.out
    assert "Version 1 is now in review." in ended.err


def test_a_submission_that_does_not_pass_ends_with_1_and_its_findings(publisher: Person, shop: Shop) -> None:
    shop.web.documents[MANIFEST_URL] = manifest("Keeps lists.", name_for_model="not a name")
    ended = publisher.run("submit", MANIFEST_URL, "--wait")
    assert ended.status == 1
    assert "manifest.name-form" in ended.out
    assert "Fix: " in ended.out


def test_a_rejection_ends_with_1_and_its_reasons(publisher: Person, reviewer: Person, candidate: str) -> None:
    decided = reviewer.run("review", "todo", 1, "--reject", "other=Say what it does.", "--digest", candidate)
    assert decided.status == 0, decided.err
    ended = publisher.run("status", "todo", 1)
    assert "Because other: Say what it does." in ended.out


def test_nothing_decided_in_time_ends_with_3(publisher: Person) -> None:
    ended = publisher.run("submit", MANIFEST_URL, "--plugin", "todo", "--wait", "--timeout", 1)
    assert ended.status == 3
    assert "still in review" in ended.err


def test_a_decision_that_falls_meanwhile_ends_the_wait(publisher: Person, reviewer: Person, shop: Shop) -> None:
    def decide(_seconds: float) -> None:
        shop.work()
        found = reviewer.run("status", "todo", 1, "--json").json
        if found["state"] == "in_review":
            reviewer.run("review", "todo", 1, "--approve", "--digest", found["digest"])

    waiting = replace(publisher, world=replace(publisher.world, sleep=decide))
    ended = waiting.run("submit", MANIFEST_URL, "--plugin", "todo", "--wait", "--json")
    assert (ended.status, ended.json["state"]) == (0, "live")


def test_the_same_command_submits_a_new_plugin_and_then_its_upgrades(publisher: Person, live: str) -> None:
    assert live
    for arguments in (("submit", MANIFEST_URL), ("submit", MANIFEST_URL, "--plugin", "todo"), ("submit", "-p", "todo")):
        assert publisher.run(*arguments, "--json").json["plugin_id"] == "todo"
    assert publisher.run("list", "--json").json["items"][0]["last_version"] == 4


def test_an_id_that_somebody_else_has_is_told(shop: Shop, live: str, tmp_path: Path) -> None:
    assert live
    ended = shop.person("developer2", tmp_path).run("submit", MANIFEST_URL, "--plugin", "todo")
    assert ended.status == 1
    assert "urn:standfast:problem:plugin-id-taken" in ended.err
    assert "hint: Choose another id" in ended.err


def test_an_approval_of_another_digest_than_is_there_does_nothing(
    publisher: Person, reviewer: Person, candidate: str, shop: Shop
) -> None:
    publish(shop.web, 2)
    assert publisher.run("submit", "-p", "todo", "--wait", "--until", "review").status == 0
    ended = reviewer.run("review", "todo", 2, "--approve", "--digest", candidate)
    assert ended.status == 1
    assert "digest-mismatch" in ended.err
    assert publisher.run("status", "todo", "--json").json["live"] is None


def test_a_review_shows_what_changed_and_asks(reviewer: Person, publisher: Person, live: str, shop: Shop) -> None:
    assert live
    publish(shop.web, 2)
    publisher.run("submit", "-p", "todo", "--wait", "--until", "review")
    asked = replace(reviewer, world=replace(reviewer.world, is_interactive=lambda: True))
    ended = asked.run("review", "todo", 2, typed="a\n")
    assert ended.status == 0, ended.err
    assert "Against what is live: version 1" in ended.out
    assert "What the model reads" in ended.out
    assert "Risk: " in ended.out
    assert publisher.run("status", "todo", "--json").json["live"]["version"] == 2


def test_whoever_quits_a_review_gives_the_claim_up_and_decides_nothing(reviewer: Person, candidate: str) -> None:
    assert candidate
    asked = replace(reviewer, world=replace(reviewer.world, is_interactive=lambda: True))
    ended = asked.run("review", "todo", 1, typed="q\n")
    assert ended.status == 0
    assert "Nothing was decided." in ended.err
    (waiting,) = reviewer.run("queue", "--json").json["items"]
    assert waiting["claim"] is None


def test_a_rejection_is_asked_for_with_its_reasons(reviewer: Person, publisher: Person, candidate: str) -> None:
    assert candidate
    asked = replace(reviewer, world=replace(reviewer.world, is_interactive=lambda: True))
    ended = asked.run("review", "todo", 1, typed="r\nnonsense\nother\nSay more.\n\n")
    assert ended.status == 0, ended.err
    assert "There is no reason 'nonsense'." in ended.err
    assert publisher.run("status", "todo", 1, "--json").json["state"] == "rejected"


def test_a_candidate_that_moved_while_it_was_read_is_not_approved(
    reviewer: Person, publisher: Person, candidate: str, shop: Shop
) -> None:
    assert candidate

    def moved(method: str, url: str, *, headers: Any, body: bytes | None) -> Any:  # noqa: ANN401 - a transport
        if url.endswith("/approve"):
            publish(shop.web, 2)
            publisher.run("submit", "-p", "todo")
        return shop.send(method, url, headers=headers, body=body)

    asked = replace(reviewer, world=replace(reviewer.world, is_interactive=lambda: True, send=moved))
    ended = asked.run("review", "todo", 1, typed="a\n")
    assert ended.status == 1
    assert "urn:standfast:problem:illegal-move" in ended.err
    assert publisher.run("status", "todo", "--json").json["live"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("review", "todo", "1", "--approve"),
        ("review", "todo", "1", "--approve", "--digest", "latest"),
        ("review", "todo", "1", "--approve", "--reject", "other", "--digest", f"sha256:{'0' * 64}"),
        ("submit",),
        ("submit", MANIFEST_URL, "--until", "forever"),
        ("status",),
        ("status", "todo", "--store", "http://plugins.example.com"),
        ("status", "todo", "--store", "ftp://plugins.example.com"),
        ("status", "todo", "--store", "https://me@plugins.example.com"),
    ],
)
def test_what_makes_no_sense_ends_with_2_and_sends_nothing(
    publisher: Person, shop: Shop, arguments: tuple[str, ...]
) -> None:
    assert publisher.run(*arguments).status == 2
    assert shop.requests == []


def test_a_publisher_releases_withdraws_and_rolls_back(
    publisher: Person, reviewer: Person, live: str, shop: Shop
) -> None:
    assert live
    publish(shop.web, 2)
    version = publisher.run("submit", "-p", "todo", "--wait", "--until", "review", "--json").json
    reviewer.run("review", "todo", 2, "--approve", "--digest", version["digest"], "--release", "manual")
    assert "instead of  1" in publisher.run("release", "todo", 2).out
    rehearsal = publisher.run("rollback", "todo", 1, "--reason", "a mistake", "--dry-run")
    assert "Would be: Version 1 of todo" in rehearsal.out
    assert publisher.run("status", "todo", "--json").json["live"]["version"] == 2
    assert publisher.run("rollback", "todo", 1, "--reason", "a mistake", "--json").json["replaced"] == 2
    publisher.run("submit", "-p", "todo")
    assert publisher.run("withdraw", "todo", 3, "--json").json["state"] == "withdrawn"


def test_a_reviewer_bans_lifts_and_revokes(publisher: Person, reviewer: Person, live: str) -> None:
    assert live
    assert reviewer.run("ban", "todo", "-r", "malware", "--json").json["status"] == "banned"
    assert "malware" in publisher.run("status", "todo").out
    assert reviewer.run("lift-ban", "todo", "-r", "a mistake", "--json").json["status"] == "approved"
    ended = reviewer.run("revoke", "todo", 1, "-r", "asks for passwords")
    assert (ended.status, "name the version to go back to" in ended.err) == (1, True)


def test_what_a_publisher_may_not_do_ends_with_4(publisher: Person, candidate: str) -> None:
    for arguments in (
        ("queue",),
        ("ban", "todo", "-r", "x"),
        ("review", "todo", 1, "--approve", "--digest", candidate),
    ):
        ended = publisher.run(*arguments)
        assert ended.status == 4
        assert "hint: Look at who you are with" in ended.err


def test_webhooks_are_set_up_read_and_removed(publisher: Person) -> None:
    made = publisher.run("webhooks", "set", "builds", "https://todo.example.com/hook", "--type", "version.rejected")
    assert "Keep the secret now" in made.out
    assert "version.rejected" in publisher.run("webhooks", "list").out
    rotated = publisher.run("webhooks", "rotate", "builds", "--json").json
    assert rotated["secret"] not in made.out
    tried = publisher.run("webhooks", "test", "builds", "--json").json
    assert tried["state"] == "pending"
    (delivery,) = publisher.run("webhooks", "deliveries", "builds", "--json").json["items"]
    assert delivery["delivery_id"] == tried["delivery_id"]
    assert publisher.run("webhooks", "replay", "builds", delivery["delivery_id"]).status in {0, 1}
    assert publisher.run("webhooks", "remove", "builds").status == 0
    assert "You have no webhooks." in publisher.run("webhooks", "list").out
    assert publisher.run("webhooks", "show", "builds").status == 1


def test_workflows_are_trusted_and_trusted_no_more(publisher: Person, candidate: str) -> None:
    assert candidate
    given = publisher.run("trust", "add", "todo", "releases", "--repository", "octo/todo", "--workflow", "publish.yml")
    assert given.status == 0, given.err
    assert "octo/todo" in publisher.run("trust", "list", "todo").out
    assert publisher.run("trust", "remove", "todo", "releases").status == 0
    assert publisher.run("trust", "list", "todo", "--json").json == {"items": []}


def test_a_plugin_is_installed_and_uninstalled(shop: Shop, live: str, tmp_path: Path) -> None:
    assert live
    user = shop.person("plus", tmp_path)
    assert user.run("install", "todo", "--json").json["channel"] == "live"
    assert user.run("uninstall", "todo").status == 0
    assert user.run("uninstall", "todo").status in {0, 1}


def test_messages_and_the_audit_tell_the_story(publisher: Person, reviewer: Person, live: str) -> None:
    assert live
    told = publisher.run("messages", "todo").out
    assert told.index("Version 1 is live") < told.index("The plugin is registered")
    assert len(publisher.run("messages", "todo", "-n", 2, "--json").json["items"]) == 2
    assert "VersionApproved" in reviewer.run("audit", "todo").out


# ------------------------------------------------------------------------------------------------- the form of it all

COMMANDS = {
    name: command
    for name, command in get_command(app).commands.items()  # type: ignore[attr-defined] # a group
    if name not in {"policy", "envelope"}
}
LEAVES = [
    (name, *rest)
    for name, command in COMMANDS.items()
    for rest in ([(each,) for each in command.commands] if hasattr(command, "commands") else [()])
]


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_commands_help_has_an_example(publisher: Person, words: tuple[str, ...]) -> None:
    ended = publisher.run(*words, "--help")
    assert ended.status == 0
    assert f"\n  standfast {' '.join(words)}" in ended.out


def validated(model: str, value: object) -> None:
    """Hold a JSON document to a model of the published API."""
    import jsonschema_rs  # noqa: PLC0415 - for these tests alone

    schema = {"$ref": f"#/components/schemas/{model}", "components": document()["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(value)


def test_json_is_the_apis_own_answer(publisher: Person, reviewer: Person, live: str) -> None:
    assert live
    for arguments, person, model in (
        (("list",), publisher, "PluginList"),
        (("status", "todo"), publisher, "PluginOut"),
        (("status", "todo", 1), publisher, "VersionOut"),
        (("messages", "todo"), publisher, "MessageList"),
        (("audit", "todo"), reviewer, "Audit"),
        (("queue",), reviewer, "Queue"),
        (("review", "todo", 1), reviewer, "ReportOut"),
        (("webhooks", "list"), publisher, "WebhookList"),
        (("trust", "list", "todo"), publisher, "PublisherList"),
        (("submit", "-p", "todo"), publisher, "Accepted"),
        (("withdraw", "todo", 2), publisher, "Withdrawn"),
        (("rollback", "todo", 1, "-r", "x", "--dry-run"), publisher, None),
        (("ban", "todo", "-r", "x"), reviewer, "Standing"),
    ):
        ended = person.run(*arguments, "--json")
        if model:
            assert ended.status == 0, (arguments, ended.err)
            validated(model, ended.json)


def test_json_of_a_problem_is_the_problem(publisher: Person) -> None:
    ended = publisher.run("status", "nowhere", "--json")
    told = json.loads(ended.err)
    assert (ended.status, ended.out) == (1, "")
    assert told["problem"]["type"] == "urn:standfast:problem:not-found"
    assert told["request_id"]


HOSTILE = "Todo\u202e\u200b\x1b]0;owned\x07\n::add-mask::x\n##[endgroup]\u2028"


def test_no_text_of_a_stranger_reaches_the_terminal_as_it_is(shop: Shop, tmp_path: Path) -> None:
    shop.web.documents[MANIFEST_URL] = manifest(HOSTILE, name_for_human=HOSTILE[:20])
    publisher = shop.person("developer", tmp_path)
    outputs = [
        publisher.run("submit", MANIFEST_URL, "-p", "todo", "--wait", "--until", "review"),
        publisher.run("status", "todo", 1),
        publisher.run("status", "todo", 1, "--json"),
        publisher.run("review", "todo", 1),
        publisher.run("status", "\x1b[31mtodo\u202e"),
    ]
    for ended in outputs:
        text = ended.out + ended.err
        assert not set(text) & set("\u202e\u200b\x1b\x07\u2028")
        assert "##[" not in text
        assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
