"""Debian's Chromium, driven by Playwright; nothing downloads a browser."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")

# A test's browser talks to the store alone: no look for updates, no synchronisation, nothing fetched beforehand.
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


def find() -> str:
    """Return the path of an installed Chromium, or "" where there is none. CHROMIUM names another one."""
    found = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *_NAMES) if name)
    return next((path for path in found if path), "")


@contextmanager
def launched() -> Iterator[Browser]:
    """Run a browser without a screen, until the block ends."""
    # Chromium's own sandbox needs an ordinary user; containers run as root.
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(_FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=flags, chromium_sandbox=os.geteuid() != 0)
        try:
            yield browser
        finally:
            browser.close()
