"""What is stored in S3, whether or not a record names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.domain.reconciling import OBJECTS, Listed, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NOT_FOUND = "404"


class S3Listing:
    """The `ObjectListing` port over a bucket."""

    def __init__(self, client: S3Client, bucket_name: str) -> None:
        self._client = client
        self._bucket = bucket_name

    def has(self, key: str) -> bool:
        """Tell whether an object is stored. Raises UnavailableError."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == _NOT_FOUND:
                return False
            raise _unavailable(error) from error
        except BotoCoreError as error:
            raise _unavailable(error) from error
        return True

    def listed(self, after: str, limit: int) -> Listed:
        """Return the next objects after a key. Raises UnavailableError."""
        try:
            page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=OBJECTS, StartAfter=after, MaxKeys=limit)
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error) from error
        objects = tuple(StoredObject(each["Key"], each["LastModified"]) for each in page.get("Contents", []))
        return Listed(objects, is_all=not page["IsTruncated"])


def _unavailable(error: Exception) -> UnavailableError:
    return UnavailableError(f"S3 did not tell what is stored: {error}")
