"""What the audit log answers, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class AuditFragment(YamlFragment):
    """The endpoint `@audit-log`."""

    package = "kaarst.core.audit"
