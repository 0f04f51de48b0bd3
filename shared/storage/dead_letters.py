"""What was given up, in SQS, and the way back: to the queue it came from, or to the function that reads the stream."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain import correlation
from shared.domain.errors import UnavailableError
from shared.domain.operations import DeadLetter, Replay, Source, SourceKind, redacted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_sqs import SQSClient

_IN_HAND_SECONDS = 60
"""Longer than a request takes: what the end of the process leaves out of sight comes back by itself."""
_BATCH = 10
_MOST_REPLAYED = 10
"""Letters that are handed over at once: a request must be answered, and may be repeated."""
_ONE_AT_A_TIME = "UnsupportedOperation"
_ALIAS = "live"
"""The alias that the template publishes versions under: what is being deployed is not called."""
_FORGOTTEN = frozenset({"TrimmedDataAccessException", "ResourceNotFoundException", "ExpiredIteratorException"})


class StreamClient(Protocol):
    """What is used of a client of DynamoDB's streams."""

    def get_shard_iterator(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Return where to read from."""

    def get_records(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Return some records."""


class LambdaClient(Protocol):
    """What is used of a client of Lambda."""

    def invoke(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Call a function."""


class SqsDeadLetters:
    """The `DeadLetters` port.

    A queue's letters are moved back by SQS itself. A stream's letter says where in the stream the records are, which
    keeps them for a day: they are read from there and handed to the function once more.
    """

    def __init__(self, sqs: SQSClient, streams: StreamClient, functions: LambdaClient) -> None:
        self._sqs = sqs
        self._streams = streams
        self._functions = functions

    def letters(self, source: Source, limit: int) -> tuple[DeadLetter, ...]:
        """Return some of what was given up. Raises UnavailableError."""
        try:
            messages = list(self._messages(source.dead, limit))
            self._put_back(source.dead, messages)
            return tuple(_letter(message) for message in messages)
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error) from error

    def replay(self, source: Source) -> Replay:
        """Have it tried again. Raises UnavailableError."""
        try:
            return self._moved(source) if source.kind is SourceKind.QUEUE else self._handed_over(source)
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error) from error

    def _messages(self, url: str, limit: int) -> Iterator[Mapping[str, Any]]:
        """Take messages out of everybody's sight for a while, so that each batch holds others."""
        seen: set[str] = set()
        while len(seen) < limit:
            messages = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(_BATCH, limit - len(seen)),
                VisibilityTimeout=_IN_HAND_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=[correlation.ATTRIBUTE],
            ).get("Messages", [])
            news = [message for message in messages if message["MessageId"] not in seen]
            if not news:
                return
            seen |= {message["MessageId"] for message in news}
            yield from news

    def _moved(self, source: Source) -> Replay:
        told = self._sqs.get_queue_attributes(
            QueueUrl=source.dead, AttributeNames=["ApproximateNumberOfMessages", "QueueArn"]
        )["Attributes"]
        waiting = int(told["ApproximateNumberOfMessages"])
        if not waiting:
            return Replay()
        try:
            self._sqs.start_message_move_task(SourceArn=told["QueueArn"], DestinationArn=self._arn(source.feed))
        except ClientError as error:
            # A task of an earlier order is at it.
            if not error.response.get("Error", {}).get("Code", "").endswith(_ONE_AT_A_TIME):
                raise
        return Replay(moving=waiting)

    def _arn(self, url: str) -> str:
        return self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def _handed_over(self, source: Source) -> Replay:
        messages = list(self._messages(source.dead, _MOST_REPLAYED))
        left = [message for message in messages if not self._is_replayed(source, message)]
        self._put_back(source.dead, left)
        return Replay(replayed=len(messages) - len(left), left=len(left))

    def _is_replayed(self, source: Source, message: Mapping[str, Any]) -> bool:
        """Hand a letter over and delete it, in this order: a crash in between hands it over once more."""
        if not self._is_digested(source.feed, message["Body"]):
            return False
        self._sqs.delete_message(QueueUrl=source.dead, ReceiptHandle=message["ReceiptHandle"])
        return True

    def _put_back(self, url: str, messages: Sequence[Mapping[str, Any]]) -> None:
        for first in range(0, len(messages), _BATCH):
            entries: list[Any] = [
                {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                for place, message in enumerate(messages[first : first + _BATCH])
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)

    def _is_digested(self, function: str, body: str) -> bool:
        """Hand the records of a letter to a function, and tell whether it took all of them."""
        records = self._records(body)
        if not records:
            return False
        payload = json.dumps({"Records": records}, default=_written).encode()
        answer = self._functions.invoke(FunctionName=function, Qualifier=_ALIAS, Payload=payload)
        told = json.loads(answer["Payload"].read() or b"null")
        return "FunctionError" not in answer and isinstance(told, dict) and told.get("batchItemFailures") == []

    def _records(self, body: str) -> list[dict[str, Any]]:
        """Read the records that a letter is about, none where the stream has forgotten them."""
        try:
            place = json.loads(body)["DDBStreamBatchInfo"]
            first, last, arn = place["startSequenceNumber"], int(place["endSequenceNumber"]), place["streamArn"]
            shard = place["shardId"]
        except (ValueError, KeyError, TypeError):
            return []
        try:
            iterator = self._streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard, ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=first
            )["ShardIterator"]
            found = self._streams.get_records(ShardIterator=iterator, Limit=_BATCH)["Records"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _FORGOTTEN:
                return []
            raise
        records = [each for each in found if int(each["dynamodb"]["SequenceNumber"]) <= last]
        return [{**each, "eventSourceARN": arn} for each in records]


def _letter(message: Mapping[str, Any]) -> DeadLetter:
    body = message["Body"]
    attributes = message.get("MessageAttributes", {})
    sent = int(message["Attributes"]["SentTimestamp"]) / 1000
    return DeadLetter(
        letter_id=message["MessageId"],
        at=datetime.fromtimestamp(sent, UTC),
        reason=_reason(body),
        shown=redacted(body),
        correlation_id=attributes.get(correlation.ATTRIBUTE, {}).get("StringValue", ""),
    )


def _reason(body: str) -> str:
    """Return why Lambda gave up a part of the stream; SQS does not say why it gave up a message."""
    try:
        return str(json.loads(body)["requestContext"]["condition"])
    except (ValueError, KeyError, TypeError):
        return "Every attempt failed: see the log of the function."


def _written(value: object) -> object:
    """Write what botocore reads a record's moment as in the way that Lambda does: in seconds since 1970."""
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(value)


def _unavailable(error: Exception) -> UnavailableError:
    return UnavailableError(f"AWS did not deal with the dead letters: {error}")
