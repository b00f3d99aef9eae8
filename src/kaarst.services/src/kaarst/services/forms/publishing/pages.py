"""The pages with which editors publish a form: preview, versions, and what stands above them."""

from kaarst.services import _
from kaarst.services.forms import allowlist
from kaarst.services.forms import answers
from kaarst.services.forms import comparison
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.editor import in_words
from kaarst.services.forms.editor import require_checked
from kaarst.services.forms.interfaces import ICaseAction
from kaarst.services.forms.interfaces import IForm
from kaarst.services.forms.validators import BERLIN
from kaarst.services.forms.view import FormView
from plone import api
from plone.app.layout.viewlets import ViewletBase
from plone.protect.authenticator import check as check_authenticator
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.i18n import translate


PUBLISH = "kaarst.services: Publish a form"


class Draft:
    """Stands in for a Version where the draft is shown."""

    number = 0

    def __init__(self, form):
        self.snapshot = versions.draft(form)


def version_or_404(form, text):
    """The Version with the number in `text`; raises NotFound."""
    try:
        return versions.find(form, int(text))
    except (TypeError, ValueError, versions.NoVersion):
        raise NotFound(text) from None


class Preview(FormView):
    """The draft, or an older version, as citizens would get it. Nothing is sent or stored."""

    is_preview = True

    def is_open(self):
        return True

    @property
    def version(self):
        number = self.request.form.get("number")
        if number:
            return version_or_404(self.context, number)
        return Draft(self.context)

    def action_url(self):
        url = f"{self.context.absolute_url()}/@@form-preview"
        return f"{url}?number={self.version.number}" if self.version.number else url

    def send(self):
        self.raw = answers.from_html(self.asked, self.request.form)
        checked = answers.check(self.asked, self.raw, uploads.Limits())
        self.errors = checked.errors
        if checked.errors:
            self.request.response.setStatus(400)
        else:
            self.message = _(
                "preview_sent",
                "Everything is filled in: a citizen would have sent this now. From a preview nothing "
                "is sent.",
            )


class Versions(BrowserView):
    """All versions: what is in the draft, publish it, compare two, go back to one."""

    template = ViewPageTemplateFile("templates/versions.pt")
    listed_template = ViewPageTemplateFile("templates/changes.pt")
    error = ""

    def __call__(self):
        require_checked(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            done = self._do()
            if done:
                api.portal.show_message(done, self.request)
                self.request.response.redirect(self.url())
                return ""
            self.request.response.setStatus(400)
        return self.template()

    def _do(self):
        """Publishes or goes back; returns what was done, or None and sets `error`."""
        form = self.request.form
        if not self.may_publish():
            self.error = _("You may change this form, but not publish it.")
            return None
        note = str(form.get("note", ""))
        try:
            if form.get("restore"):
                return self._restored(version_or_404(self.context, form["restore"]), note)
            version = versions.publish(self.context, note)
        except allowlist.ModelNotAllowed as error:
            self.error = in_words(error, self.request)
            return None
        return _("version_published", "Version ${number} is published.", {"number": version.number})

    def _restored(self, old, note):
        made = versions.restore(self.context, old.number, note)
        return _(
            "version_restored",
            "Version ${number} is published. It is the same as version ${old}.",
            {"number": made.number, "old": old.number},
        )

    # For the template

    def url(self, query=""):
        return f"{self.context.absolute_url()}/@@form-versions{query}"

    def may_publish(self):
        return api.user.has_permission(PUBLISH, obj=self.context)

    def is_private(self):
        return api.content.get_state(self.context, default="published") != "published"

    def current(self):
        return versions.current(self.context)

    def has_changes(self):
        return versions.has_changes(self.context)

    def draft_changes(self):
        """What publishing would change about the current version."""
        return self._changes(self.current().snapshot, versions.draft(self.context))

    def rows(self):
        """All versions, newest first: `{number, when, who, note, is_current}`."""
        newest = self.current()
        for version in versions.all_versions(self.context):
            who = api.user.get(version.publisher) if version.publisher else None
            yield {
                "number": version.number,
                "when": f"{version.published.astimezone(BERLIN):%d.%m.%Y, %H:%M}",
                "who": (who.getProperty("fullname") or who.getId()) if who else version.publisher,
                "note": version.note,
                "is_current": version.number == newest.number,
            }

    def compared(self):
        """`{old, new, changes}` of the two versions asked for, or None. `new=0` is the draft."""
        old, new = self.request.form.get("old"), self.request.form.get("new")
        if not old:
            return None
        first = version_or_404(self.context, old)
        second = version_or_404(self.context, new) if new != "0" else Draft(self.context)
        return {
            "old": first.number,
            "new": second.number,
            "changes": self._changes(first.snapshot, second.snapshot),
        }

    def _changes(self, old, new):
        return [
            {
                "kind": change.kind,
                "sentence": self._say(change.sentence),
                "details": [
                    {
                        "label": self._say(self._setting(detail.label)),
                        "before": self._say(detail.before),
                        "after": self._say(detail.after),
                    }
                    for detail in change.details
                ],
            }
            for change in comparison.compare(old, new)
        ]

    def listed(self, changes):
        """The changes as a list in HTML."""
        return self.listed_template(changes=changes)

    def _setting(self, label):
        """Settings of the action come with the name of their field."""
        field = ICaseAction.get(label) if isinstance(label, str) else None
        return field.title if field is not None else label

    def _say(self, text):
        return translate(text, context=self.request) if text else ""


class Bar(ViewletBase):
    """Above every page of a form, for its editors: where the draft stands and what to do."""

    index = ViewPageTemplateFile("templates/bar.pt")

    def update(self):
        super().update()
        form = self.context
        while not IForm.providedBy(form):
            form = form.aq_parent
        self.form = form
        self.version = versions.current(form)
        self.has_changes = versions.has_changes(form)
        self.is_preview = self.view.__name__ == "form-preview"
        self.may_publish = api.user.has_permission(PUBLISH, obj=form)
