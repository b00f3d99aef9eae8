"""The Posteingang and one group of its dead letters."""

from kaarst.metering import _
from kaarst.metering.errors import sentence
from kaarst.metering.forms import FormPage
from kaarst.metering.inbox.readable import readable
from kaarst.metering.meters.describing import shown
from kaarst.metering.meters.keys import meter_of
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.store import audit
from kaarst.metering.store import channels
from kaarst.metering.store import letters
from kaarst.metering.store import mappings
from kaarst.metering.store import replay
from kaarst.metering.store.engine import default_store
from kaarst.metering.units import MICRO
from plone.memoize.view import memoize
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode


DAYS = 14
SHOWN = 100
#: Kinds of lines in the log that belong here.
LOGGED = {"replay": _("Taken in again"), "discard": _("Discarded")}


class InboxPage(FormPage):
    """What the pages of the Posteingang share."""

    def count(self, number: int) -> str:
        return self.amount(number * MICRO, places=0)

    def group_url(self, topic: str, reason: str = "") -> str:
        query = {"topic": topic, **({"reason": reason} if reason else {})}
        return self.url(f"dead-letters?{urlencode(query)}")

    def report(self, result: replay.Result) -> None:
        """Says what taking in again did."""
        self.say(
            _(
                "replay_report",
                default="Taken in again: ${stored} stored, ${duplicate} known already, "
                "${dead} left.",
                mapping={
                    "stored": self.count(result.stored),
                    "duplicate": self.count(result.duplicate),
                    "dead": self.count(result.dead),
                },
            ),
            "warning" if result.dead and not result.stored else "info",
        )


class PosteingangView(InboxPage):
    """What came in by day, and what waits for somebody."""

    template = ViewPageTemplateFile("templates/posteingang.pt")
    heading = _("Inbox of the meters")

    def do_replay(self):
        """Takes everything in again that is open."""
        self.report(replay.replay(default_store(), self.actor(), self.now))
        return self.url("posteingang")

    # For the template

    @memoize
    def days(self):
        """`{day, received, stored, duplicate, dead, adds_up}` by day, newest first, and the sum."""
        with default_store().reading() as connection:
            found = letters.days(connection, DAYS)
        names = ("received", "stored", "duplicate", "dead")
        total = {name: sum(day[name] for day in found) for name in names}
        rows = [
            {
                **{name: self.count(day[name]) for name in names},
                "day": f"{day_date(day['day']):%d.%m.%Y}" if "day" in day else "",
                "adds_up": day["received"] == day["stored"] + day["duplicate"] + day["dead"],
            }
            for day in (*found, total)
        ]
        return {"rows": rows[:-1], "total": rows[-1]}

    @memoize
    def waiting(self):
        """Groups of open letters: `{topic, reason, count, newest, url}`, the most first."""
        return self._groups(letters.OPEN)

    def aside(self):
        """What was only counted, because nobody needs it."""
        return self._groups(letters.ASIDE)

    def _groups(self, state: str):
        with default_store().reading() as connection:
            found = replay.groups(connection, state, SHOWN)
        return [
            {
                "topic": shown(topic, 200),
                "reason": self.translate(short_reason(reason)),
                "count": self.count(number),
                "newest": self.when(newest),
                "url": self.group_url(topic, reason),
            }
            for topic, reason, number, newest in found
        ]

    def log(self):
        """Who took in again or discarded what: `{when, who, what, topic, detail}`."""
        with default_store().reading() as connection:
            found = audit.lines(connection, limit=200)
        for line in [one for one in found if one["what"] in LOGGED][:10]:
            detail = line["detail"]
            numbers = detail.get("count", detail.get("stored", 0) + detail.get("duplicate", 0))
            yield {
                "when": self.when(line["at"]),
                "who": line["who"],
                "what": self.translate(LOGGED[line["what"]]),
                "topic": shown(line["subject"], 80),
                "count": self.count(numbers),
                "why": detail.get("why", ""),
            }


class DeadLettersView(InboxPage):
    """Dead letters of one topic and reason: the last one to read, and what can be done."""

    template = ViewPageTemplateFile("templates/dead_letters.pt")

    @property
    def page_title(self) -> str:
        return f"{self.translate(_('Inbox of the meters'))}: {shown(self.topic, 80)}"

    @property
    def topic(self) -> str:
        value = self.request.form.get("topic", "")
        return value[:500] if isinstance(value, str) else ""

    @property
    def reason(self) -> str | None:
        return self.text("reason", 30) or None

    def do_replay(self):
        found = replay.replay(default_store(), self.actor(), self.now, topic=self.topic)
        self.report(found)
        return self.group_url(self.topic) if found.dead else self.url("posteingang")

    def do_discard(self):
        why = self.entered.text("why", 300, required=True)
        if self.entered.mistakes:
            return None
        with default_store().writing() as connection:
            number = replay.discard(
                connection, self.actor(), self.now, topic=self.topic, reason=self.reason, why=why
            )
        self.say(_("Messages discarded: ${count}", mapping={"count": self.count(number)}))
        return self.url("posteingang")

    # For the template

    @memoize
    def letters(self):
        with default_store().reading() as connection:
            return replay.letters(connection, topic=self.topic, reason=self.reason, size=10)

    def number(self) -> str:
        with default_store().reading() as connection:
            return self.count(replay.waiting(connection, self.topic, self.reason))

    def sample(self):
        """The last message, readable: `{text, when, message, size}`, or None."""
        found = self.letters()
        if not found:
            with default_store().reading() as connection:
                last = replay.last_of(connection, self.topic)
            if last is None:
                return None
            return {"text": readable(last[1]), "when": self.when(last[0]), "message": ""}
        one = found[0]
        return {
            "text": readable(one.payload),
            "when": self.when(one.received),
            "message": self.translate(one.message),
        }

    def mapped(self):
        """The mapping that knows this topic: `{title, url}`, or None."""
        with default_store().reading() as connection:
            for one in mappings.listed(connection):
                if one.enabled and one.mapping and one.mapping.topics.match(self.topic) is not None:
                    query = urlencode({"mapping": one.identifier, "topic": self.topic})
                    return {"title": one.title or one.template, "url": self.url(f"mapping?{query}")}
        return None

    def mapping_url(self) -> str:
        return self.url(f"mapping?{urlencode({'topic': self.topic})}")

    def values(self):
        """What the mapping reads: `{device, channel, value, meter, meter_url, assign_url}`."""
        with default_store().reading() as connection:
            found = channels.received(connection, self.topic)
        for one in found:
            meter = meter_of(one.meter) if one.meter else None
            query = {"device": one.device, "channel": one.channel, "topic": self.topic}
            yield {
                "device": one.device,
                "channel": one.channel,
                "value": f"{shown(one.value)} {one.unit}".rstrip(),
                "meter": meter.title if meter is not None else one.meter,
                "meter_url": None if meter is None else meter.absolute_url(),
                "assign_url": self.url(f"assign?{urlencode(query)}"),
            }

    def why(self):
        """The mistake beside the field for the reason of discarding."""
        mistake = self.entered.mistakes.get("why")
        return self.translate(mistake) if mistake else ""


def short_reason(reason: str):
    """The sentence of a reason for a whole group: its values differ from message to message."""
    return sentence(reason, dict.fromkeys(_VALUES, "…"))


_VALUES = ("device", "limit", "value", "field", "time", "unit", "expected", "problem")
