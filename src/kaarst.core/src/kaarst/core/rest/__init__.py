"""The city's REST services: what every endpoint has in common. Import from here."""

from kaarst.core.rest.body import texts
from kaarst.core.rest.errors import ApiError
from kaarst.core.rest.errors import invalid
from kaarst.core.rest.services import ApiService
from kaarst.core.rest.services import JsonGet
from kaarst.core.rest.services import JsonPost


__all__ = ["ApiError", "ApiService", "JsonGet", "JsonPost", "invalid", "texts"]
