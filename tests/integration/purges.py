"""The purge function over moto: a distribution, a queue, and the records and messages that it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.purge.app import build
from functions.purge.use_case import Purge
from shared.domain.identity import PluginId
from shared.domain.plugin import Pointer
from shared.storage import clients
from shared.storage.cdn import CloudFrontCache
from shared.storage.dynamo import to_wire
from shared.storage.items import pointer_item
from shared.storage.purge_queue import SqsPurgeQueue
from tests.measuring import Taken

WRITTEN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LAG = timedelta(milliseconds=1250)
_ORIGIN = {"Id": "api", "DomainName": "api.example.com", "CustomOriginConfig": {
    "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}}  # fmt: skip
_DISTRIBUTION = {
    "CallerReference": "once",
    "Comment": "",
    "Enabled": True,
    "Origins": {"Quantity": 1, "Items": [_ORIGIN]},
    "DefaultCacheBehavior": {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only"},
}


@dataclass(slots=True)
class Purging:
    """The function, and what it asks."""

    sqs: Any
    cloudfront: Any
    distribution_id: str
    queue_url: str
    handler: Callable[..., dict[str, Any]]
    metrics: Taken

    @property
    def invalidated(self) -> list[tuple[str, list[str]]]:
        """References and items of what CloudFront was asked for, by reference."""
        listed = self.cloudfront.list_invalidations(DistributionId=self.distribution_id)["InvalidationList"]
        found = [
            self.cloudfront.get_invalidation(DistributionId=self.distribution_id, Id=each["Id"])["Invalidation"]
            for each in listed.get("Items", [])
        ]
        batches = [each["InvalidationBatch"] for each in found]
        return sorted((each["CallerReference"], each["Paths"]["Items"]) for each in batches)

    def tell(self, plugin_id: str, revision: int) -> dict[str, Any]:
        """Deliver a pointer's move to a revision, as the stream does."""
        item = pointer_item(Pointer(PluginId(plugin_id), revision=revision))
        keys = {"pk": to_wire(item.key.pk), "sk": to_wire(item.key.sk)}
        image = {name: to_wire(value) for name, value in item.attributes.items() if value is not None} | keys
        told: dict[str, Any] = {"SequenceNumber": str(revision), "Keys": keys, "NewImage": image}
        told["ApproximateCreationDateTime"] = WRITTEN.timestamp()
        return self.handler({"Records": [{"eventSource": "aws:dynamodb", "dynamodb": told}]}, None)

    def remind(self) -> dict[str, Any]:
        """Deliver what waits in the queue, as SQS does."""
        got = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10, AttributeNames=["All"])
        records = [
            {
                "messageId": each["MessageId"],
                "body": each["Body"],
                "attributes": each["Attributes"],
                "eventSource": "aws:sqs",
            }
            for each in got["Messages"]
        ]
        return self.handler({"Records": records}, None)


def purging(sqs: Any) -> Purging:  # noqa: ANN401 - a client of SQS; its stubs are for type checkers alone
    """Set everything up in moto's AWS."""
    cloudfront: Any = clients.cloudfront()
    distribution = cloudfront.create_distribution(DistributionConfig=_DISTRIBUTION)["Distribution"]["Id"]
    queue_url = sqs.create_queue(QueueName="purges")["QueueUrl"]
    metrics = Taken()
    again = SqsPurgeQueue(sqs, queue_url)
    purge = Purge(CloudFrontCache(cloudfront, distribution), again, lambda: WRITTEN + LAG, metrics)
    return Purging(sqs, cloudfront, distribution, queue_url, build(lambda: purge), metrics)
