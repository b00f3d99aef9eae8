"""A device's value becomes a meter's register: of a meter that is there, or of a new one."""

from kaarst.metering import _
from kaarst.metering.forms import Field
from kaarst.metering.inbox.pages import InboxPage
from kaarst.metering.meters import choices
from kaarst.metering.meters import describing
from kaarst.metering.obis import QUANTITIES
from kaarst.metering.store import audit
from kaarst.metering.store import channels
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.joined import at_the_end
from kaarst.metering.units import stored_unit
from plone import api
from plone.dexterity.utils import createContentInContainer
from plone.memoize.view import memoize
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound


NEW = "new"


class AssignView(InboxPage):
    """Says which meter it is, what it counts and in which unit."""

    template = ViewPageTemplateFile("templates/assign.pt")
    heading = _("Assign a value to a meter")

    @property
    def topic(self) -> str:
        value = self.request.form.get("topic", "")
        return value[:500] if isinstance(value, str) else ""

    @memoize
    def channel(self) -> channels.Received:
        device, name = self.text("device", 140), self.text("channel", 140)
        with default_store().reading() as connection:
            for one in channels.received(connection, self.topic or None):
                if (one.device, one.channel) == (device, name):
                    return one
        raise NotFound(device)

    @memoize
    def meters(self) -> dict:
        return {one.getId(): one for one in self._content("Meter")}

    @memoize
    def buildings(self) -> dict:
        return {one.getId(): one for one in self._content("Building")}

    def _content(self, portal_type: str) -> list:
        path = "/".join(self.context.getPhysicalPath())
        found = [
            brain.getObject() for brain in api.content.find(portal_type=portal_type, path=path)
        ]
        return sorted(found, key=lambda one: (one.aq_parent.title, one.title))

    def do_assign(self):
        """Writes the register; a new meter and its register are made together or not at all."""
        channel = self.channel()
        entered = self.entered
        key = entered.choice("meter", (NEW, *self.meters()))
        obis = entered.choice("obis", QUANTITIES)
        quantity = QUANTITIES.get(obis)
        medium = quantity.medium if quantity else ""
        if key == NEW:
            building = entered.choice("building", self.buildings())
            title = entered.text("title", 200, required=True)
            if quantity and medium not in choices.MEDIA.by_value:
                entered.mistake("obis", _("A meter of a building does not measure this."))
        elif key and quantity and self.meters()[key].medium != medium:
            entered.mistake("obis", _("This meter counts something else."))
        elif key and quantity and self._has(key, obis):
            entered.mistake("obis", _("This meter has such a register already: note an exchange there."))  # fmt: skip
        unit = entered.choice("unit", self._units(), required=False)
        values = self._values(channel, quantity, unit)
        if entered.mistakes:
            return None
        if key == NEW:
            made = createContentInContainer(
                self.buildings()[building], "Meter", title=title, medium=medium
            )
            key = made.getId()
        who, now = self.actor(), self.now

        def write(connection):
            registers.create(connection, key, obis, **values)
            audit.note(connection, who, "register", key, now, obis=obis, device=channel.device, channel=channel.channel)  # fmt: skip

        at_the_end(default_store(), write)
        self.say(_("Assigned. What has been waiting can be taken in again now."))
        return self.group_url(self.topic) if self.topic else self.url("posteingang")

    def _has(self, key: str, obis: str) -> bool:
        with default_store().reading() as connection:
            return bool(registers.chain(connection, key, obis))

    def _values(self, channel, quantity, unit: str) -> dict:
        """What `registers.create` wants, checked before the transaction ends."""
        factor = self.entered.decimal("factor")
        if factor is not None and factor <= 0:
            self.entered.mistake("factor", _("This must be more than nothing."))
        if quantity is not None:
            unit = unit or describing.sent_unit(channel, quantity.unit)
            if stored_unit(unit) != quantity.unit:
                self.entered.mistake("unit", _("This unit does not fit what is counted."))
        return {
            "device": channel.device,
            "channel": channel.channel,
            "source_unit": unit,
            "factor": "1" if factor is None else f"{factor:f}",
        }

    def _units(self) -> list[str]:
        return [one for medium in choices.MEDIA.by_value for one in describing.units(medium)]

    # For the template

    def value(self) -> str:
        one = self.channel()
        return f"{describing.shown(one.value)} {one.unit}".rstrip()

    def fields(self):
        channel = self.channel()
        known = tuple(
            (key, f"{one.aq_parent.title}: {one.title}") for key, one in self.meters().items()
        )
        codes = tuple(
            (title, tuple((code, one.title) for code, one in describing.codes(medium).items()))
            for medium, title in ((term.value, term.title) for term in choices.MEDIA)
        )
        units = dict.fromkeys(self._units())
        places = tuple((key, one.title) for key, one in self.buildings().items())
        return self.drawn(
            [
                Field("meter", _("Meter"), "select", choices=((NEW, _("A new meter")), *known)),
                Field("building", _("Building of the new meter"), "select", choices=(("", "–"), *places)),
                Field("title", _("Name of the new meter")),
                Field("obis", _("What it counts"), "select", choices=codes, value=channel.obis or ""),
                Field("unit", _("Unit in which it is sent"), "select", _("help_unit", default="If the device names no unit, that of the register counts."), (("", _("As the device says")), *((unit, unit) for unit in units))),
                Field("factor", _("Factor"), hint=_("help_factor", default="For example 40 for a transformer 200/5, or 0.01 for a pulse of 10 litres."), value="1", numeric=True),
            ]
        )  # fmt: skip
