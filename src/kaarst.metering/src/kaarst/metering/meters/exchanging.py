"""The exchange of a meter: an event with what both faces showed, which the curve goes over smoothly."""

from kaarst.metering import _
from kaarst.metering.forms import Field
from kaarst.metering.meters import describing
from kaarst.metering.meters.registering import RegisterPage
from kaarst.metering.store import audit
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ExchangeView(RegisterPage):
    """A register was replaced, or taken out for good."""

    template = ViewPageTemplateFile("templates/exchange.pt")
    heading = _("Exchange of the meter")

    def _event(self) -> tuple[int | None, int | None]:
        at = self.entered.moment("at", required=True)
        if at is not None and at > self.now:
            self.entered.mistake("at", _("This lies in the future."))
        return at, describing.micro(self.entered.decimal("end_value"))

    def do_exchange(self):
        at, end_value = self._event()
        start_value = describing.micro(self.entered.decimal("start_value"))
        serial, digits = self.entered.text("serial", 60), self.entered.whole("digits", 3, 9)
        with default_store().reading() as connection:
            old = self.chosen(connection)
        device, channel = self._channel(old)
        if at is not None and not old.valid_from < at < old.ends:
            self.entered.mistake("at", _("At that moment this register was not in use."))
        if self.entered.mistakes:
            return None
        with default_store().writing() as connection:
            registers.exchange(
                connection, self.chosen(connection), at, end_value, start_value, serial,
                device, channel, digits=digits,
            )  # fmt: skip
            audit.note(
                connection, self.actor(), "exchange", self.key, self.now,
                obis=old.obis, at=at, end=end_value, start=start_value, serial=serial,
            )  # fmt: skip
        self.say(_("The exchange is noted. Readings from then on belong to the new meter."))
        return self.url("registers")

    def _channel(self, old) -> tuple[str | None, str | None]:
        value = self.entered.text("channel", 600)
        if not value or value == describing.channel_value(old.device, old.channel):
            return None, None
        found = describing.read_channel(self.entered, self.received())
        return (found.device, found.channel) if found else (None, None)

    def do_end(self):
        at, end_value = self._event()
        with default_store().reading() as connection:
            old = self.chosen(connection)
        if at is not None and not old.valid_from < at < old.ends:
            self.entered.mistake("at", _("At that moment this register was not in use."))
        if self.entered.mistakes:
            return None
        with default_store().writing() as connection:
            registers.end(connection, self.chosen(connection), at, end_value)
            audit.note(connection, self.actor(), "end-register", self.key, self.now, obis=old.obis, at=at, end=end_value)  # fmt: skip
        self.say(_("The register is ended. Its readings stay."))
        return self.url("registers")

    # For the template

    def register(self):
        with default_store().reading() as connection:
            found = self.chosen(connection)
        return {"id": found.id, "name": self.name_of(found), "unit": found.unit, "found": found}

    def fields(self):
        register = self.register()["found"]
        own = describing.channel_value(register.device, register.channel)
        local = f"{self.local(self.now):%Y-%m-%dT%H:%M}"
        return self.drawn(
            [
                Field("at", _("When"), "datetime-local", value=local, required=True),
                Field("end_value", _("Last reading of the old meter"), hint=_("help_end_value", default="Empty if nobody wrote it down."), numeric=True),
                Field("start_value", _("First reading of the new meter"), numeric=True),
                Field("serial", _("Number of the new meter")),
                Field("digits", _("Digits before the point"), value=str(register.digits or ""), numeric=True),
                Field("channel", _("Value of a device"), "select", choices=self.channel_choices(register), value=own),
            ]
        )  # fmt: skip

    def end_fields(self):
        local = f"{self.local(self.now):%Y-%m-%dT%H:%M}"
        return self.drawn(
            [
                Field("at", _("When"), "datetime-local", value=local, required=True),
                Field("end_value", _("Last reading of the old meter"), numeric=True),
            ],
            prefix="end-",
        )
