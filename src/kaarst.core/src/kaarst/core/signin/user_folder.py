"""Putting plugins into a site's user folder, and taking them out."""

from Acquisition import aq_inner
from Acquisition import aq_parent
from collections.abc import Callable
from collections.abc import Iterable


def site_id(plugin) -> str:
    """The id of the site to whose user folder a plugin belongs."""
    # Inner: tools acquire the user folder, and their own id is none of a site.
    return aq_parent(aq_inner(plugin._getPAS())).getId()


def put_in(site, id: str, make: Callable, interfaces: Iterable, first: Iterable) -> None:
    """Adds a plugin, active for its interfaces, asked before all others for `first`; does so once."""
    folder = site.acl_users
    if id not in folder:
        folder._setObject(id, make())
    for interface in interfaces:
        if id not in folder.plugins.listPluginIds(interface):
            folder.plugins.activatePlugin(interface, id)
            if interface in first:
                folder.plugins.movePluginsTop(interface, [id])


def take_out(site, id: str, interfaces: Iterable) -> None:
    """Removes a plugin, if it is there."""
    folder = site.acl_users
    if id in folder:
        for interface in interfaces:
            if id in folder.plugins.listPluginIds(interface):
                folder.plugins.deactivatePlugin(interface, id)
        folder._delObject(id)
