"""Installs, entitlements and previews over moto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.aws import (
    BASE_URL,
    DEVELOPER,
    NOBODY,
    OTHER_DEVELOPER,
    REVIEWER,
    Person,
)
from tests.integration.documents import approve, schema, submit

if TYPE_CHECKING:
    from tests.integration.aws import Answer, Cloud

PLUS = Person("plus-1", "standfast/use", "plus")
INSTALL = "/v1/plugins/todo/installs/me"
ENTITLEMENT = "/v1/plugins/todo/entitlement"
PREVIEW = "/v1/plugins/todo/versions/{}/ai-plugin.json"


def developer(number: int) -> Person:
    return Person(f"tester-{number}", "standfast/use", "developers")


def install(store: Cloud, who: Person, plugin: str = "todo", **body: str) -> Answer:
    return store.call("PUT", f"/v1/plugins/{plugin}/installs/me", body or None, who=who)


def uninstall(store: Cloud, who: Person) -> int:
    return store.call("DELETE", INSTALL, who=who).status


def entitled(store: Cloud, who: Person) -> tuple[bool, str, int | None]:
    answer = store.call("GET", ENTITLEMENT, who=who).json
    return answer["allowed"], answer["reason"], answer["version"]


def ban(store: Cloud) -> None:
    assert store.call("POST", "/v1/plugins/todo/ban", {"reason": "malware"}, who=REVIEWER).status == 200


def reason(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json.get("reason", answer.json["type"].rpartition(":")[2])


def test_an_unverified_plugin_is_for_developers_and_for_nobody_else(store: Cloud) -> None:
    submit(store, 1)
    assert install(store, OTHER_DEVELOPER).status == 200
    assert reason(install(store, PLUS)) == (403, "not_approved")
    assert reason(install(store, NOBODY)) == (403, "forbidden")
    assert reason(install(store, REVIEWER)) == (403, "forbidden")


def test_an_approved_plugin_is_for_developers_and_users(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    assert [install(store, who).status for who in (OTHER_DEVELOPER, PLUS, NOBODY)] == [200, 200, 403]


def test_a_banned_plugin_is_for_nobody_whoever_installed_it_before(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    install(store, PLUS)
    assert entitled(store, PLUS) == (True, "live", 1)
    ban(store)
    for who in (DEVELOPER, PLUS):
        assert reason(install(store, who)) == (403, "banned")
    assert entitled(store, PLUS) == (False, "banned", None)
    assert store.call("POST", "/v1/plugins/todo/lift-ban", {"reason": "appeal"}, who=REVIEWER).status == 200
    assert entitled(store, PLUS) == (True, "live", 1)


def test_the_hundredth_developer_gets_the_last_place_and_the_next_one_is_told(store: Cloud) -> None:
    submit(store, 1)
    assert {install(store, developer(number)).status for number in range(100)} == {200}
    assert reason(install(store, developer(100))) == (409, "no-place-left")
    assert uninstall(store, developer(7)) == 204
    assert install(store, developer(100)).status == 200
    assert reason(install(store, developer(7))) == (409, "no-place-left")


def test_installing_twice_takes_one_place_and_uninstalling_twice_frees_one(store: Cloud) -> None:
    submit(store, 1)
    first, second = install(store, OTHER_DEVELOPER), install(store, OTHER_DEVELOPER)
    assert (first.status, first.json) == (200, second.json)
    assert store.ports.installs.places_taken("todo") == 1
    assert [uninstall(store, OTHER_DEVELOPER) for _ in range(2)] == [204, 204]
    assert store.ports.installs.places_taken("todo") == 0


def test_an_approved_plugin_has_no_limit_and_counts_nothing(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    assert {install(store, developer(number)).status for number in range(101)} == {200}
    assert store.ports.installs.places_taken("todo") == 0


def test_those_who_tried_the_plugin_before_its_approval_may_try_its_upgrade(store: Cloud) -> None:
    submit(store, 1)
    install(store, OTHER_DEVELOPER)
    approve(store, 1)
    submit(store, 2)
    assert store.call("GET", ENTITLEMENT, who=OTHER_DEVELOPER).json == {
        "plugin_id": "todo",
        "allowed": True,
        "reason": "live",
        "version": 1,
        "candidate": 2,
    }
    assert store.call("GET", PREVIEW.format(2), who=OTHER_DEVELOPER).status == 200


def test_a_developer_who_came_after_the_approval_asks_for_a_place_to_try_the_upgrade(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    submit(store, 2)
    install(store, OTHER_DEVELOPER)
    assert reason(store.call("GET", PREVIEW.format(2), who=OTHER_DEVELOPER)) == (403, "no_place")
    assert install(store, OTHER_DEVELOPER, channel="preview").json["channel"] == "preview"
    assert store.call("GET", PREVIEW.format(2), who=OTHER_DEVELOPER).status == 200
    assert store.ports.installs.places_taken("todo") == 1
    assert reason(install(store, PLUS, channel="preview")) == (403, "developers_only")


def test_a_preview_is_the_candidate_as_it_would_be_served_and_no_cache_keeps_it(store: Cloud) -> None:
    submit(store, 1)
    install(store, OTHER_DEVELOPER)
    preview = store.call("GET", PREVIEW.format(1), who=OTHER_DEVELOPER)
    assert preview.json["description_for_model"] == "Lists, version 1."
    assert preview.json["api"]["url"] == f"{BASE_URL}/v1/plugins/todo/versions/1/openapi.yaml"
    assert preview.headers["cache-control"] == "private, no-store"
    named = preview.json["api"]["url"].removeprefix(BASE_URL)
    served = store.call("GET", named, who=OTHER_DEVELOPER)
    assert served.text.encode() == schema(1)
    assert served.headers["content-type"] == "application/yaml"
    assert served.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("who", [DEVELOPER, OTHER_DEVELOPER, PLUS, NOBODY, REVIEWER])
def test_nobody_previews_without_an_install(store: Cloud, who: Person) -> None:
    submit(store, 1)
    for path in (PREVIEW.format(1), "/v1/plugins/todo/versions/1/openapi.yaml"):
        assert store.call("GET", path, who=who).status == 403


def test_only_the_candidate_can_be_previewed(store: Cloud) -> None:
    submit(store, 1)
    install(store, OTHER_DEVELOPER)
    approve(store, 1)
    for number in (1, 2):
        assert store.call("GET", PREVIEW.format(number), who=OTHER_DEVELOPER).status == 404
    submit(store, 2)
    assert store.call("GET", "/v1/plugins/todo/versions/2/openapi.json", who=OTHER_DEVELOPER).status == 404
    ban(store)
    assert reason(store.call("GET", PREVIEW.format(2), who=OTHER_DEVELOPER)) == (403, "banned")


def test_a_user_cannot_tell_a_plugin_that_is_not_public_from_none_at_all(store: Cloud) -> None:
    submit(store, 1)
    assert install(store, PLUS).text == install(store, PLUS, "nothing-here").text
    hidden, missing = (
        store.call("GET", f"/v1/plugins/{plugin}/entitlement", who=PLUS).json for plugin in ("todo", "nothing-here")
    )
    assert hidden | {"plugin_id": ""} == missing | {"plugin_id": ""}
    ban(store)
    assert install(store, PLUS).text == install(store, PLUS, "nothing-here").text


def test_a_developer_is_told_that_there_is_no_such_plugin(store: Cloud) -> None:
    assert install(store, OTHER_DEVELOPER, "nothing-here").status == 404
    assert store.call("GET", "/v1/plugins/nothing-here/entitlement", who=OTHER_DEVELOPER).status == 404


def test_whoever_has_not_installed_a_plugin_is_not_entitled_to_it(store: Cloud) -> None:
    submit(store, 1)
    assert entitled(store, OTHER_DEVELOPER) == (False, "not_installed", None)
    install(store, OTHER_DEVELOPER)
    assert entitled(store, OTHER_DEVELOPER) == (True, "preview", 1)
    assert store.call("POST", "/v1/plugins/todo/versions/1/withdraw", {}, who=DEVELOPER).status == 200
    assert entitled(store, OTHER_DEVELOPER) == (False, "no_candidate", None)


def test_an_unknown_channel_is_refused_with_its_place(store: Cloud) -> None:
    answer = install(store, OTHER_DEVELOPER, channel="nightly")
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/channel")
