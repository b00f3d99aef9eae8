"""What can go wrong in the engine; the pages and services turn it into sentences."""


class EngineError(Exception):
    """Base of everything the engine refuses."""


class Taken(EngineError):
    """The cells or the start asked for are not free.

    `cells` are those in the way within a day, where known; `alternatives` the nearest free
    starts (instants), filled in by the desk.
    """

    def __init__(self, cells: int = 0, alternatives: tuple[int, ...] = ()):
        super().__init__("taken")
        self.cells = cells
        self.alternatives = alternatives


class Overlap(EngineError):
    """Two changes made side by side cannot both stand."""

    def __init__(self, cells: int = 0):
        super().__init__("two concurrent changes exclude one another")
        self.cells = cells


class NotBookable(EngineError):
    """What was asked for cannot be booked at all, at whatever time.

    `reason` is one of "nothing", "service" (unknown), "too often", "too many", "too long",
    "nobody" (no resource can do all of it), "time" (not on the raster, closed, too early or too
    late); `detail` is the service, the limit or the kind of resource.
    """

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


class Gone(EngineError):
    """A hold, booking, closure or wish that is not there (any more)."""


class NotPossible(EngineError):
    """A change for which it is too late or too early; `state` is that of the booking."""

    def __init__(self, state: str):
        super().__init__(state)
        self.state = state
