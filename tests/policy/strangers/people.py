"""Citizens with the session of a login, as browsers and programs of theirs bring it along."""

from kaarst.core.account import records
from kaarst.core.signin import current
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Knowledge

import re
import requests
import transaction


JSON = {"Accept": "application/json", "Accept-Language": "de"}
LEVELS = {store.BUNDID: Level.HIGH, store.MAIL: Level.NONE}


class Visitor:
    """A browser that follows no redirect and has no login."""

    user = token = first_handle = ""

    def __init__(self, url):
        self.url = url
        self.http = requests.Session()
        self.http.headers["Accept-Language"] = "de"

    def ask(self, method, path, **options):
        options.setdefault("timeout", 60)
        # Said once to whoever asks next, whatever that is.
        self.http.cookies.pop("statusmessages", None)
        if method == "HEAD":
            # Some of Plone's answers to HEAD have a body, which would be taken for the next answer.
            options["headers"] = {**options.get("headers", {}), "Connection": "close"}
        return self.http.request(method, f"{self.url}/{path}", allow_redirects=False, **options)

    def rest(self, path, **data):
        return self.ask("POST", path, json=data, headers=JSON)

    def get(self, path, **query):
        return self.ask("GET", path, params=query, headers=JSON).json()

    def come_back(self):
        """Is there again, whatever the last requests have ended."""

    def authenticator(self):
        """The token against forged requests; whoever has no login has none."""
        return ""


class Citizen(Visitor):
    """Somebody with a login and an account."""

    def __init__(self, portal, who, name="", kind=store.BUNDID, email="", site=""):
        super().__init__(portal.absolute_url())
        self.site, self.kind, self.user = site or portal.getId(), kind, f"{kind}-{who}"
        self.known = Knowledge(name=name, email=email or f"{who}@example.org")
        self.sign_in()
        self.first_handle = self.handle

    def sign_in(self):
        self.token = store.begin(
            self.site, self.user, self.kind, LEVELS[self.kind], self.known, idle=1800, longest=7200
        )
        self.http.cookies.set(current.cookie_name(self.site, False), self.token)
        opened = self.rest("@account-open", agreed=True)
        assert opened.status_code in (200, 201), opened.text
        self._authenticator = ""

    @property
    def handle(self):
        return store.of_user(self.site, self.user)[0].handle

    def come_back(self):
        transaction.begin()
        if store.find(self.token, self.site) is None or records.opened(self.user) is None:
            self.sign_in()

    def authenticator(self):
        if not self._authenticator:
            page = self.ask("GET", "acting").text
            found = re.search(r'_authenticator"[^>]*value="(\w+)"', page)
            self._authenticator = found.group(1)
        return self._authenticator
