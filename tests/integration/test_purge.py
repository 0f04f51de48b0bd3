"""The purge function over moto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from shared.domain.errors import UnavailableError
from shared.storage.cdn import CloudFrontCache
from tests.integration.purges import Purging, purging

if TYPE_CHECKING:
    from tests.integration.aws import Cloud

DONE: dict[str, list[object]] = {"batchItemFailures": []}


@pytest.fixture
def purges(store: Cloud) -> Purging:
    return purging(store.sqs)


def test_cloudfront_is_asked_twice_for_the_tag_under_references_of_the_move(purges: Purging) -> None:
    assert purges.tell("todo", 7) == DONE
    assert purges.invalidated == [("todo/7/1", ["#plugin-todo"])]
    assert purges.remind() == DONE
    assert purges.invalidated == [("todo/7/1", ["#plugin-todo"]), ("todo/7/2", ["#plugin-todo"])]


def test_too_many_invalidations_at_once_are_tried_again_later(purges: Purging) -> None:
    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "TooManyInvalidationsInProgress"}}, "CreateInvalidation")

    events = purges.cloudfront.meta.events
    events.register("before-call.cloudfront.CreateInvalidation", refuse)
    assert purges.tell("todo", 7) == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    with pytest.raises(UnavailableError, match="TooManyInvalidationsInProgress"):
        CloudFrontCache(purges.cloudfront, purges.distribution_id).invalidate(["plugin-todo"], reference="todo/7/1")
    events.unregister("before-call.cloudfront.CreateInvalidation", refuse)
    assert purges.tell("todo", 7) == DONE
