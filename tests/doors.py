"""Every door at something of the city: views, services and methods, taken from where they are registered.

A test that walks them finds a new view by itself.
"""

from pathlib import Path
from zope.component import getGlobalSiteManager
from zope.interface import Interface
from zope.interface import providedBy
from zope.publisher.interfaces import IRequest

import re


PERMISSIONS = Path(__file__).parent / "architecture" / "permissions.txt"
#: Zope's and Plone's own, beside what is registered by name.
WELL_KNOWN = (
    *("", "view", "edit", "index_html", "sharing", "folder_contents", "delete_confirmation"),
    *("manage", "manage_main", "manage_access", "manage_workspace", "manage_owner", "manage_menu"),
    *("manage_propertiesForm", "manage_DAVget", "manage_FTPget", "PrincipiaSearchSource"),
    *("objectIds", "objectValues", "propertyValues", "Title", "Description", "SearchableText"),
    *("external_edit", "historyview", "content_status_history", "aq_parent", "aq_base"),
    *("@@images/1", "@@download/documents", "documents/0/file", "++widget++answers", "__dict__"),
    *("messages/0", "history/0", "answers/0", "_cases", "index/_rows", "receipt_key", "deleted"),
)
SERVICE = re.compile(r"(GET|POST|PATCH|PUT|DELETE|OPTIONS|HEAD)_application_json_(.*)")
WRITING = ("PUT", "DELETE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK")
SEARCHES = (
    "@search?SearchableText={}",
    "@search?portal_type=Case&fullobjects=1",
    "@search?path.query=/plone/vorgaenge",
    "@querystring-search?query=%7B%22query%22%3A%5B%5D%7D",
    "@navigation?expand.navigation.depth=4",
    "@services?q={}",
    "@users",
    "@groups",
    "@linkintegrity",
)
PAGES = (
    "@@search?SearchableText={}",
    "@@updated_search?SearchableText={}",
    "search_rss?SearchableText={}",
    "sitemap.xml.gz",
    "sitemap",
    "@@getVocabulary?name=plone.app.vocabularies.Catalog",
    "recently_modified",
    "vorgaenge/RSS",
    "vorgaenge?q={}",
    "portal_catalog/manage_catalogView",
    "portal_catalog?portal_type=Case",
)


def registered(context):
    """Yields (method, name, factory) of every view and service registered for a context."""
    kinds = set(providedBy(context).flattened())
    for adapter in getGlobalSiteManager().registeredAdapters():
        if len(adapter.required) != 2 or adapter.required[0] not in kinds:
            continue
        layer = adapter.required[1]
        if not adapter.name or not (layer is Interface or layer.isOrExtends(IRequest)):
            continue
        service = SERVICE.fullmatch(adapter.name)
        yield *(service.groups() if service else ("GET", adapter.name)), adapter.factory


def doors(*contexts):
    """Names under which something may be called on a context: (method, path)."""
    found = {("GET", name) for name in WELL_KNOWN}
    for context in contexts:
        found |= {(method, name) for method, name, _factory in registered(context)}
        own = [base for base in type(context).__mro__ if base.__module__.startswith("kaarst.")]
        for names in (vars(context), *(vars(base) for base in own)):
            found |= {("GET", name) for name in names}
    return sorted(found)


def of_the_city():
    """Names of this city's own views and services."""
    names = {line.split(" · ")[0] for line in _permissions()}
    services = {SERVICE.fullmatch(name) for name in names} - {None}
    return {service[2] for service in services} | names


def ways_in():
    """Every view and service that takes a number and a PIN of a case."""
    found = [line.split(" · ")[0] for line in _permissions() if "Look up a case by" in line]
    return [SERVICE.fullmatch(name)[2] if SERVICE.fullmatch(name) else name for name in found]


def plain(answer, number):
    """The answer without the number that was asked for and the tokens against forged requests."""
    return re.sub(r"\b[0-9a-f]{40}\b", "token", answer.text.replace(number, "number"))


def _permissions():
    return PERMISSIONS.read_text(encoding="utf-8").splitlines()[1:]
