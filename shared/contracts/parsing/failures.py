"""Why a document cannot be read, as a sentence for its publisher."""

from __future__ import annotations

from shared.domain.errors import StandfastError


class ParseError(StandfastError):
    """A document cannot be read, or asks for more than a document may.

    `code` is a finding code; `line` and `column` count from 1 and are None where the whole document is meant; `fix`
    says how to mend it, "" where the code's own advice is enough.
    """

    def __init__(
        self, code: str, message: str, *, line: int | None = None, column: int | None = None, fix: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.fix = fix
