"""One OpenAPI 3.1 document for the whole interface, put together from the packages' parts."""

from kaarst.core.openapi.fragment import YamlFragment


__all__ = ["YamlFragment"]
