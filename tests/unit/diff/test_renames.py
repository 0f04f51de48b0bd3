"""What has another name is recognised where it is certain, and only there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.diff.versions import compare
from tests.unit.diff.documents import documents, version

if TYPE_CHECKING:
    from shared.diff.changes import Change
    from tests.unit.diff.documents import Document


def compared(values: Document) -> dict[str, Change]:
    changes = compare(version(documents()), version(values))
    assert len({change.code for change in changes}) == len(changes)
    return {change.code: change for change in changes}


def test_a_path_whose_parameter_has_another_name_is_the_same_path() -> None:
    values = documents()
    item = values["schema"]["paths"].pop("/lists/{id}")
    item["parameters"][0]["name"] = "list"
    values["schema"]["paths"]["/lists/{list}"] = item
    changes = compared(values)
    assert changes.keys() == {"contract.path-renamed", "contract.parameter-renamed"}
    renamed = changes["contract.path-renamed"]
    assert (renamed.before, renamed.after) == ("/lists/{id}", "/lists/{list}")
    assert renamed.new_pointer == "/schema/paths/~1lists~1{list}"


def test_an_operation_that_moved_to_a_path_of_its_own_is_recognised_by_its_name() -> None:
    values = documents()
    values["schema"]["paths"]["/lists/new"] = {"post": values["schema"]["paths"]["/lists"].pop("post")}
    moved = compared(values)["capability.operation-moved"]
    assert (moved.before, moved.after) == ("POST /lists", "POST /lists/new")
    assert moved.old_pointer == "/schema/paths/~1lists/post"


def test_what_changed_inside_a_moved_operation_is_told_as_well() -> None:
    values = documents()
    operation = values["schema"]["paths"]["/lists"].pop("post")
    operation["description"] = "Adds a list, and tells everybody."
    values["schema"]["paths"]["/lists/new"] = {"post": operation}
    changes = compared(values)
    assert changes.keys() == {"capability.operation-moved", "model_text.description-changed"}
    told = changes["model_text.description-changed"]
    assert told.old_pointer == "/schema/paths/~1lists/post/description"
    assert told.new_pointer == "/schema/paths/~1lists~1new/post/description"


def test_an_operation_without_a_name_is_not_recognised_elsewhere() -> None:
    before, after = documents(), documents()
    for values in (before, after):
        del values["schema"]["paths"]["/lists"]["post"]["operationId"]
    after["schema"]["paths"]["/lists/new"] = {"post": after["schema"]["paths"]["/lists"].pop("post")}
    codes = {change.code for change in compare(version(before), version(after))}
    assert codes == {"capability.operation-removed", "capability.write-operation-added"}


def test_a_shared_schema_that_has_changed_too_is_recognised_by_its_users() -> None:
    values = documents()
    shared = values["schema"]["components"]["schemas"]
    shared["Draft"] = shared.pop("NewList")
    shared["Draft"]["properties"]["colour"] = {"type": "string"}
    text = json.dumps(values).replace("schemas/NewList", "schemas/Draft")
    assert compared(json.loads(text)).keys() == {"contract.component-renamed", "contract.property-added"}


def test_a_property_with_the_same_text_under_another_name_is_renamed() -> None:
    values = documents()
    properties = values["schema"]["components"]["schemas"]["NewList"]["properties"]
    properties["public"] = properties.pop("shared")
    renamed = compared(values)["contract.property-renamed"]
    assert (renamed.before, renamed.after) == ("shared", "public")


def test_a_property_that_says_nothing_of_itself_is_not_taken_for_another() -> None:
    before, after = documents(), documents()
    for values, name in ((before, "shared"), (after, "public")):
        properties = values["schema"]["components"]["schemas"]["NewList"]["properties"]
        del properties["shared"]
        properties[name] = {"type": "boolean"}
    codes = {change.code for change in compare(version(before), version(after))}
    assert codes == {"contract.property-added", "contract.property-removed"}


def test_a_parameter_with_the_same_text_under_another_name_is_renamed() -> None:
    values = documents()
    values["schema"]["paths"]["/search"]["get"]["parameters"][0]["name"] = "query"
    assert compared(values)["contract.parameter-renamed"].after == "query"
