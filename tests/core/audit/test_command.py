"""`kaarst-audit` over a log that a site has written: one changed byte is found."""

from kaarst.core.audit.main import main
from pathlib import Path
from tests.core.audit.test_hooks import told
from tests.core.audit.test_log import draft
from tests.core.audit.test_log import entries
from tests.services.test_case_pages import Town

import json
import pytest
import requests
import sqlite3
import subprocess
import sys


@pytest.fixture
def town(functional_portal, own_log):
    return Town(functional_portal)


@pytest.fixture
def command(own_log, tmp_path):
    """Runs the program as an operator would; (exit code, what it printed)."""

    def run(*words):
        program = Path(sys.executable).with_name("kaarst-audit")
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return run


def test_what_clerks_read_stands_in_the_log_and_one_changed_byte_is_found(
    town, own_log, command, tmp_path
):
    number = town.send()["number"]
    before = len(entries(own_log))
    url = f"{town.url}/vorgaenge/{number}"
    assert town.clerk.get(url).status_code == 200
    assert town.clerk.get(f"{url}/@@document/1").status_code == 200
    assert town.clerk.get(f"{url}/@notes", headers=town.json).status_code == 200
    # Nothing was seen: no case, no right, no person.
    town.clerk.get(f"{town.url}/vorgaenge/{number[:-1]}0")
    requests.get(url)
    town.post("@case", {"number": number, "pin": "0000 0000"})
    read = [one[:4] + (one[4]["page"],) for one in told(own_log, before) if one[3] == number]
    assert read == [
        ("read", "staff", "test_user_1_", number, "view"),
        ("download", "staff", "test_user_1_", number, "document"),
        ("read", "staff", "test_user_1_", number, "@notes"),
    ]
    assert "Erika" not in repr(entries(own_log))

    code, noted = command("head")
    assert (code, noted.strip()) == (0, "{}:{}".format(*own_log.verify().head))
    code, said = command("verify", "--expect", noted.strip())
    count = len(entries(own_log))
    assert (code, said.startswith(f"{count} entries are as they were written.")) == (0, True)
    code, lines = command("search", "--subject", number, "--kind", "download")
    assert (code, [json.loads(line)["detail"]["page"] for line in lines.splitlines()]) == (0, ["document"])  # fmt: skip

    path = tmp_path / "audit.sqlite"
    own_log.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    bad = next(one.sequence for one in entries(own_log) if one.kind == "download")
    own_log.dispose()
    content[content.rindex(b'"page":"document"') + 10] ^= 1
    path.write_bytes(content)
    code, said = command("verify")
    assert (code, said.startswith(f"Entry {bad} is not what was written. {bad - 1} entries")) == (1, True)  # fmt: skip
    # Half a file, no file, and no key.
    path.write_bytes(content[: len(content) // 2])
    assert command("verify")[0] == 1
    path.unlink()
    code, said = command("verify")
    assert code == 2 and "there is none" in said
    assert not path.exists()


def test_a_cut_off_end_is_found_by_what_was_noted(own_log, key, capsys):
    def command(*words):
        code = main(words)
        return code, "".join(capsys.readouterr())

    own_log.append([draft(1), draft(2)])
    noted = command("head")[1].strip()
    sequence, _colon, digest = noted.partition(":")
    code, said = command("verify", "--expect", f"{int(sequence) + 1}:{digest}")
    assert code == 1 and said.startswith("The end is missing: entries from 3 on were removed.")
    with pytest.raises(SystemExit) as ended:
        command("verify", "--expect", "3")
    assert ended.value.code == 2
    key.rename(key.with_suffix(".away"))
    code, said = command("verify")
    assert code == 2 and "No key can be read" in said and not key.exists()
