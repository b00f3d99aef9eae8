"""The registers of a meter: which device's value it is, and what the store must know of it."""

from kaarst.metering import _
from kaarst.metering.forms import Field
from kaarst.metering.forms import FormPage
from kaarst.metering.meters import describing
from kaarst.metering.obis import quantity
from kaarst.metering.store import audit
from kaarst.metering.store import channels
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.history import newest
from kaarst.metering.store.registers import BEGINNING
from kaarst.metering.store.registers import Register
from plone.memoize.view import memoize
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound


class RegisterPage(FormPage):
    """What the pages about a meter's registers share."""

    @property
    def key(self) -> str:
        return self.context.getId()

    @property
    def page_title(self) -> str:
        return f"{self.translate(self.heading)}: {self.context.title}"

    @memoize
    def received(self) -> list:
        with default_store().reading() as connection:
            return channels.received(connection)

    def all_registers(self) -> list[Register]:
        with default_store().reading() as connection:
            return registers.registers(connection, meter=self.key)

    def chosen(self, connection) -> Register:
        """The register a form or a link names; only one of this meter."""
        number = self.text("register", 20)
        if number.isascii() and number.isdigit():
            for one in registers.registers(connection, meter=self.key):
                if one.id == int(number):
                    return one
        raise NotFound(number)

    def name_of(self, register: Register) -> str:
        known = quantity(register.obis)
        return self.translate(known.title) if known else register.obis

    def channel_choices(self, register: Register | None = None) -> tuple:
        """What was received; with what a register has now, though it may be silent."""
        found = describing.channel_groups(self.received(), self.key)
        if register is None or not register.device:
            return found
        own = describing.channel_value(register.device, register.channel)
        if any(one.device == register.device and one.channel == register.channel for one in self.received()):  # fmt: skip
            return found
        return (*found, (own, f"{register.device} · {register.channel}"))


class RegistersView(RegisterPage):
    """Lists, adds, changes and ends registers."""

    template = ViewPageTemplateFile("templates/registers.pt")
    heading = _("Registers")

    def do_add(self):
        values = describing.new_register(self.entered, self.context.medium, self.received())
        if self.entered.mistakes:
            return None
        with default_store().writing() as connection:
            made = registers.create(connection, self.key, **values)
            audit.note(connection, self.actor(), "register", self.key, self.now, obis=made.obis, device=made.device, channel=made.channel)  # fmt: skip
        self.say(_("The register was added. What the device sends from now on is stored."))
        return self.url("registers")

    def do_change(self):
        with default_store().reading() as connection:
            register = self.chosen(connection)
        values = describing.changed_register(self.entered, register, self.received())
        if self.entered.mistakes:
            return None
        with default_store().writing() as connection:
            registers.change(connection, self.chosen(connection), **values)
            audit.note(connection, self.actor(), "register", self.key, self.now, obis=register.obis, device=values["device"], channel=values["channel"])  # fmt: skip
        self.say(_("Changed."))
        return self.url("registers")

    # For the template

    def changing(self) -> Register | None:
        """The register that a link has asked to change."""
        if not self.text("register", 20) or self.text("step", 30) == "add":
            return None
        with default_store().reading() as connection:
            return self.chosen(connection)

    def rows(self):
        """`{name, device, unit, digits, serial, since, until, value, when, open, ...}`."""
        with default_store().reading() as connection:
            for one in registers.registers(connection, meter=self.key):
                found = newest(connection, one)
                query = f"?register={one.id}"
                yield {
                    "id": one.id,
                    "name": self.name_of(one),
                    "code": one.obis,
                    "device": f"{one.device} · {one.channel}" if one.device else "",
                    "unit": one.source_unit + (f" × {one.factor}" if one.factor != "1" else ""),
                    "serial": one.serial,
                    "since": "" if one.valid_from == BEGINNING else self.when(one.valid_from),
                    "until": "" if one.valid_to is None else self.when(one.valid_to),
                    "value": self.amount(found.value, one.unit) if found else "–",
                    "when": self.when(found.ts) if found else "",
                    "change_url": self.url(f"registers{query}#change"),
                    "exchange_url": self.url(f"exchange{query}"),
                    "reading_url": self.url(f"reading{query}"),
                    "import_url": self.url(f"import-readings{query}"),
                }

    def add_fields(self):
        medium = self.context.medium
        known = tuple((code, one.title) for code, one in describing.codes(medium).items())
        unit = tuple((unit, unit) for unit in describing.units(medium))
        return self.drawn(
            [
                Field("obis", _("What it counts"), "select", choices=known),
                Field(
                    "channel",
                    _("Value of a device"),
                    "select",
                    _("Devices that have sent something of late."),
                    self.channel_choices(),
                ),
                Field("unit", _("Unit in which it is sent"), "select", _("help_unit", default="If the device names no unit, that of the register counts."),
                      (("", _("As the device says")), *unit)),
                Field("factor", _("Factor"), hint=_("help_factor", default="For example 40 for a transformer 200/5, or 0.01 for a pulse of 10 litres."), value="1", numeric=True),
                Field("since", _("In use since"), "datetime-local",
                      _("Empty: as long as there are readings.")),
                Field("start_value", _("Reading at the beginning"), numeric=True),
                *_settings(None),
            ]
        )  # fmt: skip

    def change_fields(self, register: Register):
        own = describing.channel_value(register.device, register.channel)
        return self.drawn(
            [
                Field("channel", _("Value of a device"), "select",
                      choices=self.channel_choices(register), value=own),
                *_settings(register),
            ],
            prefix="change-",
        )  # fmt: skip


def _settings(register: Register | None):
    """What may be changed at any time; see `describing._settings`."""
    yield Field("serial", _("Number of the meter"), value=register.serial if register else "")
    yield Field(
        "digits", _("Digits before the point"), hint=_("help_digits", default="So that roll-overs are recognised. Empty: unknown."),
        value=str(register.digits or "") if register else "", numeric=True,
    )  # fmt: skip
    yield Field(
        "gap", _("Minutes without a reading that count as a gap"),
        value=str(register.gap // 60) if register else "120", numeric=True,
    )  # fmt: skip
    yield Field(
        "peak", _("Most it can count in an hour"), hint=_("help_peak", default="More is not counted but asked about. Empty: unknown."),
        value=describing.amount_text(register.peak) if register else "", numeric=True,
    )  # fmt: skip
