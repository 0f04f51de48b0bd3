"""The accounts, in a Cognito user pool."""

from __future__ import annotations

from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError


class CognitoClient(Protocol):
    """What is used of a client of Cognito's user pools."""

    def admin_get_user(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Return an account."""


class CognitoPeople:
    """The `People` port over a user pool whose user names are the subjects: so where people sign in by e-mail."""

    def __init__(self, client: CognitoClient, user_pool_id: str) -> None:
        self._client = client
        self._pool = user_pool_id

    def email(self, subject: str) -> str | None:
        """Return the verified e-mail address of an account, if it has one. Raises UnavailableError."""
        try:
            answer = self._client.admin_get_user(UserPoolId=self._pool, Username=subject)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "UserNotFoundException":
                return None  # the account is gone, and its plugins are not
            raise _unavailable(error) from error
        except BotoCoreError as error:
            raise _unavailable(error) from error
        attributes = {each["Name"]: each["Value"] for each in answer["UserAttributes"]}
        return attributes.get("email") if attributes.get("email_verified") == "true" else None


def _unavailable(error: Exception) -> UnavailableError:
    return UnavailableError(f"Cognito did not tell of an account: {error}")
