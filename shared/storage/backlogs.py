"""What waits in queues, as SQS counts it, and for how long, as CloudWatch knows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.domain.operations import Backlog, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_sqs import SQSClient

    from shared.storage.charts import CloudWatchClient

_LOOKED_BACK = timedelta(minutes=15)
_PERIOD_SECONDS = 300
_MILLISECONDS = 1000


class SqsBacklogs:
    """The `Backlogs` port. SQS's counts are approximate; CloudWatch's ages are up to some minutes old."""

    def __init__(self, sqs: SQSClient, cloudwatch: CloudWatchClient) -> None:
        self._sqs = sqs
        self._cloudwatch = cloudwatch

    def backlogs(self, sources: Sequence[Source]) -> tuple[Backlog, ...]:
        """Return how much waits for each. Raises UnavailableError."""
        try:
            ages = self._ages(sources)
            return tuple(self._backlog(source, ages.get(source.name)) for source in sources)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"AWS did not tell what waits: {error}") from error

    def _backlog(self, source: Source, oldest: int | None) -> Backlog:
        dead = sum(self._counts(source.dead))
        if source.kind is SourceKind.STREAM:
            return Backlog(source, oldest_seconds=oldest, dead=dead)
        waiting, in_flight, delayed = self._counts(source.feed)
        return Backlog(source, waiting, in_flight, delayed, oldest, dead)

    def _counts(self, url: str) -> tuple[int, int, int]:
        names = ("", "NotVisible", "Delayed")
        asked: Any = [f"ApproximateNumberOfMessages{name}" for name in names]
        told: Any = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"]
        waiting, in_flight, delayed = (int(told[name]) for name in asked)
        return waiting, in_flight, delayed

    def _ages(self, sources: Sequence[Source]) -> Mapping[str, int]:
        """Return the age in seconds of the oldest message or record, by source, where CloudWatch has one."""
        now = datetime.now(UTC)
        queries = [_age_query(place, source) for place, source in enumerate(sources)]
        answer = self._cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=now - _LOOKED_BACK, EndTime=now)
        latest = {result["Id"]: result["Values"][0] for result in answer["MetricDataResults"] if result["Values"]}
        return {
            source.name: int(latest[f"a{place}"]) // (_MILLISECONDS if source.kind is SourceKind.STREAM else 1)
            for place, source in enumerate(sources)
            if f"a{place}" in latest
        }


def _age_query(place: int, source: Source) -> dict[str, Any]:
    if source.kind is SourceKind.STREAM:
        function = source.feed.rpartition(":")[2]
        metric = ("AWS/Lambda", "IteratorAge", "FunctionName", function)
    else:
        metric = ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", source.feed.rpartition("/")[2])
    namespace, name, dimension, value = metric
    asked = {"Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": dimension, "Value": value}]}
    return {"Id": f"a{place}", "MetricStat": {"Metric": asked, "Period": _PERIOD_SECONDS, "Stat": "Maximum"}}
