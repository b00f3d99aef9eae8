"""What the clerk's list knows of a case, and how a search matches it."""

import re
import unicodedata


#: The workflow of cases that name none.
STANDARD = "case_workflow"
WORD = re.compile(r"\w+")
# More than this of one answer nobody searches for.
LONGEST_ANSWER = 500
#: Of all messages, notes and names of documents together.
LONGEST_REST = 40_000


def summary(
    number,
    state,
    received,
    due,
    title,
    service,
    answers,
    delete_on=None,
    workflow=STANDARD,
    clerk="",
    more=(),
    department="",
    answer_by=None,
):
    """The plain dict that ISummary describes. `received`: aware datetime; `due`, `delete_on`, `answer_by`:
    date or None.

    `more`: further texts to search in.
    """
    texts = [number, title, service]
    texts += [str(answer["text"])[:LONGEST_ANSWER] for answer in answers]
    texts.append(" ".join(more)[:LONGEST_REST])
    return {
        "number": number,
        "state": state,
        "received": received.isoformat(timespec="milliseconds"),
        "due": due.isoformat() if due else "",
        "delete_on": delete_on.isoformat() if delete_on else "",
        "workflow": workflow,
        "clerk": clerk,
        "department": department,
        "answer_by": answer_by.isoformat() if answer_by else "",
        "title": title,
        "text": " ".join(words(" ".join(texts))),
    }


def some(clerk):
    """One user id, or several, as a set."""
    return {clerk} if isinstance(clerk, str) else set(clerk)


def words(text):
    """The words of a text, folded: `Köln-Süd` gives köln and süd."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def matches(found, state="", text="", clerk=None, *, scope):
    """Whether a summary is in `state` and every word of `text` begins one of its words.

    `clerk`: user id of whose case it has to be, or several; empty: nobody's; None: whoever's.
    `scope`: a kaarst.services.cases.departments.scope.Scope it has to be in.
    """
    if not scope.covers(found["department"], found["clerk"]):
        return False
    if state and found["state"] != state:
        return False
    if clerk is not None and found["clerk"] not in some(clerk):
        return False
    wanted = words(text)
    if not wanted:
        return True
    there = found["text"].split()
    return all(any(word.startswith(want) for word in there) for want in wanted)
