"""What appointments answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class AppointmentsFragment(YamlFragment):
    """The endpoints for citizens, terminals and displays, and for calendars."""

    package = "kaarst.appointments.rest"


class StaffFragment(YamlFragment):
    """Those for who works at a desk or sets one up."""

    package = "kaarst.appointments.rest"
    file = "openapi_staff.yaml"
