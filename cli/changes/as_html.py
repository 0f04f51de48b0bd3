"""Changes as one HTML page that stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.reporting.page import comparison_page

if TYPE_CHECKING:
    from typing import TextIO

    from shared.reporting.comparing import Compared


def write(compared: Compared, out: TextIO) -> None:
    """Write the page."""
    out.write(comparison_page(compared))
