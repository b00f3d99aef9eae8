"""The exchange's part of the OpenAPI document."""

from kaarst.core.openapi import YamlFragment


class ExchangeFragment(YamlFragment):
    """`@service-export` and `@service-import`."""

    package = "kaarst.services.catalogue.exchange.rest"
