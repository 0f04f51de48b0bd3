"""Events for other systems of the operator, through SNS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.domain.messages import dotted
from shared.storage.codec import encode

if TYPE_CHECKING:
    from shared.domain.events import Event


class SnsClient(Protocol):
    """What is used of a client of SNS."""

    def publish(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Publish a message."""


def write_event(event: Event) -> str:
    """Return an event as JSON, whole: whoever listens here runs the store."""
    return json.dumps(encode(event), ensure_ascii=False, separators=(",", ":"))


class SnsTopic:
    """The `Topic` port over a topic. Attributes let subscribers filter, and know a repetition."""

    def __init__(self, client: SnsClient, topic_arn: str) -> None:
        self._client = client
        self._arn = topic_arn

    def publish(self, event: Event) -> None:
        """Pass an event on. Raises UnavailableError."""
        attributes = {"event_id": event.event_id, "type": dotted(event.type), "plugin_id": event.plugin_id}
        try:
            self._client.publish(
                TopicArn=self._arn,
                Message=write_event(event),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"SNS did not take the event: {error}") from error
