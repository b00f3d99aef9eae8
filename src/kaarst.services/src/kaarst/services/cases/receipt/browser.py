"""The receipt as a download, by number and PIN, which only a POST carries."""

from kaarst.services.cases.citizen import StatusView
from kaarst.services.cases.receipt import paper


class ReceiptView(StatusView):
    """Gives the PDF, or asks for number and PIN as the page for the state does."""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            self.look_up()
        return self.template() if self.case is None else self.download()

    def download(self):
        response = self.request.response
        response.setHeader("Content-Type", "application/pdf")
        name = paper.filename(self.case)
        response.setHeader("Content-Disposition", f'attachment; filename="{name}"')
        return paper.pdf(self.case)
