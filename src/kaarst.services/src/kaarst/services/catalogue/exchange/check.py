"""Whether values would be taken if an editor typed them: the rules of the schema. Without a site."""

from collections.abc import Iterator
from collections.abc import Mapping
from functools import cache
from kaarst.services import _
from kaarst.services.catalogue.exchange.fields import Field
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import LEVEL
from kaarst.services.catalogue.exchange.fields import LINE
from kaarst.services.catalogue.exchange.fields import LINES
from kaarst.services.catalogue.exchange.fields import MANY
from kaarst.services.catalogue.exchange.records import LONGEST
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.catalogue.variants.interfaces import IEasyLanguage
from kaarst.services.catalogue.variants.interfaces import IEnglish
from typing import Any
from zope.i18nmessageid import Message
from zope.schema import getFieldsInOrder
from zope.schema import ValidationError


@cache
def schema_fields() -> Mapping[str, Any]:
    """Fields of the content type and its variants by name."""
    return {
        name: field
        for schema in (IService, IEnglish, IEasyLanguage)
        for name, field in getFieldsInOrder(schema)
    }


def mistakes(values: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """(name, what is wrong) of values as they stand in a Record."""
    if "title" in values and not values["title"]:
        yield "title", _("A service needs a title.")
    for name, value in values.items():
        message = _mistake(FIELDS[name], value)
        if message:
            yield name, message


def _mistake(field: Field, value: Any) -> Message | None:
    if value == field.empty:
        return None
    size = len("\n".join(value) if field.kind in MANY else str(value))
    if size > LONGEST:
        return _("At most ${count} characters.", mapping={"count": LONGEST})
    rule = schema_fields().get(field.name)
    if rule is None or field.kind not in (LINE, LINES, LEVEL):
        return None
    try:
        rule.validate(list(value) if field.kind == LINES else value)
    except ValidationError as error:
        return error.doc()
    return None
