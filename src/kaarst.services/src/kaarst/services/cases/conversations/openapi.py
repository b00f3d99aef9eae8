"""Conversations, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class ConversationsFragment(YamlFragment):
    """The endpoints `@conversations`."""

    package = "kaarst.services.cases.conversations"
