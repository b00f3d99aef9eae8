"""The pages of the town's energy, of a building and of a meter."""

from kaarst.metering.dashboards.pages import MeterPage
from kaarst.metering.dashboards.pages import ReadingsPage
from kaarst.metering.dashboards.town import TownPage
from kaarst.metering.meters import choices
from kaarst.metering.obis import quantity
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.history import newest
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


def visible(container, portal_type: str) -> list:
    """What lies in a container and the reader may see, in its order."""
    return [
        one
        for one in container.objectValues()
        if one.portal_type == portal_type and api.user.has_permission("View", obj=one)
    ]


class EnergyView(TownPage):
    """All buildings."""

    template = ViewPageTemplateFile("templates/energy.pt")

    def __call__(self):
        return self.template()

    def may_manage(self) -> bool:
        return api.user.has_permission("kaarst.metering: Manage meters", obj=self.context)

    def buildings(self):
        """`{title, url, use, street, district, area}`, by title."""
        for one in sorted(visible(self.context, "Building"), key=lambda one: one.title):
            yield {
                "title": one.title,
                "url": one.absolute_url(),
                "use": self.translate(choices.USES.getTerm(one.use).title),
                "street": one.street,
                "district": one.district,
                "area": self.amount((one.area or 0) * 10**6, "m²", 0) if one.area else "–",
            }


class BuildingView(ReadingsPage):
    """What a building is and which meters it has."""

    template = ViewPageTemplateFile("templates/building.pt")

    def __call__(self):
        return self.template()

    def may_manage(self) -> bool:
        return api.user.has_permission("kaarst.metering: Manage meters", obj=self.context)

    def use(self) -> str:
        return self.translate(choices.USES.getTerm(self.context.use).title)

    def heating(self) -> str:
        heating = self.context.heating
        return self.translate(choices.HEATINGS.getTerm(heating).title) if heating else ""

    def area(self) -> str:
        return self.amount(self.context.area * 10**6, "m²", 0) if self.context.area else ""

    def meters(self):
        """`{title, url, medium, place, depth}`, each before those that lie behind it."""
        return list(self._meters(self.context, 0))

    def _meters(self, container, depth: int):
        for one in visible(container, "Meter"):
            yield {
                "title": one.title,
                "url": one.absolute_url(),
                "medium": self.translate(choices.MEDIA.getTerm(one.medium).title),
                "place": one.place,
                "depth": min(depth, 3),
            }
            yield from self._meters(one, depth + 1)


class MeterView(MeterPage):
    """What a meter counts and what it showed last."""

    template = ViewPageTemplateFile("templates/meter.pt")

    def __call__(self):
        return self.template()

    def may_manage(self) -> bool:
        return api.user.has_permission("kaarst.metering: Manage meters", obj=self.context)

    def may_read(self) -> bool:
        return api.user.has_permission("kaarst.metering: View readings", obj=self.context)

    def medium(self) -> str:
        return self.translate(choices.MEDIA.getTerm(self.context.medium).title)

    def meters(self):
        """The meters behind this one."""
        return [
            {"title": one.title, "url": one.absolute_url()}
            for one in visible(self.context, "Meter")
        ]

    def latest(self):
        """`{title, value, when}` of every register in use."""
        with default_store().reading() as connection:
            for one in registers.registers(connection, meter=self.context.getId()):
                if one.valid_to is None:
                    found = newest(connection, one)
                    known = quantity(one.obis)
                    yield {
                        "title": self.translate(known.title) if known else one.obis,
                        "value": self.amount(found.value, one.unit) if found else "–",
                        "when": self.when(found.ts) if found else "",
                    }
