"""Every page in both themes and on a phone: no barrier, no trouble, no scrolling sideways. Their pictures are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser.pages import SIGHTS, Sight, set_up
from tests.e2e.browser.surface import declared_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.process import StoreProcess
    from tests.e2e.browser.scenes import Cast
    from tests.e2e.browser.windows import OpenWindow

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.xdist_group("browser")]

PHONE = 390
"""CSS pixels of a usual phone's width."""


@pytest.fixture(scope="module")
def known(cast: Cast) -> Mapping[str, str]:
    return set_up(cast)


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_a_page_has_no_barrier_in_either_theme_and_fits_a_phone(
    sight: Sight, known: Mapping[str, str], store: StoreProcess, open_window: OpenWindow
) -> None:
    window = open_window()
    window.be(sight.who, store.tokens)
    assert window.visit(sight.path.format(**known)) == sight.status
    barriers = {}
    for theme in ("light", "dark"):
        window.turn(theme)
        window.keep_picture(f"{sight.name}-{theme}")
        barriers[theme] = window.barriers()
    assert barriers == {"light": [], "dark": []}
    assert not window.is_wider_than_its_window()
    window.narrow_to(PHONE)
    window.turn("light")
    window.keep_picture(f"{sight.name}-phone")
    assert not window.is_wider_than_its_window()


def test_every_page_of_the_console_is_looked_at() -> None:
    # "/console" leads on to the first page and shows nothing itself.
    assert {sight.pattern for sight in SIGHTS} - {""} == declared_pages() - {"/console"}
