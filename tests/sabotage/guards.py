"""Which modules are changed one thing at a time, and the tests that have to notice, quickest first."""

from __future__ import annotations

UPLOAD = (
    "tests/upload/test_upload_verdict.py",
    "tests/upload/test_upload_verdict_words.py",
    "tests/upload/test_upload_answers.py",
    "tests/upload/test_upload_blind.py",
)
JOURNAL = (
    "tests/journal/test_journal_running.py",
    "tests/journal/test_journal_running_facts.py",
    "tests/runs/test_runs_recorder.py",
    "tests/journal",
)
READ_BACK = ("tests/journal/test_journal_money_facts.py", "tests/journal/test_journal_money.py")
MASK = (
    "tests/reporting/test_reporting_mask_facts.py",
    "tests/reporting/test_reporting_mask.py",
    "tests/security/test_security_personal_words.py",
)
ONCE = {
    "model/states": ("tests/model/test_model_states.py", "tests/model/test_model_states_stored.py"),
    "upload/verdict": UPLOAD,
    "upload/duplicate": ("tests/upload/test_upload_duplicate.py", *UPLOAD),
    "upload/settle": ("tests/upload/test_upload_settle.py", "tests/upload/test_upload_blind.py"),
    "upload/compare": ("tests/upload/test_upload_compare.py",),
    "journal/planning": ("tests/journal/test_journal_planning.py", "tests/journal"),
    "journal/running": JOURNAL,
}
"""Whether an order is lost or created twice."""

UNDO = {
    "model/undo": (
        "tests/model/test_model_undo.py",
        "tests/upload/test_upload_undo_proof.py",
        "tests/journal/test_journal_undoing.py",
    ),
    "upload/undo": ("tests/upload/test_upload_undo.py", "tests/upload/test_upload_undo_facts.py"),
    "upload/undo_proof": ("tests/upload/test_upload_undo_proof.py",),
    "upload/standing": ("tests/upload/test_upload_standing.py",),
    "journal/undoing": ("tests/journal/test_journal_undo_facts.py", "tests/journal/test_journal_undoing.py"),
    "journal/undo_planning": (
        "tests/journal/test_journal_undo_facts.py",
        "tests/journal/test_journal_undoing.py",
    ),
}
"""Whether something is cancelled that should stand, or cancelled twice."""

CORRECTIONS = {
    f"corrections/{name}": ("tests/corrections",)
    for name in ("cell_text", "comparing", "merging", "placing", "retyping")
}
"""Whether a correction reaches another cell than the one it is about."""

MONEY = {
    "model/money": ("tests/model/test_model_money.py",),
    "model/money_sums": ("tests/model/test_model_money.py",),
    "upload/money_back": (
        "tests/upload/test_upload_money_facts.py",
        "tests/upload/test_upload_money_back.py",
    ),
    "upload/read_back": ("tests/upload/test_upload_read_back.py", "tests/upload/test_upload_canary.py"),
    "journal/money": READ_BACK,
    "journal/read_backs": READ_BACK,
    "runs/ledger/created_elsewhere": ("tests/runs/test_runs_reading_back.py",),
}
"""Whether a difference of a cent is passed over."""

PERSONAL = {
    "reporting/masking/mask": MASK,
    "reporting/masking/id_numbers": ("tests/reporting/test_reporting_id_numbers.py", *MASK),
    "reporting/masking/personal_headers": MASK,
    "reporting/shown/hiding": (
        "tests/reporting/test_reporting_hiding_facts.py",
        "tests/reporting/test_reporting_hiding.py",
    ),
    "redaction/roles": ("tests/redaction",),
    "redaction/sweep": ("tests/redaction",),
    "upload/retention": ("tests/upload/test_upload_retention.py",),
    "journal/emptying": ("tests/journal/test_journal_emptying.py",),
    "runs/pruning": ("tests/security/test_security_prune.py",),
}
"""Whether personal data is shown or kept, and whether pruning takes what has to stay."""

GUARDS = {**ONCE, **UNDO, **CORRECTIONS, **MONEY, **PERSONAL}

SAME = {
    "corrections/cell_text": (
        "or not text → isinstance(before, bool | str | CellError).",  # nothing is no number and no date
        "→ text != str(before).",  # whatever else is written as it was has been read as it was
        "'-' → '-X'",  # only figures get there
        "'surrogatepass' →",  # none is left
    ),
    "corrections/comparing": (
        "→ other in also.",  # nothing is in it, and no row that was changed is like itself
        "True → False",  # rows are as wide as their table
    ),
    "corrections/placing": ("1 → 2",),  # only which count is the greatest matters, or the least
    "reporting/shown/hiding": (
        "'E511' → 'E511X'",  # only the family of a code counts
        "→ fact == issue.value.",  # a number is no text
        "masked is None or personal → personal",  # what has a value has one that may be shown
        "109: at.header or '' → at.header.",  # a header that is personal is there
        "True → False",  # as many places as cells
    ),
    "reporting/masking/mask": (
        "return False → return None",
        "issue.at is not None and issue.value == header → issue.value == header",  # nothing hides nothing
        "→ fact == value.",  # a fact is never nothing
    ),
    "upload/settle": (": 16 → 17",),  # a bound far beyond the longest pause
    "upload/undo": (
        ": 10 → 11",  # a bound far beyond the longest pause
    ),
    "upload/undo_proof": ("Fault = str",),  # a name for readers
    "upload/money_back": (
        "True → False",  # as many as were found are asked for
        "amount is None or isinstance(amount, bool) →",  # neither is written like a number
        "return False → return None",
    ),
    "upload/read_back": ("return False → return None", "79: 1 → 2"),  # the place of nobody
    "journal/planning": ("execute(KEY_INDEX)",),  # an index changes speed alone
}
"""Changes that change nothing, by what stands in their description, which ends in a full stop."""
