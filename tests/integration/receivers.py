"""Whoever is told of events: a topic, a mailbox, accounts, publishers' endpoints; and the functions that tell them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, cast

from botocore.awsrequest import AWSResponse, HeadersDict
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from local.patterns import matches
from shared.domain.ports import Changes, DeliveryQueue, FetchFailedError, Hop, Mail, People, Poster, Topic, Webhooks
from shared.storage import clients
from shared.storage.changes import ChangeStore
from shared.storage.delivery_queue import SqsDeliveryQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.mail import SesMail
from shared.storage.people import CognitoPeople
from shared.storage.topics import SnsTopic
from shared.storage.webhooks import WebhookStore
from tests.integration.aws import Cloud, Ports, Web, deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-west-1"
MAIL_SENDER = "store@store.example"
USER_POOL = "eu-west-1_people"


@dataclass(frozen=True, slots=True)
class Post:
    """A request that an endpoint got."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class Endpoints:
    """Publishers' endpoints, as the `Poster` port sees them. `status` is what they answer, 0 for no answer at all."""

    status: int = 204
    posts: list[Post] = field(default_factory=list)

    def __call__(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Hop:
        """Take a post."""
        self.posts.append(Post(url, body, dict(headers)))
        if not self.status:
            message = f"POST {url} failed: no connection."
            raise FetchFailedError(message, code="fetch.connect-failed", fix="Start it.")
        return Hop(url, "192.0.2.1", self.status, milliseconds=7)


class Accounts:
    """The user pool. moto's needs a package that nothing else here does: the answer is made at botocore's edge.

    An account that nobody has put here has a verified address; one that is None is gone.
    """

    def __init__(self) -> None:
        self.known: dict[str, dict[str, str] | None] = {}
        self.client = cast("Any", clients.cognito())
        self.client.meta.events.unregister("before-send", botocore_stubber)
        self.client.meta.events.register("before-send", self._answer)

    def _answer(self, request: Any, **_: object) -> AWSResponse:  # noqa: ANN401 - botocore's prepared request
        subject = json.loads(request.body)["Username"]
        account = self.known.get(subject, {"email": f"{subject}@people.example", "email_verified": "true"})
        if account is None:
            return _response(request.url, 400, {"__type": "UserNotFoundException", "message": "No such user."})
        attributes = [{"Name": name, "Value": value} for name, value in account.items()]
        return _response(request.url, 200, {"Username": subject, "UserAttributes": attributes})


class _Raw:
    """The body of an answer, as urllib3 would stream it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> list[bytes]:
        return [self._body]


def _response(url: str, status: int, document: Mapping[str, object]) -> AWSResponse:
    headers = cast("Any", HeadersDict({"content-type": "application/x-amz-json-1.1"}))
    return AWSResponse(url, status, headers, _Raw(json.dumps(document).encode()))


@dataclass(frozen=True, slots=True)
class NotifyPorts(Ports):
    """All ports."""

    changes: Changes = field(kw_only=True)
    webhooks: Webhooks = field(kw_only=True)
    deliveries: DeliveryQueue = field(kw_only=True)
    post: Poster = field(kw_only=True)
    topic: Topic = field(kw_only=True)
    mail: Mail = field(kw_only=True)
    people: People = field(kw_only=True)


class NotifyingCloud(Cloud):
    """The store with the functions that notify, driven by the table's stream and the delivery queue."""

    def __init__(self, web: Web) -> None:
        super().__init__(web)
        self.endpoints = Endpoints()
        self.accounts = Accounts()
        self.sns = cast("Any", clients.sns())
        self.ses = cast("Any", clients.ses())
        self.topic_arn: str = self.sns.create_topic(Name="events")["TopicArn"]
        self.ses.create_email_identity(EmailIdentity=MAIL_SENDER)
        self.delivery_queue_url = self.sqs.create_queue(QueueName="deliveries")["QueueUrl"]
        table = DynamoTable(self.dynamodb, "standfast")
        given = {each.name: getattr(self.ports, each.name) for each in fields(Ports)}
        self.all_ports = NotifyPorts(
            **given,
            changes=ChangeStore(table),
            webhooks=WebhookStore(table),
            deliveries=SqsDeliveryQueue(self.sqs, self.delivery_queue_url),
            post=self.endpoints,
            topic=SnsTopic(self.sns, self.topic_arn),
            mail=SesMail(self.ses, MAIL_SENDER),
            people=CognitoPeople(self.accounts.client, USER_POOL),
        )
        self.change_ports()
        (self._stream,) = (each for each in deployed().streams if each.function == "NotifyFunction")
        self._told: set[str] = set()

    def change_ports(self, **changes: Any) -> None:  # noqa: ANN401 - any port
        """Put the functions together anew, with some other ports."""
        self.ports = self.all_ports = replace(self.all_ports, **changes)
        functions = deployed().functions
        self._handlers |= {name: self._handler(each) for name, each in functions.items() if self._has(each)}

    @property
    def published(self) -> list[dict[str, Any]]:
        """The events that the topic got."""
        topic = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[self.topic_arn]
        return [json.loads(sent[1]) for sent in topic.sent_notifications]

    @property
    def letters(self) -> list[EmailMessage]:
        """The letters that were sent, oldest first."""
        return [_letter(sent) for sent in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages]

    def committed(self) -> list[dict[str, Any]]:
        """Read the whole table as the stream would tell of it: what the source's filter lets through, oldest first."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName="standfast")
        items = sorted((item for page in pages for item in page["Items"]), key=lambda item: item["sk"]["S"])
        records = [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "Keys": {"pk": item["pk"], "sk": item["sk"]},
                    "SequenceNumber": f"{number:021d}",
                    "NewImage": item,
                },
            }
            for number, item in enumerate(items)
        ]
        return [each for each in records if self.lets_through(each)]

    def lets_through(self, record: dict[str, Any]) -> bool:
        """Tell whether the filter of the stream's source lets a record through."""
        return any(matches(pattern, record) for pattern in self._stream.patterns)

    def tell(self, records: list[dict[str, Any]] | None = None) -> list[str]:
        """Have committed events passed on, those that were not yet unless told; return the numbers that failed."""
        news = [each for each in self.committed() if each["dynamodb"]["Keys"]["sk"]["S"] not in self._told]
        chosen = news if records is None else records
        answer = self._handlers["NotifyFunction"]({"Records": chosen}, None)
        self._told |= {each["dynamodb"]["Keys"]["sk"]["S"] for each in chosen}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def deliver(self) -> list[str]:
        """Attempt every delivery that is asked for at this moment; return the ids of the messages that failed."""
        messages = self.sqs.receive_message(
            QueueUrl=self.delivery_queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]
        )
        failed: list[str] = []
        for message in messages.get("Messages", []):
            record = {
                "messageId": message["MessageId"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
            }
            answer = self._handlers["DeliveryFunction"]({"Records": [record]}, None)
            failures = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
            failed += failures
            if not failures:
                self.sqs.delete_message(QueueUrl=self.delivery_queue_url, ReceiptHandle=message["ReceiptHandle"])
        return failed


def _letter(sent: Any) -> EmailMessage:  # noqa: ANN401 - moto's own record
    letter = EmailMessage()
    letter["To"] = ", ".join(sent.destinations["ToAddresses"])
    letter["From"] = sent.source
    letter["Subject"] = sent.subject
    letter.set_content(sent.body)
    return letter


@contextmanager
def notifying_cloud(web: Web) -> Iterator[NotifyingCloud]:
    """Open moto's AWS with the whole store in it."""
    with mock_aws():
        yield NotifyingCloud(web)
