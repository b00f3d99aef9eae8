"""Every view and every service of the city, and who may call it.

The list in permissions.txt is read by people: a new line there is a decision. After one was made,
`make test ARGS=tests/architecture/test_permissions.py UPDATE_PERMISSIONS=1` writes the list anew.
"""

from pathlib import Path
from plone.rest import Service
from Products.Five.browser import BrowserView
from zope.component import getGlobalSiteManager
from zope.interface import Interface
from zope.publisher.interfaces import IRequest

import os
import pytest


LIST = Path(__file__).with_name("permissions.txt")
HEAD = "# name · for · layer · permission\n"


def ours(adapter):
    """Whether a view or a service (not some other adapter) is of the city.

    Views made of a template alone have no code of ours, but a browser layer. Adapters that provide an
    interface (channels, expandable elements) are no views: the publisher answers 404.
    """
    factory, layer = adapter.factory, adapter.required[1]
    if not isinstance(factory, type):
        return False
    if not issubclass(factory, (BrowserView, Service)) and adapter.provided is not Interface:
        return False
    return layer.__module__.startswith("kaarst.") or any(
        base.__module__.startswith("kaarst.") for base in factory.__mro__
    )


def permission_of(factory):
    """Return the title of the permission that guards `factory`, `PUBLIC` or `UNPROTECTED`."""
    roles = getattr(factory, "__roles__", "UNPROTECTED")
    if roles is None:
        return "PUBLIC"
    return getattr(roles, "__name__", roles if isinstance(roles, str) else "PRIVATE")


def registered():
    """Yield (name, for, layer, permission) of every view and REST service of the city."""
    for adapter in getGlobalSiteManager().registeredAdapters():
        if len(adapter.required) != 2 or not adapter.required[1].isOrExtends(IRequest):
            continue
        if not adapter.name or not ours(adapter):
            continue
        yield (
            adapter.name,
            adapter.required[0].__name__,
            adapter.required[1].__name__,
            permission_of(adapter.factory),
        )


@pytest.fixture
def views(integration):
    return sorted(set(registered()))


def test_every_view_and_service_is_on_the_list(views):
    found = HEAD + "".join(" · ".join(view) + "\n" for view in views)
    if os.environ.get("UPDATE_PERMISSIONS"):
        LIST.write_text(found)
    assert found.splitlines() == LIST.read_text().splitlines()


def test_everything_is_guarded_and_bound_to_an_installed_package(views):
    open_doors = [view for view in views if view[3] in ("UNPROTECTED", "PRIVATE")]
    assert open_doors == []
    # Browser layers belong to sites; at Zope's root there are none.
    without_layer = [
        view for view in views if not view[2].startswith("IKaarst") and view[1] != "IApplication"
    ]
    assert without_layer == []


def test_no_service_that_writes_is_guarded_by_view_alone(views):
    writes = [
        view
        for view in views
        if view[0].startswith(("POST_", "PATCH_", "PUT_", "DELETE_"))
        and view[3] in ("View", "PUBLIC", "Access contents information")
    ]
    assert writes == []
