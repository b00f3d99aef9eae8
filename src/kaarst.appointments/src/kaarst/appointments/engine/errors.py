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
