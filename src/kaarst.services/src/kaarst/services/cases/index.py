"""The clerk's list: a catalogue of its own that no public page asks, kept up by the worker.

A web process never writes to the catalogue, because all who send forms at the same moment would
conflict over it. It puts the summary of a new or changed case into one of many small pending
trees; the worker moves it from there into the catalogue. A list is read from both, so that a case
is on it from the moment it is accepted, worker or not.
"""

from Acquisition import Explicit
from collections import Counter
from heapq import merge
from itertools import islice
from kaarst.core.shards import Shards
from kaarst.services.cases.summary import matches
from kaarst.services.cases.summary import words
from kaarst.services.cases.workflow.plan import CLOSED
from Persistence import Persistent
from Products.PluginIndexes.FieldIndex.FieldIndex import FieldIndex
from Products.ZCatalog.Catalog import Catalog
from Products.ZCTextIndex.ZCTextIndex import PLexicon
from Products.ZCTextIndex.ZCTextIndex import ZCTextIndex


PENDING_SHARDS = 64
#: Stands in the index for no clerk; no user id has a space.
NOBODY = "- -"
BATCH = 500


class Words:
    """The pipeline element of the lexicon: the words of kaarst.services.cases.summary."""

    def process(self, texts):
        return [word for text in texts for word in words(text)]

    def processGlob(self, texts):
        return [
            f"{word}*" if text.endswith("*") else word for text in texts for word in words(text)
        ]


class Extra:
    """What ZCTextIndex wants to know when it is made."""

    index_type = "Okapi BM25 Rank"
    lexicon_id = "lexicon"
    doc_attr = "text"


class Entry:
    """A summary with attributes, as indexes read it."""

    def __init__(self, summary):
        self.summary = summary
        self.state = summary["state"]
        self.text = summary["text"]
        self.delete_on = summary["delete_on"]
        self.workflow = summary["workflow"]
        # An empty value is in no FieldIndex.
        self.clerk = summary["clerk"] or NOBODY
        self.urgency = _urgency(summary)
        self.order = _order(summary)


def _order(summary):
    """Oldest first; two of the same millisecond by number."""
    return f"{summary['received']} {summary['number']}"


def _urgency(summary):
    """What is due first comes first, then what has no due date; closed cases are last."""
    closed = "1" if summary["state"] in CLOSED else "0"
    return f"{closed} {summary['due'] or '9999-12-31'} {_order(summary)}"


class CaseIndex(Explicit, Persistent):
    """Summaries of all cases, to be filtered, searched and read oldest first."""

    def __init__(self):
        self.pending = Shards(PENDING_SHARDS)
        self.catalog = catalog = Catalog()
        catalog.lexicon = PLexicon("lexicon", "", Words())
        catalog.addIndex("state", FieldIndex("state"))
        catalog.addIndex("order", FieldIndex("order"))
        catalog.addIndex("urgency", FieldIndex("urgency"))
        catalog.addIndex("clerk", FieldIndex("clerk"))
        catalog.addIndex("delete_on", FieldIndex("delete_on"))
        catalog.addIndex("workflow", FieldIndex("workflow"))
        catalog.addIndex("text", ZCTextIndex("text", Extra(), catalog))
        catalog.addColumn("summary")

    def put(self, summary):
        """Notes a new or changed case; called by web processes."""
        self.pending[summary["number"]] = summary

    def settle(self, limit=BATCH):
        """Moves up to `limit` summaries into the catalogue; called by the worker. Returns how many."""
        waiting = list(islice(self.pending.items(), limit))
        for number, summary in waiting:
            self.catalog.catalogObject(Entry(summary), number)
            del self.pending[number]
        return len(waiting)

    def remove(self, number):
        """Forgets a case that was deleted."""
        self.pending.pop(number, None)
        if number in self.catalog.uids:
            self.catalog.uncatalogObject(number)

    def find(self, state="", text="", start=0, size=50, clerk=None, urgent=False):
        """Returns (number of matching cases, their summaries from `start`), oldest first.

        `clerk`: as in `matches`. `urgent`: most urgent first instead.
        """
        key = _urgency if urgent else _order
        settled = self._settled(state, text, clerk, "urgency" if urgent else "order")
        pending = dict(self.pending.items())
        if not pending:
            return len(settled), [brain.summary for brain in settled[start : start + size]]
        fresh = sorted(
            (summary for summary in pending.values() if matches(summary, state, text, clerk)),
            key=key,
        )
        old = (brain.summary for brain in settled)
        still = (summary for summary in old if summary["number"] not in pending)
        outdated = sum(1 for number in pending if self._is_in(number, state, text, clerk))
        rows = list(islice(merge(still, fresh, key=key), start, start + size))
        return len(settled) - outdated + len(fresh), rows

    def expired(self, today, limit=BATCH):
        """Numbers of up to `limit` cases that are to be deleted on `today` (a date) or before.

        Only settled ones: who calls this settles first.
        """
        query = {"delete_on": {"query": ("0", today.isoformat()), "range": "min:max"}}
        brains = islice(self.catalog.search(query), limit)
        return [brain.summary["number"] for brain in brains]

    def count(self):
        """Number of cases by state."""
        counts = dict(self.catalog.indexes["state"].uniqueValues(withLengths=True))
        for number, summary in self.pending.items():
            before = self._summary(number)
            if before is not None:
                counts[before["state"]] -= 1
            counts[summary["state"]] = counts.get(summary["state"], 0) + 1
        return counts

    def states_of(self, workflow):
        """Number of cases by state of one workflow; states without cases are left out."""
        counts = Counter()
        for state in self.catalog.indexes["state"].uniqueValues():
            counts[state] = len(self.catalog.search({"workflow": workflow, "state": state}))
        for number, summary in self.pending.items():
            before = self._summary(number)
            if before is not None and before["workflow"] == workflow:
                counts[before["state"]] -= 1
            if summary["workflow"] == workflow:
                counts[summary["state"]] += 1
        return {state: count for state, count in counts.items() if count}

    def _settled(self, state, text, clerk, sort):
        query = {sort: {"query": "", "range": "min"}}
        if clerk is not None:
            query["clerk"] = clerk or NOBODY
        if state:
            query["state"] = state
        wanted = words(text)
        if wanted:
            query["text"] = " AND ".join(f"{word}*" for word in wanted)
        return self.catalog.search(query, sort_index=self.catalog.getIndex(sort))

    def _summary(self, number):
        rid = self.catalog.uids.get(number)
        return None if rid is None else self.catalog.data[rid][self.catalog.schema["summary"]]

    def _is_in(self, number, state, text, clerk):
        summary = self._summary(number)
        return summary is not None and matches(summary, state, text, clerk)
