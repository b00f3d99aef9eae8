"""The mailbox, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class MailboxFragment(YamlFragment):
    """The endpoints `@account-messages` and `@account-message`."""

    package = "kaarst.core.mailbox"
