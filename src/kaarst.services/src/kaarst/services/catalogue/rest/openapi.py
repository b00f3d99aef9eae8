"""The catalogue's part of the OpenAPI document."""

from kaarst.core.openapi import YamlFragment


class CatalogueFragment(YamlFragment):
    """`@services`."""

    package = "kaarst.services.catalogue.rest.services"
