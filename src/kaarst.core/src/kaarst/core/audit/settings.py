"""Changes of settings that security rests on."""

from kaarst.core.audit import kinds
from kaarst.core.audit.recording import installed_here
from kaarst.core.audit.recording import record
from plone.base.interfaces import ISecuritySchema
from plone.registry.interfaces import IRecordEvent
from plone.registry.interfaces import IRecordModifiedEvent
from zope.component import adapter
from zope.schema import getFieldNames


PREFIXES = (
    "kaarst.spam.",
    "kaarst.bundid.",
    "kaarst.staff.",
    "kaarst.core.",
    "plone.smtp_",
    "plone.email_from_",
)
NAMES = frozenset(f"plone.{name}" for name in getFieldNames(ISecuritySchema))


@adapter(IRecordEvent)
def changed(event) -> None:
    """A setting was made, changed or removed. Texts may be secrets: they are not written down."""
    name = event.record.__name__
    if not (name in NAMES or name.startswith(PREFIXES)) or not installed_here():
        return
    detail = {"setting": name}
    if IRecordModifiedEvent.providedBy(event):
        if event.oldValue == event.newValue:
            return
        for word, value in (("before", event.oldValue), ("after", event.newValue)):
            if value is None or isinstance(value, bool | int):
                detail[word] = value
    record(kinds.SETTINGS, detail=detail)
