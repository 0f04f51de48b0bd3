"""What moto never does: throttled, conflicting and refused requests, told apart at botocore's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

from shared.domain.errors import IntegrityError, InvalidCursorError, StandfastError, UnavailableError
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.table import Check, Guard, GuardFailedError, Item, Key, Position, Put, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = Key("PLUGIN#a", "META")
GUARDED = Put(Item(KEY, {"revision": 2}), Guard("it is as it was read", 1))
OTHER = Check(Key("LIVE#a", "LIVE"), Guard("the pointer is as it was read", 3))


@pytest.fixture
def stubbed() -> Iterator[tuple[DynamoTable, Stubber]]:
    client = clients.dynamodb()
    with Stubber(client) as stub:
        yield DynamoTable(client, "table"), stub


def cancelled(stub: Stubber, *codes: str) -> None:
    reasons = [{"Code": code} for code in codes]
    stub.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": reasons},
        response_meta={},
    )


def test_the_first_guard_that_fails_is_named_by_its_place(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    cancelled(stub, "None", "ConditionalCheckFailed")
    with pytest.raises(GuardFailedError) as failed:
        table.transact([GUARDED, OTHER])
    assert (failed.value.place, failed.value.name) == (1, "the pointer is as it was read")


def test_a_conflict_is_tried_again_until_the_guards_can_tell(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    cancelled(stub, "TransactionConflict", "None")
    cancelled(stub, "None", "TransactionConflict")
    stub.add_response("transact_write_items", {})
    table.transact([GUARDED, OTHER])
    stub.assert_no_pending_responses()


def test_a_conflict_without_end_says_that_the_store_is_busy(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    for _ in range(7):
        cancelled(stub, "TransactionConflict")
    with pytest.raises(UnavailableError):
        table.transact([GUARDED])


def test_a_transaction_that_can_never_go_through_is_not_tried_again(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    cancelled(stub, "ValidationError")
    with pytest.raises(IntegrityError):
        table.transact([GUARDED])


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ProvisionedThroughputExceededException", UnavailableError),
        ("InternalServerError", UnavailableError),
        ("ValidationException", IntegrityError),
    ],
)
def test_what_may_go_through_later_is_told_from_what_never_will(
    stubbed: tuple[DynamoTable, Stubber], code: str, error: type[StandfastError]
) -> None:
    table, stub = stubbed
    stub.add_client_error("get_item", code)
    with pytest.raises(error):
        table.get(KEY)


def test_a_start_outside_of_the_query_is_a_forged_cursor(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    stub.add_client_error("query", "ValidationException")
    with pytest.raises(InvalidCursorError):
        table.query(Query("PLUGIN#a", after=Position("Z", KEY)))
