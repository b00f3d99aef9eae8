"""The paper with the waiting number, printed at the reception."""

from kaarst.appointments.hall.terminal import TerminalView
from kaarst.core.page import speak


class SlipView(TerminalView):
    """The ticket as the terminal prints it; nobody is sent back to a start."""

    ticket_seconds = 0

    def __call__(self):
        self.private()
        self.look = ""
        self.spoken = "en" if self.text("lang") == "en" else "de"
        speak(self.request, self.spoken)
        return self.show_ticket(self.text("ticket"))

    def to(self, **query):
        """Where there is no such ticket."""
        return self.request.response.redirect(self.url("day"))

    def own_url(self) -> str:
        return self.url("slip")

    def looks(self):
        return ()

    def prints(self) -> bool:
        return True
