"""Old readings and files of a utility, by upload: first what would happen, then it happens."""

from kaarst.metering import _
from kaarst.metering.entered import MISSING
from kaarst.metering.forms import Field
from kaarst.metering.meters import describing
from kaarst.metering.meters import uploads
from kaarst.metering.meters.registering import RegisterPage
from kaarst.metering.store import importer
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from kaarst.metering.units import stored_unit
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


KINDS = (
    (importer.READINGS, _("Readings: what the meter showed")),
    (importer.CONSUMPTION, _("Load profile: what was used in each interval")),
)
STAMPS = (
    (importer.START, _("The beginning of the interval")),
    (importer.END, _("The end of the interval")),
)


class _NotYet(Exception):
    """Takes a trial back."""


class ImportView(RegisterPage):
    """Upload, report, import."""

    template = ViewPageTemplateFile("templates/import.pt")
    heading = _("Import readings")
    report = None
    upload = None

    def do_try(self):
        """Reads the file and says what would become of it; keeps it until it is imported."""
        with default_store().reading() as connection:
            register = self.chosen(connection)
        choices = {
            "kind": self.entered.choice("kind", dict(KINDS)),
            "stamp": self.entered.choice("stamp", dict(STAMPS)),
            "unit": self.entered.choice("unit", self._units(register)),
            "register": register.id,
        }
        content, name = self._file()
        if self.entered.mistakes:
            return None
        self.report = self._read(content, choices, keep=False)
        self.upload = uploads.Upload(content, name, self.actor(), choices, self.now)
        uploads.keep(self.context, self.upload)
        self.done = "tried"
        return None

    def do_import(self):
        """Imports what was looked at. A second click finds every line known already."""
        kept = uploads.kept(self.context)
        if kept is None or kept.token != self.text("token") or kept.who != self.actor():
            self.message = self.translate(_("Please choose the file again: it is no longer here."))
            return None
        self.report = self._read(kept.file.data, kept.choices, keep=True)
        uploads.forget(self.context)
        self.done = "imported"
        return None

    def _file(self) -> tuple[bytes, str]:
        sent = self.request.form.get("file")
        if not hasattr(sent, "read") or not getattr(sent, "filename", ""):
            self.entered.mistake("file", MISSING)
            return b"", ""
        content = sent.read(importer.SIZE_LIMIT + 1)
        if len(content) > importer.SIZE_LIMIT:
            self.entered.mistake("file", _("The file is larger than 20 MB."))
        elif not content.strip():
            self.entered.mistake("file", _("The file is empty."))
        return content, sent.filename[-100:]

    def _read(self, content: bytes, choices: dict, keep: bool) -> importer.Report:
        """Imports in a transaction that only `keep` lets stand. Raises MeteringError."""
        found = None
        try:
            with default_store().writing() as connection:
                known = registers.registers(connection, meter=self.key)
                obis = next(one.obis for one in known if one.id == choices["register"])
                found = importer.import_readings(
                    connection,
                    registers.chain(connection, self.key, obis),
                    content,
                    choices["unit"],
                    self.actor(),
                    self.now,
                    choices["kind"],
                    choices["stamp"],
                )
                if not keep:
                    raise _NotYet
        except _NotYet:
            pass
        return found

    def _units(self, register) -> list[str]:
        medium = self.context.medium
        return [one for one in describing.units(medium) if stored_unit(one) == register.unit]

    # For the template

    def register(self):
        with default_store().reading() as connection:
            found = self.chosen(connection)
        return {"id": found.id, "name": self.name_of(found), "found": found}

    def fields(self):
        register = self.register()["found"]
        units = tuple((one, one) for one in self._units(register))
        return self.drawn(
            [
                Field(
                    "file",
                    _("CSV file"),
                    "file",
                    _(
                        "help_csv",
                        default="Columns with date, time and value; comma, semicolon or tab; at most 20 MB.",
                    ),
                    required=True,
                ),
                Field("kind", _("What the file holds"), "select", choices=KINDS),
                Field("unit", _("Unit in the file"), "select", choices=units, value=register.unit),
                Field("stamp", _("A load profile's time is"), "select", choices=STAMPS),
            ]
        )

    def counts(self):
        """`(what, how many)` of the report; the last three add up to the first."""
        report = self.report
        yield self.translate(_("Lines")), report.lines
        yield self.translate(_("New")), report.stored
        yield self.translate(_("Known already")), report.duplicate
        yield self.translate(_("Refused")), report.refused

    def span(self) -> str:
        if self.report.first is None:
            return ""
        return f"{self.when(self.report.first)} – {self.when(self.report.last)}"

    def refusals(self):
        """`{line, text, reason}` of the lines that are not taken, the first 200."""
        for one in self.report.refusals:
            reason = self.translate(one.error.message)
            yield {"line": one.line, "text": one.text, "reason": reason}
