"""Pages are read and sent; nobody uses WebDAV."""

from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD

import requests


JSON = {"Accept": "application/json"}


def test_methods_that_no_page_knows(functional_portal):
    site = functional_portal.absolute_url()
    auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    for path in ("@@audit-log", "@@staff-sessions", "sign-in", ""):
        for method in ("DELETE", "PUT", "PROPFIND", "MKCOL", "OPTIONS"):
            answer = requests.request(method, f"{site}/{path}", auth=auth)
            assert answer.status_code == 405, (method, path)
            assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert requests.delete(f"{site}/@@audit-log", auth=auth, headers=JSON).status_code == 405
    assert requests.head(f"{site}/sign-in").status_code == 200
    assert requests.delete(f"{site}/gibt-es-nicht", auth=auth, headers=JSON).status_code == 404


def test_a_page_that_is_asked_as_a_service_is_none(functional_portal):
    site = functional_portal.absolute_url()
    for method in ("PUT", "DELETE", "PATCH"):
        for path in ("status", "logout", "@@opening-hours", "++api++/status"):
            answer = requests.request(method, f"{site}/{path}", headers=JSON, allow_redirects=False)
            assert answer.status_code == 405, (method, path, answer.text)


def test_services_know_their_methods(functional_portal):
    """If a program says that it is one: Zope decides before it comes to `++api++`."""
    site, auth = functional_portal.absolute_url(), (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    body = {"description": "Neu"}
    for path, headers, status in (("", JSON, 204), ("/++api++", JSON, 204), ("/++api++", {}, 405)):
        answer = requests.patch(f"{site}{path}", json=body, headers=headers, auth=auth)
        assert answer.status_code == status, (path, answer.text)
