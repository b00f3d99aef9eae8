"""A letter that decides nothing: its PDF goes to the citizen with a message."""

from kaarst.services.cases import messages
from kaarst.services.cases.content import current_user
from kaarst.services.cases.decisions import issue
from kaarst.services.forms.uploads import Document


def send(case, written) -> str:
    """Sends a released letter; `written`: an issue.Draft. Returns the id of the PDF's document.

    The citizen is told by mail that there is something to read.
    """
    number = 1 + sum(bool(document.get("from_town")) for document in case.documents)
    name = f"Schreiben-{case.number}-{number}.pdf"
    pdf = Document(name, "application/pdf", issue.pdf(case, written))
    message = messages.write(case, written.heading, (pdf,), current_user())
    case.changed()
    if case.email:
        messages.notify_citizen(case)
    return message["documents"][0]
