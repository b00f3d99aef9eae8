"""How sure the town may be of a case: of the login it was sent with, and of each answer.

Both are kept with the case as they were when it was sent; the session is long over.
"""

from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import named
from kaarst.core.signin.levels import TITLES
from kaarst.services import _
from kaarst.services.cases.combining.merge import all_merged
from kaarst.services.forms.login.knowledge import SOURCES


def login(case):
    """The login in words, translatable; an empty text for what a clerk has filled in."""
    if case.channel:
        return ""
    if not case.login_way:
        return _("without a login")
    level = named(case.login_level, Level.NONE)
    way = SOURCES.get(case.login_way, case.login_way)
    if level == Level.NONE:
        return way
    return _(
        "login_at_level",
        "${login}, level “${level}”",
        mapping={"login": way, "level": TITLES[level]},
    )


def lowest(case) -> Level:
    """How sure the least sure part of a case is: of itself and of all that was merged into it.

    Its answers keep what the login said of each; messages and documents have come from all of them.
    """
    desk = case.aq_parent
    merged = (desk.case(number) for number in all_merged(desk, case))
    levels = [one.login_level for one in (case, *filter(None, merged)) if not one.channel]
    return min((named(level, Level.NONE) for level in levels), default=Level.NONE)


def merged_lower(case):
    """The level of the least sure case that was merged into this one, in words; empty if it is no lower."""
    if not case.merged or case.channel:
        return ""
    level = lowest(case)
    return TITLES[level] if level < named(case.login_level, Level.NONE) else ""


def is_mixed(case) -> bool:
    """Whether a login knew any of the answers; then each answer says what it is."""
    return any("level" in answer for answer in case.answers)


def of_answer(answer):
    """How sure an answer is, in words, translatable."""
    level = named(answer.get("level", ""), Level.NONE)
    if not answer.get("verified_by"):
        if level == Level.NONE:
            return _("own statement")
        return _(
            "own_statement_level",
            "own statement; the login knows it at the level “${level}”",
            mapping={"level": TITLES[level]},
        )
    words = {"login": answer["verified_by"], "level": TITLES[level]}
    if level == Level.NONE:
        return _("verified_by", "confirmed: ${login}", mapping=words)
    return _("verified_by_level", "confirmed: ${login}, level “${level}”", mapping=words)


def described(case) -> dict:
    """The same for machines: `{way, level, lowest, answers: {field: {level, verified_by}}}`."""
    return {
        "way": case.login_way,
        "level": case.login_level or Level.NONE.word,
        "lowest": lowest(case).word,
        "answers": {
            answer["field"]: {
                "level": answer["level"],
                "verified_by": answer.get("verified_by", ""),
            }
            for answer in case.answers
            if "level" in answer
        },
    }
