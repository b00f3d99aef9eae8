"""`GET {energy, building, meter or dashboard}/@live`: values now, and where new ones are told as they arrive."""

from datetime import datetime
from datetime import UTC
from kaarst.core.places.relations import related
from kaarst.core.rest import JsonGet
from kaarst.metering.interfaces import IBuilding
from kaarst.metering.interfaces import IDashboard
from kaarst.metering.interfaces import IEnergy
from kaarst.metering.interfaces import IMeter
from kaarst.metering.live.permits import permit
from plone import api


READ = "kaarst.metering: View readings"
# A stampede of pages that cannot listen asks Plone once in so many seconds.
PUBLIC_SECONDS = 10


class LiveGet(JsonGet):
    """A token for the meters that the asker may see, and what they show at this moment."""

    def handle(self):
        anonymous = api.user.is_anonymous()
        found = permit(visible(self.context), personal=not anonymous)
        keep = f"public, max-age={PUBLIC_SECONDS}" if anonymous else "no-store"
        self.request.response.setHeader("Cache-Control", keep)
        expires = datetime.fromtimestamp(found["expires"], UTC).isoformat()
        return {"@id": f"{self.context.absolute_url()}/@live", **found, "expires": expires}


def visible(context) -> list[str]:
    """Returns the keys of a meter and those behind it, or of a building's, or of the town's.

    Of the whole town only the main meters: what lies behind them is part of them. A meter that the
    asker may not see hides nothing that lies behind it and may be seen. Of a dashboard those of all
    that it shows.
    """
    if IDashboard.providedBy(context):
        parts = related(context, "items")
        return sorted({key for part in parts for key in visible(part)})
    return [one.getId() for one in _meters(context) if api.user.has_permission(READ, obj=one)]


def _meters(context) -> list:
    found = [context] if IMeter.providedBy(context) else []
    pending = list(context.objectValues())
    while pending:
        one = pending.pop()
        if IMeter.providedBy(one):
            found.append(one)
            if not IEnergy.providedBy(context):
                pending += one.objectValues()
        elif IBuilding.providedBy(one) and api.user.has_permission("View", obj=one):
            pending += one.objectValues()
    return found
