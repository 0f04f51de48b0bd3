"""The table in DynamoDB."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import IntegrityError, InvalidCursorError, StandfastError, UnavailableError
from shared.storage.table import (
    REVISION,
    Check,
    Count,
    Delete,
    Guard,
    GuardFailedError,
    Item,
    ItemPage,
    Key,
    Position,
    Put,
    guard_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.storage.table import Query, Value, Write

type Wire = dict[str, Any]
"""DynamoDB's own JSON, such as `{"S": "text"}`."""

_NEVER = "ValidationException"
_CONFLICT_RETRIES = 6
_CONFLICT_PAUSE_SECONDS = 0.02


class DynamoTable:
    """The `Table` protocol over a DynamoDB client. Every read of the table itself is consistent."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._name = table_name

    def get(self, key: Key) -> Item | None:
        """Return an item, or None."""
        try:
            answer = self._client.get_item(TableName=self._name, Key=_wire_key(key), ConsistentRead=True)
        except (ClientError, BotoCoreError) as error:
            raise _failure(error) from error
        return _item(answer["Item"]) if "Item" in answer else None

    def query(self, query: Query) -> ItemPage:
        """Return one page. An index cannot be read consistently: it may be a moment behind."""
        try:
            answer = self._client.query(**self._request(query))
        except (ClientError, BotoCoreError) as error:
            failure = _failure(error)
            # A forged cursor: DynamoDB refuses a start that lies outside the query's own range.
            raise InvalidCursorError if query.after and isinstance(failure, IntegrityError) else failure from error
        items = tuple(_item(wire) for wire in answer["Items"])
        return ItemPage(items, _position(query, items[-1]) if items and "LastEvaluatedKey" in answer else None)

    def _request(self, query: Query) -> Wire:
        index = query.index
        request: Wire = {
            "TableName": self._name,
            "KeyConditionExpression": "#partition = :partition",
            "ExpressionAttributeNames": {"#partition": index.partition},
            "ExpressionAttributeValues": {":partition": {"S": query.partition}},
            "Limit": query.limit,
            "ScanIndexForward": not query.descending,
        }
        if query.prefix:
            request["KeyConditionExpression"] += " AND begins_with(#sort, :prefix)"
            request["ExpressionAttributeNames"]["#sort"] = index.sort
            request["ExpressionAttributeValues"][":prefix"] = {"S": query.prefix}
        if index.name:
            request["IndexName"] = index.name
        else:
            request["ConsistentRead"] = True
        if query.after:
            # The partition is the query's own, never the cursor's: a forged cursor cannot leave it.
            start = {**_wire_key(query.after.key), index.sort: {"S": query.after.sort}}
            request["ExclusiveStartKey"] = start | {index.partition: {"S": query.partition}}
        return request

    def scan(self, after: Key | None, limit: int) -> ItemPage:
        """Return the next items of the table, at most 1 MB of them. What is written meanwhile may be in it or not."""
        start: Wire = {"ExclusiveStartKey": _wire_key(after)} if after else {}
        try:
            answer = self._client.scan(TableName=self._name, Limit=limit, **start)
        except (ClientError, BotoCoreError) as error:
            raise _failure(error) from error
        last = answer.get("LastEvaluatedKey")
        end = Key(last["pk"]["S"], last["sk"]["S"]) if last else None
        return ItemPage(tuple(_item(wire) for wire in answer["Items"]), Position(end.sk, end) if end else None)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of the writes or none. Raises GuardFailedError, UnavailableError.

        A TransactionConflict says that another transaction was under way, not who won: the same writes are tried again
        for a while, and their guards then tell.
        """
        request = [_WRITERS[type(write)](self._name, write) for write in writes]
        for attempt in range(_CONFLICT_RETRIES + 1):
            try:
                self._client.transact_write_items(TransactItems=request)
            except self._client.exceptions.TransactionCanceledException as error:
                reasons = error.response.get("CancellationReasons", [])
                _raise_failed_guard(writes, reasons, error)
                if attempt == _CONFLICT_RETRIES:
                    raise _failure(error) from error
                time.sleep(_CONFLICT_PAUSE_SECONDS * 2**attempt * os.urandom(1)[0] / 255)  # jitter
            except (ClientError, BotoCoreError) as error:
                raise _failure(error) from error
            else:
                return


def _raise_failed_guard(writes: Sequence[Write], reasons: Sequence[Mapping[str, Any]], error: Exception) -> None:
    """Map cancellation reasons, which stand in the order of the writes, to the first guard that did not hold."""
    codes = [reason.get("Code", "None") for reason in reasons]
    for place, (write, code) in enumerate(zip(writes, codes, strict=False)):
        if code == "ConditionalCheckFailed":
            raise GuardFailedError(place=place, name=guard_name(write)) from error
    if any(code in {"ValidationError", "ItemCollectionSizeLimitExceeded"} for code in codes):
        message = f"DynamoDB refuses the transaction for good: {codes}."
        raise IntegrityError(message) from error


def _failure(error: Exception) -> StandfastError:
    """Tell a request that can never go through from one that may, tried again."""
    if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == _NEVER:
        return IntegrityError(f"DynamoDB refuses the request for good: {error}")
    return UnavailableError(f"DynamoDB did not carry out the request: {error}")


def _put(table: str, write: Put) -> Wire:
    item = {name: to_wire(value) for name, value in write.item.attributes.items() if value is not None}
    put: Wire = {"TableName": table, "Item": item | _wire_key(write.item.key)}
    return {"Put": put | (_condition(write.guard) if write.guard else {})}


def _check(table: str, write: Check) -> Wire:
    return {"ConditionCheck": {"TableName": table, "Key": _wire_key(write.key), **_condition(write.guard)}}


def _delete(table: str, write: Delete) -> Wire:
    return {"Delete": {"TableName": table, "Key": _wire_key(write.key), **_condition(write.guard)}}


def _count(table: str, write: Count) -> Wire:
    names = {"#counter": write.attribute}
    values: Wire = {":by": {"N": str(write.by)}}
    assignments = []
    for place, (name, value) in enumerate(write.attributes.items()):
        names[f"#a{place}"], values[f":a{place}"] = name, to_wire(value)
        assignments.append(f"#a{place} = :a{place}")
    if write.by > 0:
        values[":most"] = {"N": str(write.at_most - write.by)}
        fits = write.by <= write.at_most
        condition = f"{'attribute_not_exists(#counter) OR ' if fits else ''}#counter <= :most"
    else:
        values[":least"] = {"N": str(-write.by)}
        condition = "#counter >= :least"
    update = f"ADD #counter :by{' SET ' + ', '.join(assignments) if assignments else ''}"
    return {
        "Update": {
            "TableName": table,
            "Key": _wire_key(write.key),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
    }


_WRITERS: Mapping[type, Any] = {Put: _put, Check: _check, Delete: _delete, Count: _count}


def _condition(guard: Guard) -> Wire:
    if guard.revision == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#revision = :expected",
        "ExpressionAttributeNames": {"#revision": REVISION},
        "ExpressionAttributeValues": {":expected": {"N": str(guard.revision)}},
    }


def _wire_key(key: Key) -> Wire:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _item(wire: Mapping[str, Any]) -> Item:
    attributes = {name: from_wire(value) for name, value in wire.items()}
    return Item(Key(str(attributes.pop("pk")), str(attributes.pop("sk"))), attributes)


def _position(query: Query, last: Item) -> Position:
    index = query.index
    return Position(str(last.attributes[index.sort]) if index.name else last.key.sk, last.key)


def to_wire(value: Value) -> Wire:
    """Write a value in DynamoDB's own JSON. boto3's serializer would pull all of boto3 into the public route."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [to_wire(each) for each in value]}
        case dict():
            return {"M": {name: to_wire(each) for name, each in value.items()}}


def from_wire(wire: Mapping[str, Any]) -> Value:
    """Read a value in DynamoDB's own JSON. Raises IntegrityError for a type that this store never writes."""
    ((kind, value),) = wire.items()
    match kind:
        case "S" | "BOOL":
            return value  # type: ignore[no-any-return]
        case "N":
            return int(value)
        case "L":
            return [from_wire(each) for each in value]
        case "M":
            return {name: from_wire(each) for name, each in value.items()}
        case "NULL":
            return None
    message = f"DynamoDB returned an attribute of type {kind!r}, which this store never writes."
    raise IntegrityError(message)
