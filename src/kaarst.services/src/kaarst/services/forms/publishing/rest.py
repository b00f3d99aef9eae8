"""`GET` and `POST {form}/@form-versions`: what a form's editors publish, over REST."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.forms import allowlist
from kaarst.services.forms import comparison
from kaarst.services.forms import versions
from kaarst.services.forms.editor import require_checked
from kaarst.services.forms.validators import BERLIN


def described(version):
    """A Version as JSON."""
    return {
        "number": version.number,
        "published": version.published.astimezone(BERLIN).isoformat(timespec="seconds"),
        "publisher": version.publisher,
        "note": version.note,
        "digest": version.digest,
    }


class VersionsGet(JsonGet):
    """All versions, newest first, and what the draft would change."""

    def handle(self):
        require_checked(self.context)
        current = versions.current(self.context)
        changes = []
        if current is not None:
            changes = comparison.compare(current.snapshot, versions.draft(self.context))
        return {
            "@id": f"{self.context.absolute_url()}/@form-versions",
            "has_changes": versions.has_changes(self.context),
            "changes": [{"kind": change.kind, "sentence": change.sentence} for change in changes],
            "items": [described(version) for version in versions.all_versions(self.context)],
        }


class VersionsPost(JsonPost):
    """Publishes the draft: `{"note"}`; or goes back: `{"restore": number, "note"}`."""

    def handle(self, data):
        require_checked(self.context)
        note, number = data.get("note", ""), data.get("restore")
        wrong = [name for name in data if name not in ("note", "restore")]
        if not isinstance(note, str) or len(note) > versions.LONGEST_NOTE:
            wrong.append("note")
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            wrong.append("restore")
        if wrong:
            raise _refused(wrong[0], _("This value cannot be read."))
        try:
            if number is None:
                version = versions.publish(self.context, note)
            else:
                version = versions.restore(self.context, number, note)
        except versions.NoVersion:
            raise _refused("restore", _("There is no such version.")) from None
        except allowlist.ModelNotAllowed as error:
            raise _refused("fields_model", error.problems[0].message) from None
        return 201, described(version)


def _refused(field, message):
    return invalid({str(field)[:60]: message})
