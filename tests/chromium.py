"""A browser for tests of pages."""

from contextlib import contextmanager
from playwright.sync_api import sync_playwright
from tests import parts


@contextmanager
def launched():
    """Debian's Chromium; its loop must not outlive the tests that use it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=parts.chromium(), args=["--no-sandbox"]
        )
        yield browser
        browser.close()
