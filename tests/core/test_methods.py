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
