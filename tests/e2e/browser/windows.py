"""One person's browser window on the store, which keeps account of everything that a page must not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from local.process import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from playwright._impl._api_structures import SetCookieParam
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Request

type Theme = Literal["light", "dark"]
type OpenWindow = Callable[..., Window]

PICTURES = PROJECT / "build" / "screenshots"
DESK = 1280
"""CSS pixels of a window on a desk."""

_HEIGHT = 900
_SESSION = "standfast-session"
_MOST_PLACES = 3
_WAIT_MILLISECONDS = 20_000
_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Window:
    """A page in a context of its own: cookies are shared with nobody. `troubles` is what it did that it must not."""

    page: Page
    base_url: str
    troubles: list[str] = field(default_factory=list)

    def visit(self, path: str) -> int:
        """Open a page of the store and return the status of the answer."""
        answer = self.page.goto(f"{self.base_url}{path}")
        return answer.status if answer else 0

    def sign_in(self, name: str, then: str = "/") -> None:
        """Sign in on this machine's own page, and go where that was asked for."""
        self.visit(f"/console/sign-in?{urlencode({'next': then})}")
        self.page.get_by_role("button", name=f"Sign in as {name}", exact=True).click()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def be(self, name: str, tokens: Mapping[str, str]) -> None:
        """Be signed in as somebody, without the way there; as nobody for ""."""
        if name:
            session: SetCookieParam = {"name": _SESSION, "value": f"key.{tokens[name]}", "url": self.base_url}
            self.page.context.add_cookies([session])

    def press(self, name: str) -> None:
        """Press the one button of this name, and wait for the page that follows."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow the first link of this name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def sees(self, text: str) -> None:
        """Wait until a text can be read on the page. Raises TimeoutError of Playwright where that does not come."""
        self.page.get_by_text(text).first.wait_for()

    @property
    def path(self) -> str:
        """Where the window is, without the store's own address."""
        return self.page.url.removeprefix(self.base_url)

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.page.locator("body").inner_text()

    def turn(self, theme: Theme) -> None:
        """Have the person ask for a theme, as their system's settings do."""
        self.page.emulate_media(color_scheme=theme)

    def narrow_to(self, width: int) -> None:
        """Make the window so many CSS pixels wide."""
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})

    def is_wider_than_its_window(self) -> bool:
        """Tell whether one would have to scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def barriers(self) -> list[str]:
        """Scan the page by the rules of WCAG 2.2 AA and axe's own best practices; return each thing found."""
        options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": _STANDARDS}}
        found = Axe().run(self.page, options=options).response["violations"]
        return [_told(each) for each in found]

    def keep_picture(self, name: str) -> Path:
        """Keep a picture of the whole page."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        picture = PICTURES / f"{name}.png"
        self.page.screenshot(path=picture, full_page=True)
        return picture

    def close(self) -> None:
        """Close it, and forget its cookies."""
        self.page.context.close()


def _told(violation: Mapping[str, Any]) -> str:
    nodes = violation["nodes"]
    places = ", ".join(" ".join(map(str, node["target"])) for node in nodes[:_MOST_PLACES])
    return f"{violation['id']} ({violation['help']}) at {len(nodes)} places, such as {places}"


def opened(browser: Browser, base_url: str, *, width: int = DESK, script: bool = True) -> Window:
    """Open a window. Whatever its page complains of, asks elsewhere or pops up is a trouble."""
    context = browser.new_context(
        color_scheme="light",
        viewport={"width": width, "height": _HEIGHT},
        java_script_enabled=script,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
        service_workers="block",
    )
    context.set_default_timeout(_WAIT_MILLISECONDS)
    window = Window(context.new_page(), base_url)
    _watch(context, window)
    return window


def _watch(context: BrowserContext, window: Window) -> None:
    context.on("console", partial(_note_console, window))
    context.on("weberror", lambda error: window.troubles.append(f"{window.path}: script failed: {error.error}"))
    context.on("dialog", partial(_note_dialog, window))
    context.on("request", partial(_note_request, window))


def _note_console(window: Window, message: ConsoleMessage) -> None:
    # A browser says of every page of status 400 and more that it failed to load; what the page says is looked at.
    is_page_itself = message.text.startswith("Failed to load resource") and message.location["url"] == window.page.url
    if message.type in {"error", "warning"} and not is_page_itself:
        window.troubles.append(f"{window.path}: {message.type}: {message.text}")


def _note_dialog(window: Window, dialog: Dialog) -> None:
    window.troubles.append(f"{window.path}: a dialog: {dialog.message}")
    dialog.dismiss()


def _note_request(window: Window, request: Request) -> None:
    if not request.url.startswith((f"{window.base_url}/", "data:")):
        window.troubles.append(f"{window.path}: asked {request.url}")
