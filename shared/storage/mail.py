"""E-mail through SES."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.domain.ports import LetterRefusedError

if TYPE_CHECKING:
    from shared.domain.ports import Letter

LETTER_ID_HEADER = "X-Standfast-Event"
"""SES puts a Message-ID of its own on each letter, so that a repeated one is known by this header."""

_REFUSED = frozenset({"MessageRejected", "BadRequestException", "NotFoundException"})
"""Error codes of what stays refused: a bad address, a sandbox, an identity that is not verified."""


class SesClient(Protocol):
    """What is used of a client of SES v2."""

    def send_email(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Send an e-mail."""


class SesMail:
    """The `Mail` port over SES. Without a sender, nothing is sent: a store may do without e-mail."""

    def __init__(self, client: SesClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Send a letter. Raises LetterRefusedError, UnavailableError."""
        if not self._sender:
            return
        content = {
            "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
            "Body": {"Text": {"Data": letter.text, "Charset": "UTF-8"}},
            "Headers": [{"Name": LETTER_ID_HEADER, "Value": letter.letter_id}],
        }
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [letter.to]},
                Content={"Simple": content},
            )
        except ClientError as error:
            kind = LetterRefusedError if error.response.get("Error", {}).get("Code") in _REFUSED else UnavailableError
            raise kind(f"SES did not send the letter: {error}") from error
        except BotoCoreError as error:
            raise UnavailableError(f"SES did not send the letter: {error}") from error
