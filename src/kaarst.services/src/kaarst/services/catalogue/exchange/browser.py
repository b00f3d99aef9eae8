"""`@@service-exchange`: services out to a file and in from one; `@@service-export.xml` and `.csv`."""

from collections import Counter
from functools import cached_property
from kaarst.core.page import Page
from kaarst.services import _
from kaarst.services.catalogue.exchange import files
from kaarst.services.catalogue.exchange import plan
from kaarst.services.catalogue.exchange import site
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import MANY
from kaarst.services.catalogue.exchange.records import LARGEST
from kaarst.services.catalogue.exchange.records import NotReadable
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.catalogue.plaintext import plain_text
from kaarst.services.forms import held
from kaarst.services.forms.uploads import Document
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.i18n import translate


ADD = "kaarst.services: Add Service"
#: Notes and services that a page lists; the rest is counted. Characters of a value.
SHOWN, SHORT = 200, 300


class ExchangePage(Page):
    """Asks for a file, shows what it would do, and does it when somebody has agreed."""

    template = ViewPageTemplateFile("templates/exchange.pt")
    preview_template = ViewPageTemplateFile("templates/preview.pt")
    shown = SHOWN
    message = ""
    token = ""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._confirm() if "confirm" in self.request.form else self._preview()
        return self.template()

    # The steps

    def _preview(self):
        upload = self.request.form.get("file")
        if not getattr(upload, "filename", ""):
            return self._again(_("Please choose a file."))
        data = upload.read(LARGEST + 1)
        if not self._made(data):
            return self.template()
        document = Document(upload.filename[-100:], "application/octet-stream", data)
        self.token = held.hold(self.context, document)
        return self.preview_template()

    def _confirm(self):
        self.token = self.text("token")
        document = held.take(self.context, self.token)
        if document is None:
            return self._again(_("The file is not here any more. Please choose it once more."))
        if not self._made(document.data):
            return self.template()
        if self.plan.digest != self.text("digest"):
            self.message = _(
                "import_changed_meanwhile",
                default="The services have changed in the meantime. Please look once more at what "
                "would happen.",
            )
            return self.preview_template()
        if self.plan.having(plan.WRONG) and not self.request.form.get("leave_out"):
            self.request.response.setStatus(400)
            self.message = LEAVE_OUT
            return self.preview_template()
        done = site.carry_out(self.plan, self.context)
        held.drop(self.token)
        api.portal.show_message(
            _(
                "import_done",
                default="Imported: ${new} new, ${changed} changed.",
                mapping=done,
            ),
            self.request,
        )
        return self.request.response.redirect(f"{self.context.absolute_url()}/@@service-exchange")

    def _again(self, message):
        self.message = message
        self.request.response.setStatus(400)
        return self.template()

    def _made(self, data) -> bool:
        """Makes `plan`; or sets `message` and returns False."""
        try:
            self.plan = plan.make(files.read(data), site.state())
        except NotReadable as error:
            self._refuse(error.message)
            return False
        if self.plan.having(plan.NEW) and not api.user.has_permission(ADD, obj=self.context):
            self._refuse(_("You may not add services here."))
            return False
        return True

    def _refuse(self, message) -> None:
        self.message = message
        self.request.response.setStatus(400)

    # For the templates

    @property
    def page_title(self) -> str:
        return self.say(_("Import and export services"))

    def formats(self):
        """`{title, url}` of each export."""
        titles = {"xml": _("All services as XML (XZuFi 2.2)"), "csv": _("All services as a table")}
        for name, title in titles.items():
            url = f"{self.context.absolute_url()}/@@service-export.{name}"
            yield {"title": self.say(title), "url": url}

    def counts(self):
        """(words, number) of what would happen."""
        words = {
            plan.NEW: _("new services, not visible to citizens at first"),
            plan.CHANGED: _("services that change"),
            plan.SAME: _("services that stay as they are"),
            plan.WRONG: _("services with mistakes"),
        }
        return [(self.say(word), len(self.plan.having(action))) for action, word in words.items()]

    @cached_property
    def mistakes(self):
        return [self._told(note) for item in self.plan.items for note in item.notes if note.wrong]

    @cached_property
    def left_out(self):
        """What was not understood, once for each kind: `{line, title, message, more}`."""
        notes = [*self.plan.notes]
        notes += [note for item in self.plan.items for note in item.notes if not note.wrong]
        told = [self._told(note) for note in sorted(notes, key=lambda note: note.line)]
        times = Counter(note["message"] for note in told)
        first = {}
        for note in told:
            first.setdefault(note["message"], {**note, "more": times[note["message"]] - 1})
        return list(first.values())

    def _told(self, note):
        return {"line": note.line, "title": note.title, "message": self.say(note.message)}

    def new(self):
        return [item.title for item in self.plan.having(plan.NEW)][:SHOWN]

    def changed(self):
        """`{title, changes}` with (field, before, after) in short."""
        for item in self.plan.having(plan.CHANGED)[:SHOWN]:
            yield {
                "title": item.known.title,
                "changes": [
                    (
                        FIELDS[one.name].column,
                        short(one.name, one.before),
                        short(one.name, one.after),
                    )
                    for one in item.changes
                ],
            }

    def say(self, message) -> str:
        return translate(message, context=self.request) if message else ""


LEAVE_OUT = _(
    "import_mistakes",
    default="Some services have mistakes. Please correct the file, or say that they are left out.",
)


def short(name: str, value) -> str:
    """A value as a line of text."""
    if value in (None, "", ()):
        return "–"
    text = " · ".join(value) if FIELDS[name].kind in MANY else str(value)
    if FIELDS[name].column.endswith("HTML)"):
        text = plain_text(text) or text
    return text if len(text) <= SHORT else f"{text[:SHORT]} …"


class Export(Page):
    """A file with the services the user may view: one, or all at or below the context."""

    format = files.XML

    def __call__(self):
        data = self.format.write(records(self.context))
        response = self.request.response
        self.private()
        response.setHeader("Content-Type", self.format.content_type)
        response.setHeader("X-Content-Type-Options", "nosniff")
        response.setHeader(
            "Content-Disposition", f'attachment; filename="{filename(self.context, self.format)}"'
        )
        return data


class ExportXML(Export):
    """As XML."""


class ExportCSV(Export):
    """As a table."""

    format = files.CSV


def records(context):
    """The services of a file for `context`: a service, or a container with what is below it.

    Raises NotFound if there is none.
    """
    found = [context] if IService.providedBy(context) else list(site.services(context))
    if not found:
        raise NotFound("services")
    return [site.record(service) for service in found]


def filename(context, format: files.Format) -> str:
    """The name of the file, plain ASCII as ids are."""
    return f"{context.getId()}.{format.name}"
