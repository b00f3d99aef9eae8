"""Forms as content over REST.

collective.easyform's own serializer fails for anonymous readers (it asks for a permission by its
id) and would, mended, hand out rows that were sent before. A form of Kaarst keeps no rows, so the
serializer of any other content will do; who may read the models is said in `IFormSchema`.
"""

from kaarst.services.forms.interfaces import IForm
from kaarst.services.interfaces import IKaarstServicesLayer
from plone.restapi.deserializer.dxcontent import DeserializeFromJson
from plone.restapi.interfaces import IDeserializeFromJson
from plone.restapi.interfaces import ISerializeToJson
from plone.restapi.serializer.dxcontent import SerializeToJson
from zope.component import adapter
from zope.interface import implementer


@implementer(ISerializeToJson)
@adapter(IForm, IKaarstServicesLayer)
class SerializeForm(SerializeToJson):
    """A form as JSON."""


@implementer(IDeserializeFromJson)
@adapter(IForm, IKaarstServicesLayer)
class DeserializeForm(DeserializeFromJson):
    """JSON into a form."""
