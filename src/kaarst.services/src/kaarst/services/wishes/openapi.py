"""The wishes' part of the OpenAPI document."""

from kaarst.core.openapi import YamlFragment


class WishesFragment(YamlFragment):
    """`@service-wishes` and its companions."""

    package = "kaarst.services.wishes"
