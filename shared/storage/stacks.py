"""What a deployed stack consists of, for an operator who works on it with their own credentials."""

from __future__ import annotations

from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError

_NO_SUCH = "ValidationError"


class StackNotFoundError(UnavailableError):
    """There is no such stack, or no such resource in it, as far as these credentials go."""


class StackClient(Protocol):
    """As much of botocore's client as is used here."""

    def describe_stack_resource(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own
        """Describe a resource."""


class Stack:
    """A stack by its name."""

    def __init__(self, client: StackClient, name: str) -> None:
        self._client = client
        self._name = name

    def resource(self, logical_id: str) -> str:
        """Return what a resource of the template is called in the account. Raises StackNotFoundError."""
        try:
            answer = self._client.describe_stack_resource(StackName=self._name, LogicalResourceId=logical_id)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == _NO_SUCH:
                raise StackNotFoundError(f"The stack {self._name!r} has no {logical_id}, or is not there.") from error
            raise UnavailableError(f"CloudFormation did not answer: {error}") from error
        except BotoCoreError as error:
            raise UnavailableError(f"CloudFormation did not answer: {error}") from error
        found: str = answer["StackResourceDetail"]["PhysicalResourceId"]
        return found
