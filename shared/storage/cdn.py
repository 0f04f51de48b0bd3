"""Invalidation by cache tag in CloudFront.

A tag is an item of the paths that starts with "#"; the distribution must name the header that tags come in.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-by-tags.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence


class CloudFrontClient(Protocol):
    """What is used of a client of CloudFront."""

    def create_invalidation(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Ask for an invalidation."""


class CloudFrontCache:
    """The `EdgeCache` port over a distribution.

    CloudFront knows a request by its reference: asked for once more with the same content, it does nothing anew.
    """

    def __init__(self, client: CloudFrontClient, distribution_id: str) -> None:
        self._client = client
        self._distribution = distribution_id

    def invalidate(self, tags: Sequence[str], *, reference: str) -> None:
        """Drop everything that carries one of the tags. Raises UnavailableError, also where too many are under way."""
        batch = {
            "Paths": {"Quantity": len(tags), "Items": [f"#{tag}" for tag in tags]},
            "CallerReference": reference,
        }
        try:
            self._client.create_invalidation(DistributionId=self._distribution, InvalidationBatch=batch)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"CloudFront did not take the invalidation {reference!r}: {error}") from error


class NoCache:
    """The `EdgeCache` port where no cache stands in front."""

    def invalidate(self, tags: Sequence[str], *, reference: str) -> None:
        """There is nothing to drop."""
