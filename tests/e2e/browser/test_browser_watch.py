"""A window sees every trouble that the other tests rely on it to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from local.process import StoreProcess
    from tests.e2e.browser.windows import Window

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]

TROUBLES = {
    "a dialog": "setTimeout(() => alert('hello'))",
    "a script that fails": "setTimeout(() => { throw new Error('broken') })",
    "a complaint": "console.error('something is wrong')",
    "an inline script": "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
    "an inline style": "document.body.setAttribute('style', 'color: red')",
    "a request elsewhere": "void fetch('https://elsewhere.example.com/').catch(() => {})",
    "a picture from elsewhere": "document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example.com/a.png'}))",
}


@pytest.fixture
def window(browser: Browser, store: StoreProcess) -> Iterator[Window]:
    from tests.e2e.browser import windows  # noqa: PLC0415 - it needs Playwright, which may not be there

    opened = windows.opened(browser, store.base_url)
    opened.visit("/")
    yield opened
    opened.close()


@pytest.mark.parametrize("planted", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_trouble_is_noted(window: Window, planted: str) -> None:
    assert window.troubles == []
    window.page.evaluate(f"() => {{ {planted}; }}")
    window.page.wait_for_timeout(300)
    assert window.troubles != []


def test_a_barrier_is_found(window: Window) -> None:
    assert window.barriers() == []
    window.page.evaluate("() => document.querySelector('main').append(Object.assign(new Image(), {src: '/x.png'}))")
    assert any(barrier.startswith("image-alt") for barrier in window.barriers())


def test_a_page_that_is_too_wide_is_seen(window: Window) -> None:
    assert not window.is_wider_than_its_window()
    window.page.evaluate("() => document.querySelector('h1').append('x'.repeat(400))")
    window.page.evaluate("() => { document.querySelector('h1').classList.add('unbroken'); }")
    window.page.evaluate("() => document.styleSheets[0].insertRule('.unbroken { overflow-wrap: normal; }')")
    assert window.is_wider_than_its_window()
