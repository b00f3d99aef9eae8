"""`GET /@case-statistics?months=&department=`: the figures for other front ends."""

from kaarst.core.rest import JsonGet
from kaarst.services.statistics.browser import dropped
from kaarst.services.statistics.browser import made
from kaarst.services.statistics.browser import months_wanted


class CaseStatisticsGet(JsonGet):
    """Months, departments and forms with their figures, and all together."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        department = self.request.form.get("department")
        wanted = department if isinstance(department, str) and department else None
        months = months_wanted(self.request.form.get("months"))
        report = made(self.context, months, wanted)
        return {
            "@id": f"{self.context.absolute_url()}/@case-statistics",
            "months": rows("month", report.months),
            "departments": rows("department", report.departments),
            "forms": rows("form", report.forms),
            "channels": rows("channel", report.channels),
            "total": report.total.as_dict(),
            "dropout": [
                {"form": form, "steps": [row.as_dict() for row in found]}
                for form, found in dropped(self.context, months, wanted).items()
            ],
        }


def rows(name, found):
    """`[{name: label, ...figures}]`; what is open now is told of no month."""
    return [
        {
            name: label,
            **{
                key: value
                for key, value in row.as_dict().items()
                if name != "month" or key not in ("open", "overdue")
            },
        }
        for label, row in found.items()
    ]
