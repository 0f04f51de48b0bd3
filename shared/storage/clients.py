"""AWS clients, made once per execution environment, from botocore alone: boto3 costs the public route 50 ms more."""

from __future__ import annotations

import os
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config
from botocore.credentials import create_credential_resolver
from botocore.exceptions import NoCredentialsError
from botocore.loaders import Loader

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from shared.storage.cdn import CloudFrontClient
    from shared.storage.charts import CloudWatchClient
    from shared.storage.dead_letters import LambdaClient, StreamClient
    from shared.storage.mail import SesClient
    from shared.storage.people import CognitoClient
    from shared.storage.scheduler import SchedulerClient
    from shared.storage.stacks import StackClient
    from shared.storage.topics import SnsClient

# A slow answer is worth less than a second try. The longest that a call may take, every attempt and the pauses between
# them together, stays below the 10 s of the shortest function: whoever waits is told that the store is busy, and is not
# cut off. `total_max_attempts` counts the first one; `max_attempts` would not.
_CONFIG = Config(connect_timeout=0.5, read_timeout=1.5, retries={"mode": "standard", "total_max_attempts": 3})

# What is not asked for each document or record, and takes its time: at most 8 s in all.
_UNHURRIED = Config(connect_timeout=0.5, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})


class _Models(Loader):
    """botocore's service models, told apart by one look at their folder.

    botocore's own look goes through every version of all 400 services: a quarter of the time that a client takes.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - a type that is missing fails later
        """List the services."""
        return sorted(os.listdir(self.BUILTIN_DATA_PATH))  # noqa: PTH208 - names, and in no other form


class _CredentialsAtFirstUse:
    """The environment's credentials, looked up when the first request is signed.

    A client that is made while Lambda initialises may be frozen into a snapshot, and thawed hours later, many times
    over: it must hold no credentials by then. Two threads may both look them up, which does no harm.
    """

    method = "at-first-use"

    def __init__(self, session: botocore.session.Session) -> None:
        self._session = session

    def load_credentials(self) -> _CredentialsAtFirstUse:
        """Do what a chain of credential providers is asked to do: not yet."""
        return self

    @cached_property
    def _found(self) -> Any:  # noqa: ANN401 - botocore has no name for what its kinds of credentials have in common
        found = create_credential_resolver(self._session).load_credentials()
        if found is None:
            raise NoCredentialsError
        return found

    def get_deferred_property(self, name: str) -> Callable[[], Any]:
        """Return what will tell a property: a client asks for that when it is made."""
        return lambda: getattr(self, name, None)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever that attribute of the credentials is
        return getattr(self._found, name)


@cache
def _session() -> botocore.session.Session:
    session = botocore.session.Session()
    session.register_component("data_loader", _Models())
    session.register_component("credential_provider", _CredentialsAtFirstUse(session))
    return session


def dynamodb() -> DynamoDBClient:
    """Return a DynamoDB client for the region and role of the environment."""
    return cast("DynamoDBClient", _session().create_client("dynamodb", config=_CONFIG))


def s3() -> S3Client:
    """Return an S3 client for the region and role of the environment."""
    return cast("S3Client", _session().create_client("s3", config=_CONFIG))


def scheduler() -> SchedulerClient:
    """Return an EventBridge Scheduler client for the region and role of the environment."""
    return cast("SchedulerClient", _session().create_client("scheduler", config=_UNHURRIED))


def sqs() -> SQSClient:
    """Return an SQS client for the region and role of the environment."""
    return cast("SQSClient", _session().create_client("sqs", config=_CONFIG))


def ses() -> SesClient:
    """Return a client of SES v2 for the region and role of the environment."""
    return cast("SesClient", _session().create_client("sesv2", config=_UNHURRIED))


def sns() -> SnsClient:
    """Return an SNS client for the region and role of the environment."""
    return cast("SnsClient", _session().create_client("sns", config=_CONFIG))


def cognito() -> CognitoClient:
    """Return a client of Cognito's user pools for the region and role of the environment."""
    return cast("CognitoClient", _session().create_client("cognito-idp", config=_UNHURRIED))


def cloudfront() -> CloudFrontClient:
    """Return a client of CloudFront, which is the same in every region, for the role of the environment."""
    return cast("CloudFrontClient", _session().create_client("cloudfront", config=_UNHURRIED))


def cloudwatch() -> CloudWatchClient:
    """Return a client of CloudWatch for the region and role of the environment."""
    return cast("CloudWatchClient", _session().create_client("cloudwatch", config=_UNHURRIED))


def streams() -> StreamClient:
    """Return a client of DynamoDB's streams for the region and role of the environment."""
    return cast("StreamClient", _session().create_client("dynamodbstreams", config=_CONFIG))


def functions() -> LambdaClient:
    """Return a client of Lambda for the region and role of the environment.

    It waits nearly as long as a request may take, and calls no function twice of its own accord.
    """
    patient = Config(connect_timeout=0.5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1})
    return cast("LambdaClient", _session().create_client("lambda", config=patient))


def cloudformation() -> StackClient:
    """Return a client of CloudFormation for the region and credentials of the environment: an operator's, by hand."""
    return cast("StackClient", _session().create_client("cloudformation", config=_CONFIG))
