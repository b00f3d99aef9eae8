"""A browser to visit the demo city with (`city`, in tests/demo_city.py)."""

from kaarst.policy.demo.accounts import PASSWORD
from playwright.sync_api import expect
from tests.chromium import launched

import pytest


# A page may take its time on a machine that does other things as well.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(chromium, city):
    """Open a page as a new visitor, signed in as `login` if one is given.

    `visit(viewport, login=None, at=None, **context)` returns a page of Playwright; `at` is a web
    process of the city other than the first; the page's `context` may be given further options of
    the browser, such as `color_scheme="dark"`.
    """
    contexts = []

    def open_page(viewport, login=None, at=None, **options):
        context = chromium.new_context(viewport=viewport, locale="de-DE", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        if login:
            page.goto((at or city).url("login"))
            page.fill("#__ac_name", login)
            page.fill("#__ac_password", PASSWORD)
            page.press("#__ac_password", "Enter")
            page.wait_for_load_state("load")
        return page

    yield open_page
    for context in contexts:
        context.close()
