"""The seal of a receipt, by which the town recognises what it has confirmed."""

import hashlib
import hmac
import json


def seal(case, key: bytes) -> str:
    """Returns 24 hexadecimal digits in groups of four, worked out from all that was sent.

    HMAC-SHA-256 (RFC 2104), cut to 96 bits: who changes a word on the paper cannot work out the seal
    that belongs to it. `key`: the town's own, never shown. The clerk's page of the case shows the
    seal of what is stored.
    """
    content = [
        case.number,
        case.received.isoformat(),
        case.form_title,
        case.form_version,
        [[answer["field"], answer["label"], answer["value"]] for answer in case.answers],
        [[document["field"], digest(document)] for document in sent_with_form(case)],
    ]
    if case.login_way:
        known = [
            [answer["field"], answer["level"], answer.get("verified_by", "")]
            for answer in case.answers
            if "level" in answer
        ]
        content.append([case.login_way, case.login_level, known])
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    found = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24]
    return " ".join(found[place : place + 4] for place in range(0, 24, 4))


def sent_with_form(case) -> list[dict]:
    """The documents that came with the form; what came later is not part of the receipt."""
    return [document for document in case.documents if document["field"]]


def digest(document) -> str:
    """SHA-256 of a document's bytes, hexadecimal."""
    file = document["file"]
    # Of an infected file that was deleted, this is what is left.
    return getattr(file, "digest", "") or hashlib.sha256(file.data).hexdigest()
