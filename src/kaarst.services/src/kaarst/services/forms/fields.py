"""Kinds of fields of our own, offered by the field editor beside those of Plone and easyform."""

from collective.easyform.fields import Label
from collective.easyform.interfaces import ILabel
from kaarst.services import _
from plone.namedfile.field import NamedBlobImage
from plone.namedfile.interfaces import INamedBlobImageField
from plone.schemaeditor.fields import FieldFactory
from plone.supermodel.exportimport import BaseHandler
from zope import schema
from zope.interface import implementer
from zope.schema.interfaces import ITextLine


class IRepeatingGroup(ILabel):
    """Questions that are asked for each of several people or things."""

    entry = schema.TextLine(
        title=_("What one entry is called"),
        description=_("help_entry", default="For example “Person” or “Dog”."),
        required=False,
        default="",
        missing_value="",
        max_length=60,
    )
    least = schema.Int(title=_("Entries at least"), required=False, default=0, min=0, max=50)
    most = schema.Int(title=_("Entries at most"), required=False, default=10, min=1, max=50)


@implementer(IRepeatingGroup)
class RepeatingGroup(Label):
    """A repeating group. Its questions are fields that name it as their group."""

    def __init__(self, entry="", least=0, most=10, **options):
        self.entry, self.least, self.most = entry, least, most
        super().__init__(**options)


class ISignature(INamedBlobImageField):
    """A signature: drawn with finger, pen or mouse, or a name that is typed."""


@implementer(ISignature)
class Signature(NamedBlobImage):
    """A question that is answered by a drawn picture or a typed name."""


SignatureFactory = FieldFactory(Signature, _("Signature"))
SignatureHandler = BaseHandler(Signature)
RepeatingGroupFactory = FieldFactory(RepeatingGroup, _("Repeating group"))
RepeatingGroupHandler = BaseHandler(RepeatingGroup)


class IAddress(ITextLine):
    """Street with house number, postal code, place and country, checked together."""


@implementer(IAddress)
class Address(schema.TextLine):
    """An address; see kaarst.services.forms.addresses."""


AddressFactory = FieldFactory(Address, _("Address"))
AddressHandler = BaseHandler(Address)
