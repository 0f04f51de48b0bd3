"""The correlation id on its way through queues and items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain import correlation

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

    from shared.storage.table import Value


def message_attributes() -> dict[str, MessageAttributeValueTypeDef]:
    """Return the attributes that a message carries beside its body."""
    current = correlation.current()
    return {correlation.ATTRIBUTE: {"DataType": "String", "StringValue": current}} if current else {}


def item_attributes() -> dict[str, Value]:
    """Return the attributes that an item of the stream carries beside its record, which knows nothing of them."""
    current = correlation.current()
    return {correlation.ATTRIBUTE: current} if current else {}
