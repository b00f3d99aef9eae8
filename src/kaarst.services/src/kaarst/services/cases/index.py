"""The clerk's list: a catalogue of its own that no public page asks, kept up by the worker.

A web process never writes to the catalogue, because all who send forms at the same moment would
conflict over it. It puts the summary of a new or changed case into one of many small pending
trees; the worker moves it from there into the catalogue. A list is read from both, so that a case
is on it from the moment it is accepted, worker or not.
"""

from Acquisition import Explicit
from bisect import bisect_left
from BTrees.IIBTree import IITreeSet
from BTrees.IIBTree import intersection
from BTrees.IIBTree import union
from collections import Counter
from heapq import merge
from itertools import chain
from itertools import islice
from kaarst.core.shards import Shards
from kaarst.services.cases.summary import matches
from kaarst.services.cases.summary import some
from kaarst.services.cases.summary import words
from kaarst.services.cases.workflow.plan import CLOSED
from Persistence import Persistent
from Products.PluginIndexes.FieldIndex.FieldIndex import FieldIndex
from Products.ZCatalog.Catalog import Catalog
from Products.ZCTextIndex.ZCTextIndex import PLexicon
from Products.ZCTextIndex.ZCTextIndex import ZCTextIndex


PENDING_SHARDS = 64
#: Stands in the index for no clerk and no department; no id has a space.
NOBODY = "- -"
BATCH = 500
#: So many are sorted; of more the index is walked in its order.
FEW = 2000


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
        self.department = summary["department"] or NOBODY
        self.urgency = _urgency(summary)
        self.order = _order(summary)


def _order(summary):
    """Oldest first; two of the same millisecond by number."""
    return f"{summary['received']} {summary['number']}"


def _urgency(summary):
    """What is due first comes first, then what has no due date; closed cases are last.

    While the citizen is to answer, it is the answer that is due.
    """
    closed = "1" if summary["state"] in CLOSED else "0"
    return f"{closed} {summary['due'] or summary['answer_by'] or '9999-12-31'} {_order(summary)}"


def _some(entries, found, start, stop):
    """Record ids out of a FieldIndex's `entries` (each an id or a set of them), of those that are in
    `found` (None: all) the one at `start` to before `stop`."""
    ids = chain.from_iterable((one,) if isinstance(one, int) else one for one in entries)
    return islice((rid for rid in ids if found is None or rid in found), start, stop)


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
        catalog.addIndex("department", FieldIndex("department"))
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

    def find(self, state="", text="", start=0, size=50, clerk=None, urgent=False, *, scope):
        """Returns (number of matching cases, their summaries from `start`), oldest first.

        `clerk`, `scope`: as in `matches`. `urgent`: most urgent first instead.
        """

        def wanted(summary):
            return matches(summary, state, text, clerk, scope=scope)

        key = _urgency if urgent else _order
        found = self._matching(state, text, clerk, scope)
        pending = dict(self.pending.items())
        fresh = sorted((summary for summary in pending.values() if wanted(summary)), key=key)
        before = (self._summary(number) for number in pending)
        outdated = sorted(key(summary) for summary in before if summary and wanted(summary))
        settled = len(self.catalog) if found is None else len(found)
        # Of what is settled only as much is read as can lie on the page, whatever is pending.
        first = max(0, start - len(fresh))
        length = size + len(fresh) + 2 * len(outdated)
        window = self._in_order("urgency" if urgent else "order", found, first, length)
        begin = key(window[0]) if window and first else ""
        skipped = bisect_left(fresh, begin, key=key)
        place = first - bisect_left(outdated, begin) + skipped
        still = (summary for summary in window if summary["number"] not in pending)
        rows = islice(merge(still, fresh[skipped:], key=key), start - place, start - place + size)
        return settled - len(outdated) + len(fresh), list(rows)

    def expired(self, today, limit=BATCH):
        """Numbers of up to `limit` cases that are to be deleted on `today` (a date) or before.

        Only settled ones: who calls this settles first.
        """
        query = {"delete_on": {"query": ("0", today.isoformat()), "range": "min:max"}}
        brains = islice(self.catalog.search(query), limit)
        return [brain.summary["number"] for brain in brains]

    def count(self, *, scope):
        """Number of cases by state, of those within `scope`."""
        inside = self._inside(scope)
        counts = Counter()
        for state in self.catalog.indexes["state"].uniqueValues():
            found = self._having("state", [state])
            counts[state] = len(found if inside is None else intersection(found, inside))
        for number, summary in self.pending.items():
            before = self._summary(number)
            if before is not None and matches(before, scope=scope):
                counts[before["state"]] -= 1
            if matches(summary, scope=scope):
                counts[summary["state"]] += 1
        return dict(counts)

    def departments(self):
        """The departments that have or had cases; the empty text for none."""
        values = self.catalog.indexes["department"].uniqueValues()
        settled = {"" if value == NOBODY else value for value in values}
        return settled | {summary["department"] for summary in self.pending.values()}

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

    def _having(self, name, values):
        """Record ids of settled cases with one of these values in a FieldIndex."""
        query = {name: [value or NOBODY for value in values]}
        if not query[name]:
            return IITreeSet()
        ids, _names = self.catalog.getIndex(name)._apply_index(query)
        return IITreeSet(ids)

    def _inside(self, scope):
        """Record ids of settled cases within a Scope; None for all."""
        if scope.everything:
            return None
        found = self._having("department", scope.departments)
        for clerk, departments in scope.stands_in.items():
            theirs = intersection(
                self._having("clerk", [clerk]), self._having("department", departments)
            )
            found = union(found, theirs)
        return found

    def _matching(self, state, text, clerk, scope):
        """The record ids of settled cases, a set that is not in their order; None for all."""
        query = {}
        if clerk is not None:
            query["clerk"] = [one or NOBODY for one in some(clerk)]
        if state:
            query["state"] = state
        wanted = words(text)
        if wanted:
            query["text"] = " AND ".join(f"{word}*" for word in wanted)
        found = self._inside(scope)
        for name in query:
            ids, _names = self.catalog.getIndex(name)._apply_index(query)
            found = ids if found is None else intersection(IITreeSet(found), IITreeSet(ids))
        return found

    def _in_order(self, sort, found, first, length):
        """Summaries of settled cases, `length` of them from `first` on; `found` as in `_matching`."""
        index = self.catalog.getIndex(sort)
        if found is not None and len(found) <= FEW:
            keys = index.documentToKeyMap()
            ids = sorted(found, key=keys.__getitem__)[first : first + length]
        else:
            # No two have the same key, so the order within a set does not matter.
            every = index._index.values()
            settled = len(self.catalog) if found is None else len(found)
            last = min(first + length, settled)
            if first >= settled:
                ids = []
            elif settled - last < first:
                ids = list(_some(reversed(every), found, settled - last, settled - first))[::-1]
            else:
                ids = list(_some(every, found, first, last))
        return [self._row(rid) for rid in ids]

    def _row(self, rid):
        return self.catalog.data[rid][self.catalog.schema["summary"]]

    def _summary(self, number):
        rid = self.catalog.uids.get(number)
        return None if rid is None else self._row(rid)
