"""Keeps the meters of households out of what is public, and claims in step with the content."""

from AccessControl.PermissionRole import rolesForPermissionOn
from kaarst.metering import _
from kaarst.metering.meters.deleting import keys_within
from kaarst.metering.store import claims
from kaarst.metering.store import storing
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.joined import at_the_end
from plone import api
from plone.base.interfaces import IPloneSiteRoot
from zExceptions import BadRequest
from zope.globalrequest import getRequest
from zope.i18n import translate

import time


READ = "kaarst.metering: View readings"


def is_public(meter) -> bool:
    """Whether everybody may see the readings of a meter."""
    return "Anonymous" in rolesForPermissionOn(READ, meter)


def keep_private(content, event) -> None:
    """A building does not become public while somebody holds one of its meters."""
    if event.new_state.getId() != "private" and _someone_holds(content):
        _refuse()


def keep_inside(meter, event) -> None:
    """Nor is a meter that somebody holds moved into a building that is public."""
    if event.newParent is None or event.oldParent is None or event.newParent is event.oldParent:
        return
    if is_public(meter) and _someone_holds(meter):
        _refuse()


def end_claims(meter, event) -> None:
    """With a meter go the claims to it and the consents that rest on them."""
    if IPloneSiteRoot.providedBy(event.object):
        return
    key, who = meter.getId(), api.user.get_current().getId() or ""
    now = int(time.time() * 1000)

    def forget(connection):
        claims.end(connection, key, now, who, now)
        storing.drop(connection, key)

    at_the_end(default_store(), forget)


def _someone_holds(content) -> bool:
    now = int(time.time() * 1000)
    with default_store().reading() as connection:
        return any(
            one.is_open(now)
            for key in keys_within(content)
            for one in claims.of_meter(connection, key)
        )


def _refuse() -> None:
    sentence = _(
        "household_stays_private",
        default="Somebody holds a meter here: it cannot become public. First note at the meter, "
        "under “Letters to the holder”, that they have moved out.",
    )
    raise BadRequest(translate(sentence, context=getRequest()))
