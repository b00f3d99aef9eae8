"""The demo city answers, and its accounts may come in."""

from kaarst.policy.demo.accounts import ACCOUNTS

import pytest


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]

DESK = {"width": 1280, "height": 900}


@pytest.mark.parametrize("login", [account.login for account in ACCOUNTS])
def test_the_demo_accounts_sign_in(visit, city, login):
    page = visit(DESK, login)
    assert "__ac" in {cookie["name"] for cookie in page.context.cookies()}
    assert page.goto(city.url()).status == 200
