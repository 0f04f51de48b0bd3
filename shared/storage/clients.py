"""AWS clients, made once per execution environment, from botocore alone: boto3 costs the public route 50 ms more."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# A slow answer is worth less than a second try: both time limits are far below the function's own.
_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "max_attempts": 3})


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


def dynamodb() -> DynamoDBClient:
    """Return a DynamoDB client for the region and role of the environment."""
    return cast("DynamoDBClient", _session().create_client("dynamodb", config=_CONFIG))


def s3() -> S3Client:
    """Return an S3 client for the region and role of the environment."""
    return cast("S3Client", _session().create_client("s3", config=_CONFIG))


def sqs() -> SQSClient:
    """Return an SQS client for the region and role of the environment."""
    return cast("SQSClient", _session().create_client("sqs", config=_CONFIG))
