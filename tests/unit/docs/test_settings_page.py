"""The page of settings tells of every variable that one machine takes."""

from __future__ import annotations

from docs import settings
from local.__main__ import parser_of


class Asked(dict[str, str]):
    """An environment without anything in it, that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override] # names alone
        self.names.add(name)
        return default


def test_every_variable_that_the_command_line_reads_is_on_the_page() -> None:
    environ = Asked()
    parser_of(environ)
    assert {"PORT", "DATA_DIR", "POLICY"} <= environ.names
    page = settings.page()
    assert [name for name in environ.names if f"| `{name}` |" not in page] == []
