"""Write-once objects in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import IntegrityError, UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TAKEN = "PreconditionFailed"
_BEING_WRITTEN = "ConditionalRequestConflict"
_ATTEMPTS = 3


class S3Objects:
    """The `ObjectStore` port over a bucket. `If-None-Match: *` makes S3 itself refuse a second write."""

    def __init__(self, client: S3Client, bucket_name: str) -> None:
        self._client = client
        self._bucket = bucket_name

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Store an object unless the key is taken: then its content is the same, since the key names it."""
        for _ in range(_ATTEMPTS):
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=body, ContentType=media_type, IfNoneMatch="*"
                )
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code == _TAKEN:
                    return
                if code != _BEING_WRITTEN:
                    raise _unavailable(key, error) from error
            except BotoCoreError as error:
                raise _unavailable(key, error) from error
            else:
                return
        message = f"S3 has another write of {key!r} under way."
        raise UnavailableError(message)

    def get(self, key: str) -> bytes:
        """Return an object's bytes. Raises IntegrityError when there is none, UnavailableError."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            message = f"The object {key!r} is recorded but not stored."
            raise IntegrityError(message) from error
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(key, error) from error


def _unavailable(key: str, error: Exception) -> UnavailableError:
    return UnavailableError(f"S3 did not carry out the request for {key!r}: {error}")
