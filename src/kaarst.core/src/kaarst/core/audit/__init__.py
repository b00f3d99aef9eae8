"""The audit log: who did or saw what, append-only and hash-chained. Import from here.

`record(kind, subject=…, detail=…)` notes what the running transaction does; `record_now` notes what
was refused. Plain parts: `chain` (what an entry is), `tables`, `log` (SQL), `kinds`.
"""

from kaarst.core.audit import kinds
from kaarst.core.audit.recording import alias
from kaarst.core.audit.recording import LogUnavailable
from kaarst.core.audit.recording import record
from kaarst.core.audit.recording import record_now


__all__ = ["LogUnavailable", "alias", "kinds", "record", "record_now"]
