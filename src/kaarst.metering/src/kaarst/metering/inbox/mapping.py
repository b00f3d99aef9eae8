"""Mappings in the browser: which topics are read by which preset, tried on the last message."""

from kaarst.core.whole_number import whole_number
from kaarst.metering import _
from kaarst.metering.decoders import presets
from kaarst.metering.decoders import suggest
from kaarst.metering.decoders.base import Field as PathField
from kaarst.metering.decoders.base import Options
from kaarst.metering.decoders.base import ZONE
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.decoders.mapping import try_out
from kaarst.metering.errors import MeteringError
from kaarst.metering.forms import Field
from kaarst.metering.inbox.pages import InboxPage
from kaarst.metering.inbox.readable import readable
from kaarst.metering.meters.describing import shown
from kaarst.metering.store import audit
from kaarst.metering.store import mappings
from kaarst.metering.store import replay
from kaarst.metering.store.engine import default_store
from kaarst.metering.units import KNOWN_UNITS
from plone.memoize.view import memoize
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zExceptions import NotFound


#: Lines for own paths; more values than that need a second mapping.
LINES = 6


class MappingsView(InboxPage):
    """All mappings in the order in which they are tried."""

    template = ViewPageTemplateFile("templates/mappings.pt")
    heading = _("Mappings")

    def do_change(self):
        """Moves, switches or removes one, as `what` says."""
        number, what = self.text("mapping", 20), self.text("what", 20)
        identifier = whole_number(number)
        if identifier is None:
            return self.url("mappings")
        with default_store().writing() as connection:
            if what in ("up", "down"):
                mappings.move(connection, identifier, what == "up")
            elif what in ("on", "off"):
                mappings.enable(connection, identifier, what == "on")
            elif what == "remove":
                mappings.remove(connection, identifier)
            audit.note(connection, self.actor(), "mapping", number, self.now, change=what)
        self.say(_("Changed."))
        return self.url("mappings")

    def rows(self):
        """`{id, title, template, preset, enabled, broken, first, last, url}`."""
        titles = {name: decoder.title for name, decoder in presets()}
        with default_store().reading() as connection:
            found = mappings.listed(connection)
        for index, one in enumerate(found):
            yield {
                "id": one.identifier,
                "title": one.title or one.template,
                "template": one.template,
                "preset": self.translate(titles.get(one.preset, one.preset)),
                "enabled": one.enabled,
                "broken": one.mapping is None,
                "first": index == 0,
                "last": index == len(found) - 1,
                "url": self.url(f"mapping?{urlencode({'mapping': one.identifier})}"),
            }


class MappingView(InboxPage):
    """One mapping, a new one or one that is there, with its result on the last message."""

    template = ViewPageTemplateFile("templates/mapping.pt")
    trial = None

    @property
    def page_title(self) -> str:
        return self.translate(_("Change the mapping") if self.known() else _("New mapping"))

    @property
    def topic(self) -> str:
        value = self.request.form.get("topic", "")
        return value[:500] if isinstance(value, str) else ""

    @memoize
    def known(self):
        """The mapping that is changed, or None."""
        number = self.text("mapping", 20)
        if not number:
            return None
        with default_store().reading() as connection:
            for one in mappings.listed(connection):
                if str(one.identifier) == number:
                    return one
        raise NotFound(number)

    @memoize
    def last(self) -> tuple[int, bytes] | None:
        """(received, payload) of the message to try on: the last of the topic, or a dead letter."""
        with default_store().reading() as connection:
            waiting = replay.letters(connection, topic=self.topic, size=1)
            if waiting:
                return waiting[0].received, waiting[0].payload
            return replay.last_of(connection, self.topic)

    def do_try(self):
        mapping = self._mapping()
        if mapping is not None:
            self.trial = self._tried(mapping)
            self.done = "tried"
        return None

    def do_save(self):
        mapping = self._mapping()
        if mapping is None:
            return None
        known = self.known()
        with default_store().writing() as connection:
            if known is None:
                number = mappings.add(connection, mapping)
            else:
                number = known.identifier
                mappings.replace(connection, number, mapping)
            audit.note(connection, self.actor(), "mapping", str(number), self.now, template=mapping.template, preset=mapping.preset)  # fmt: skip
        self.say(_("The mapping is saved and in force at once."))
        return self.group_url(self.topic) if self.topic else self.url("mappings")

    def _mapping(self) -> Mapping | None:
        """What was entered, or None with mistakes."""
        entered = self.entered
        title = entered.text("title", 200)
        template = entered.text("template", 500, required=True)
        preset = entered.choice("preset", [name for name, _decoder in presets()])
        fields = []
        if preset == "paths":
            for number in range(1, LINES + 1):
                path, unit = entered.text(f"path_{number}", 200), entered.text(f"unit_{number}", 10)
                if path:
                    name = entered.text(f"name_{number}", 80) or path
                    fields.append(PathField(name, path, unit))
            if not fields:
                entered.mistake("path_1", _("Please say where at least one value stands."))
        if entered.mistakes:
            return None
        try:
            options = Options(
                ZONE,
                tuple(fields),
                entered.text("time_path", 200) if preset == "paths" else "",
                entered.text("device_path", 200) if preset == "paths" else "",
            )
            return Mapping(template, preset, options, title or template)
        except MeteringError as error:
            problem = error.values.get("problem", "")
            entered.mistake("template" if problem.startswith("topic") else "preset", error.message)
            return None

    def _tried(self, mapping: Mapping) -> dict:
        """`{error, rows}`: what the mapping reads in the last message."""
        last = self.last()
        if last is None:
            return {
                "error": self.translate(_("No message of this topic is known yet.")),
                "rows": [],
            }
        found = try_out(mapping, self.topic, last[1], last[0])
        if found.error is not None:
            return {"error": self.translate(found.error.message), "rows": []}
        rows = self.read(found)
        empty = self.translate(_("The mapping finds no value in it."))
        return {"error": "" if rows else empty, "rows": rows}

    def read(self, trial) -> list[dict]:
        """`{device, channel, value, when}` of what was read."""
        return [
            {
                "device": frame.device,
                "channel": channel,
                "value": f"{shown(value)} {trial.channels[channel].unit}".rstrip(),
                "when": self.when(frame.moment) if frame.moment is not None else "",
            }
            for frame in trial.frames
            for channel, value in frame.values.items()
        ]

    # For the template

    def sample(self):
        last = self.last()
        return {"text": readable(last[1]), "when": self.when(last[0])} if last else None

    def suggestions(self):
        """Presets that understand the message: `{title, template, url, rows}`."""
        last = self.last()
        if last is None or self.known() is not None or self.sent:
            return
        titles = {name: decoder.title for name, decoder in presets()}
        for one in suggest.suggestions(self.topic, last[1], last[0])[:4]:
            query = {"topic": self.topic, "preset": one.preset, "template": one.template}
            yield {
                "title": self.translate(titles[one.preset]),
                "template": one.template,
                "url": self.url(f"mapping?{urlencode(query)}#mapping"),
                "rows": self.read(one.trial)[:6],
            }

    def places(self):
        """Where values stand in the message, for own paths."""
        last = self.last()
        return suggest.places(last[1]) if last else []

    def fields(self):
        known = self.known()
        template = known.template if known else self.text("template", 500) or self.topic
        preset = known.preset if known else self.text("preset", 60) or "paths"
        title = known.title if known else ""
        choices = tuple((name, decoder.title) for name, decoder in presets())
        return self.drawn(
            [
                Field("title", _("Name of the mapping"), value=title),
                Field("template", _("Topic"), hint=_("help_template", default="{device} stands for the part that names the device, {channel} for the one that names the value."), value=template, required=True),
                Field("preset", _("Format"), "select", choices=choices, value=preset),
            ]
        )  # fmt: skip

    def path_fields(self):
        """A line of three fields for each value; then where time and device stand."""
        known = self.known()
        options = known.mapping.options if known and known.mapping else Options()
        stored = list(options.fields)
        units = (("", _("not said")), *((unit, unit) for unit in KNOWN_UNITS))
        lines = []
        for number in range(1, LINES + 1):
            one = stored[number - 1] if number <= len(stored) else PathField("", "")
            lines.append(
                self.drawn(
                    [
                        Field(f"path_{number}", _("Place of value ${number}", mapping={"number": number}), value=one.path),
                        Field(f"name_{number}", _("Its name"), value=one.channel),
                        Field(f"unit_{number}", _("Its unit"), "select", choices=units, value=one.unit),
                    ]
                )
            )  # fmt: skip
        rest = self.drawn(
            [
                Field("time_path", _("Place of the time"), hint=_("help_time_path", default="Empty: the arrival counts."), value=options.time_path),
                Field("device_path", _("Place of the device's name"), hint=_("help_device_path", default="Empty: it stands in the topic as {device}."), value=options.device_path),
            ]
        )  # fmt: skip
        return {"lines": lines, "rest": rest}
