"""What appointments answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class AppointmentsFragment(YamlFragment):
    """All endpoints of this package."""

    package = "kaarst.appointments.rest"
