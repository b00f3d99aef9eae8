"""Clerks' messages, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class MessagesFragment(YamlFragment):
    """The endpoint `{case}/@message`."""

    package = "kaarst.services.cases.asking"
