"""Where a plugin sends data: what weighs most is told first."""

from __future__ import annotations

from shared.diff.changes import Lane, Risk
from shared.diff.versions import compare
from tests.unit.diff.documents import HOST, documents, version


def test_the_gravest_change_comes_first() -> None:
    values = documents()
    values["manifest"]["name_for_human"] = "Todo 2"
    values["manifest"]["description_for_model"] = "Another text."
    values["schema"]["servers"][0]["url"] = "https://collector.example.net"
    changes = compare(version(documents()), version(values))
    assert [change.severity for change in changes] == [Risk.HIGH, Risk.MEDIUM, Risk.MEDIUM]
    assert [change.lane for change in changes] == [Lane.DESTINATION, Lane.MODEL_TEXT, Lane.LISTING]


def test_a_server_of_an_added_operation_is_told_on_its_own() -> None:
    values = documents()
    values["schema"]["paths"]["/more"] = {
        "get": {"operationId": "more", "servers": [{"url": "https://collector.example.net"}], "responses": {}}
    }
    codes = [change.code for change in compare(version(documents()), version(values))]
    assert codes == ["destination.server-host-added", "capability.operation-added"]


def test_a_relative_server_on_the_same_host_is_no_other_host() -> None:
    values = documents()
    values["schema"]["servers"][0]["url"] = "/"
    (change,) = compare(version(documents()), version(values))
    assert change.code == "destination.server-url"


def test_a_document_that_comes_from_another_host_is_told_where_the_urls_are_known() -> None:
    old = version(documents(), manifest=f"https://{HOST}/.well-known/ai-plugin.json")
    new = version(documents(), manifest="https://elsewhere.example.net/.well-known/ai-plugin.json")
    (change,) = compare(old, new)
    assert (change.code, change.old_pointer) == ("destination.origin-host", "/urls/manifest")
    assert compare(old, version(documents())) == ()


def test_a_sign_in_at_another_host_is_told_in_manifest_and_schema() -> None:
    before, after = documents(), documents()
    for values, host in ((before, HOST), (after, "login.example.net")):
        url = f"https://{host}/authorize"
        values["manifest"]["auth"] = {"type": "oauth", "client_url": url, "authorization_url": url, "scope": "read"}
        flow = values["schema"]["components"]["securitySchemes"]["login"]["flows"]["authorizationCode"]
        flow["authorizationUrl"] = url
    codes = [change.code for change in compare(version(before), version(after))]
    assert codes == ["destination.oauth-url-host"] * 3


def test_a_further_scope_is_a_capability() -> None:
    before, after = documents(), documents()
    for values, scope in ((before, "read"), (after, "write read")):
        values["manifest"]["auth"] = {"type": "oauth", "scope": scope}
    flow = after["schema"]["components"]["securitySchemes"]["login"]["flows"]["authorizationCode"]
    flow["scopes"]["write"] = "Change lists."
    codes = [change.code for change in compare(version(before), version(after))]
    assert codes == ["capability.scopes-widened", "capability.scope-added"]


def test_dropping_the_consequential_mark_is_grave() -> None:
    values = documents()
    values["schema"]["paths"]["/lists"]["post"]["x-openai-isConsequential"] = False
    (change,) = compare(version(documents()), version(values))
    assert (change.code, change.severity) == ("capability.consequential-flag-dropped", Risk.HIGH)


def test_an_authentication_that_calls_no_longer_need_is_told() -> None:
    values = documents()
    values["schema"]["security"] = []
    values["schema"]["paths"]["/search"]["get"]["security"] = []
    codes = [change.code for change in compare(version(documents()), version(values))]
    assert codes == ["destination.security-removed", "destination.security-added"]


def test_a_kind_without_a_grammar_is_compared_by_whole_documents() -> None:
    old, new = version({"manifest": {"a": 1}}), version({"manifest": {"a": 2}})
    old, new = (type(each)("some-kind-to-come", each.values) for each in (old, new))
    (change,) = compare(old, new)
    assert (change.code, change.old_pointer) == ("contract.document-changed", "/manifest")


def test_a_document_that_is_no_object_is_compared_as_a_whole() -> None:
    (change,) = compare(version({"manifest": []}), version({"manifest": {}}))
    assert change.code == "contract.document-changed"
