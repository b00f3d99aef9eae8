"""What is recorded: the kinds of entries and of those who do something."""

from kaarst.core import _


SIGN_IN = "sign-in"
SIGN_IN_FAILED = "sign-in-failed"
# A login that was not only wrong but against the rules: a foreign issuer, a replayed answer.
SIGN_IN_REFUSED = "sign-in-refused"
# Somebody used the local account for emergencies.
EMERGENCY = "emergency"
STEP_UP = "step-up"
SIGN_OUT = "sign-out"
SESSIONS_ENDED = "sessions-ended"
READ = "read"
DOWNLOAD = "download"
EXPORT = "export"
DELETION = "deletion"
RIGHTS = "rights"
SETTINGS = "settings"
ACCOUNT = "account"
# A clerk looked for the account of somebody, to write to it.
ACCOUNT_SEARCH = "account-search"
ACTING = "acting"
LOG_READ = "log-read"
LOG_SHORTENED = "log-shortened"

KINDS = {
    SIGN_IN: _("Signed in"),
    SIGN_IN_FAILED: _("Signing in failed"),
    SIGN_IN_REFUSED: _("Signing in refused"),
    EMERGENCY: _("Emergency account used"),
    STEP_UP: _("Signed in at a higher level"),
    SIGN_OUT: _("Signed out"),
    SESSIONS_ENDED: _("Sessions ended"),
    READ: _("Personal data read"),
    DOWNLOAD: _("File downloaded"),
    EXPORT: _("Data exported"),
    DELETION: _("Data deleted"),
    RIGHTS: _("Rights changed"),
    SETTINGS: _("Security settings changed"),
    ACCOUNT: _("Citizen account opened or deleted"),
    ACCOUNT_SEARCH: _("Citizen account searched for"),
    ACTING: _("Acting for somebody else"),
    LOG_READ: _("Audit log searched"),
    LOG_SHORTENED: _("Old entries of the audit log deleted"),
}

STAFF = "staff"
CITIZEN = "citizen"
VISITOR = "visitor"
SYSTEM = "system"

ACTORS = {
    STAFF: _("Staff"),
    CITIZEN: _("Citizen"),
    VISITOR: _("Not signed in"),
    SYSTEM: _("The city itself"),
}

# Somebody saw what is about a person.
SEEN = (READ, DOWNLOAD, EXPORT)
