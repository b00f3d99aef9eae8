"""An operator in front of a page that shows what failed, and what every such page must refuse."""

from html import unescape
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.testing.zope import Browser

import requests


AUTH = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)


def opened(functional, url):
    """A browser of the site's owner on the page."""
    browser = Browser(functional["app"])
    browser.followRedirects = True
    browser.raiseHttpErrors = False
    browser.addHeader("Authorization", f"Basic {SITE_OWNER_NAME}:{SITE_OWNER_PASSWORD}")
    browser.open(url)
    return browser


def press(browser, button, reason=None):
    """Presses a button, with a reason beside it; returns the page that comes."""
    if reason is not None:
        browser.getControl(name="reason").value = reason
    browser.getControl(name=button).click()
    return unescape(browser.contents)


def answers(url, data, auth):
    """What the page and its buttons answer to somebody."""
    for send in (requests.get, requests.post):
        yield send(url, auth=auth, data=data, timeout=30)


def pressed_from_elsewhere(url, data):
    """What comes when a foreign page presses a button in the operator's browser."""
    return requests.post(url, auth=AUTH, data=data, timeout=30)
