"""The form below every page, its thanks, and the editors' report."""

from AccessControl import getSecurityManager
from datetime import datetime
from datetime import UTC
from kaarst.core import ratelimit
from kaarst.core.opening_hours import BERLIN
from kaarst.core.stores import existing
from kaarst.core.stores import store
from kaarst.policy import _
from kaarst.policy.feedback.interfaces import STORE
from kaarst.policy.feedback.store import ANSWERS
from kaarst.policy.feedback.store import FeedbackStore
from plone import api
from plone.protect import CheckAuthenticator
from plone.protect import PostOnly
from plone.uuid.interfaces import IUUID
from Products.CMFCore.permissions import View
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zExceptions import BadRequest
from zExceptions import Unauthorized
from zope.i18n import translate

import csv
import io


#: One household, one library computer: more in an hour is no honest feedback.
LIMIT, SECONDS = 30, 3600


class Feedback(BrowserView):
    """`@@feedback` of any page: POST takes an answer or a comment, GET thanks for it."""

    index = ViewPageTemplateFile("templates/thanks.pt")
    problem = ""

    @property
    def page_title(self) -> str:
        return translate(_("Your feedback"), context=self.request)

    def __call__(self):
        # The permission to give feedback is everybody's: it says nothing of this page.
        if not getSecurityManager().checkPermission(View, self.context):
            raise Unauthorized("feedback")
        self.request.response.setHeader("X-Robots-Tag", "noindex")
        if self.request.method == "POST":
            return self.take()
        return self.index()

    @property
    def answer(self) -> str:
        """The answer that was given, or an empty text."""
        answer = self.request.form.get("helpful")
        return answer if answer in ANSWERS else ""

    @property
    def comment(self) -> str:
        text = self.request.form.get("comment")
        return text.strip() if isinstance(text, str) else ""

    @property
    def finished(self) -> bool:
        return self.request.form.get("thanks") == "comment"

    def take(self):
        if not self.answer:
            raise BadRequest("helpful")
        # People do not see this field; programs fill it in.
        if not self.request.form.get("website"):
            try:
                ratelimit.hit(f"feedback:{ratelimit.client(self.request)}", LIMIT, SECONDS)
            except ratelimit.TooManyRequests as refused:
                return self._refuse(refused.retry_after)
            self._keep()
        step = "comment" if "comment" in self.request.form else "answer"
        query = urlencode({"helpful": self.answer, "thanks": step})
        url = f"{self.context.absolute_url()}/@@feedback?{query}#feedback-thanks"
        return self.request.response.redirect(url, status=303)

    def _keep(self) -> None:
        kept = store(api.portal.get(), STORE, FeedbackStore)
        uid = IUUID(self.context)
        if "comment" not in self.request.form:
            kept.count(uid, self.answer)
        elif self.comment:
            kept.comment(uid, self.answer, self.comment)

    def _refuse(self, retry_after: int):
        self.request.response.setStatus(429)
        self.request.response.setHeader("Retry-After", str(retry_after))
        self.problem = translate(
            _("There were too many answers from your connection. Please try again later."),
            context=self.request,
        )
        return self.index()


class Report(BrowserView):
    """`@@feedback-report`: what people answered, page by page, those that help least first."""

    index = ViewPageTemplateFile("templates/report.pt")

    @property
    def page_title(self) -> str:
        return translate(_("Feedback on pages"), context=self.request)

    def __call__(self):
        if self.request.method == "POST":
            return self.remove()
        return self.index()

    def rows(self) -> list[dict]:
        kept = existing(self.context, STORE)
        if kept is None:
            return []
        comments: dict[str, list] = {}
        for comment in kept.comments():
            comments.setdefault(comment.uid, []).append(
                {
                    "key": comment.key,
                    "text": comment.text,
                    "answer": comment.answer,
                    "date": f"{comment.written.astimezone(BERLIN):%d.%m.%Y, %H:%M}",
                }
            )
        counts = kept.counts(self.since)
        rows = [
            self._row(uid, counts.get(uid, {}), comments.get(uid, []))
            for uid in counts.keys() | comments.keys()
        ]
        return sorted(rows, key=lambda row: (row["share"], -row["all"], row["title"]))

    @property
    def since(self) -> str:
        """The first month counted, as "2026-11"; empty for all."""
        since = self.request.form.get("since", "")
        return since if isinstance(since, str) and len(since) == 7 else ""

    def months(self) -> list[str]:
        """The last twelve months, the newest first."""
        today = datetime.now(UTC)
        first = today.year * 12 + today.month - 1
        return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(first, first - 12, -1)]

    def _row(self, uid: str, counts: dict, comments: list) -> dict:
        yes, no = counts.get("yes", 0), counts.get("no", 0)
        brain = next(iter(api.content.find(UID=uid)), None)
        title, url = (brain.Title, brain.getURL()) if brain else (None, "")
        if brain is None and uid == IUUID(self.context):
            title, url = self.context.Title(), self.context.absolute_url()
        if not title:
            title = translate(_("Page that is gone"), context=self.request)
        everything = yes + no
        return {
            "title": title,
            "url": url,
            "yes": yes,
            "no": no,
            "all": everything,
            "share": round(100 * yes / everything) if everything else 100,
            "comments": comments,
        }

    def remove(self):
        """Deletes one comment, for instance one with somebody's name in it."""
        PostOnly(self.request)
        CheckAuthenticator(self.request)
        kept = existing(self.context, STORE)
        key = self.request.form.get("remove")
        if kept is None or not isinstance(key, str) or not kept.remove_comment(key):
            raise BadRequest("remove")
        api.portal.show_message(_("The comment has been deleted."), self.request)
        return self.request.response.redirect(f"{self.context.absolute_url()}/@@feedback-report")


class ReportCSV(Report):
    """`@@feedback-report.csv`: the same as a table for a spreadsheet."""

    def __call__(self):
        table = io.StringIO()
        writer = csv.writer(table, delimiter=";")
        writer.writerow(
            translate(word, context=self.request)
            for word in (_("Page"), _("Address"), _("Yes"), _("No"), _("Yes in percent"))
        )
        for row in self.rows():
            writer.writerow([_plain(row["title"]), row["url"], row["yes"], row["no"], row["share"]])
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="feedback.csv"')
        return table.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
