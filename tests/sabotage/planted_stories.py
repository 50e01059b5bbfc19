"""Bugs in what follows sending: taking orders back, corrections, money, personal data, pruning.

A list of the same kind as :mod:`planted`, where it is said how it works.
"""

from __future__ import annotations

from planted import Bug, Edit, bug

UNDOING = "tests/runs/test_runs_undo.py"
UNDO_POINT = "tests/runs/test_runs_undo_crashes.py::test_killed_at_a_point_every_order_is_cancelled_once"
UNDO = "tests/upload/test_upload_undo.py"
COMPARING = "tests/corrections/test_corrections_comparing.py"
RETRY = "tests/runs/test_runs_fix_retry.py"
BACK = "tests/upload/test_upload_money_back.py"
READING = "tests/runs/test_runs_reading_back.py"
PRUNING = "tests/security/test_security_prune.py"
REDACTING = "tests/runs/test_runs_redact.py"

INTENT = "        order = await self._book(lambda book: book.intent(order, at, self._wall()))\n"
BETWEEN = (
    "        self._budget.sent(self._clock(), repeat=order.attempts > 1)\n"
    "        renewals = self._token.renewals\n"
)
CANCEL = "        reply = await self._client.cancel(order.remote_id, order.body)\n"
LOOK = "        lookup = await self._read(order)\n        read_at, at"
UNREAD = (
    '        kind = __import__("pipeline.model.exchange", fromlist=["x"])\n'
    "        was = order.seen\n"
    '        lookup = Lookup((kind.RemoteOrder(was["id"], was["order"], was["items"]),))\n'
    "        read_at, at"
)

TAKING_BACK = (
    bug(
        "an undo cancels without reading the order first",
        "runs/undoing/applying.py",
        LOOK,
        UNREAD,
        f"{UNDOING}::test_what_changes_between_plan_and_apply_is_left_alone",
    ),
    bug(
        "an order that was changed since the plan is cancelled",
        "upload/undo.py",
        '    return f"changed since the plan: {_listed(differing)}" if differing else None\n',
        "    return None\n",
        f"{UNDO}::test_before_a_request_the_order_must_read_as_the_plan_saw_it",
    ),
    bug(
        "an order that was touched is on the list of those to cancel",
        "upload/undo.py",
        "    if differing:\n        names = ",
        "    if len(differing) > 99:\n        names = ",
        f"{UNDO}::test_the_group_of_an_order_is_what_was_read_of_it",
    ),
    bug(
        "an order is cancelled before its intent is committed",
        "runs/undoing/applying.py",
        INTENT + BETWEEN + CANCEL,
        BETWEEN + CANCEL + INTENT,
        UNDO_POINT,
    ),
    bug(
        "a good answer to a cancelling is taken for a cancelled order",
        "upload/undo.py",
        "    if doubt.told is Told.REFUSED:\n",
        "    if doubt.told is Told.ACCEPTED:\n        return Decision(UndoEvent.READ_CANCELLED)\n"
        "    if doubt.told is Told.REFUSED:\n",
        f"{UNDO}::test_a_read_back_decides_and_nothing_else",
    ),
    bug(
        "a cancelling that was lost is sent again without waiting",
        "upload/undo.py",
        "    over = now >= doubt.last_sent + window\n",
        "    over = now >= doubt.last_sent\n",
        f"{UNDO}::test_a_read_back_decides_and_nothing_else",
    ),
    bug(
        "a crash while an order is cancelled counts as nothing sent",
        "model/undo.py",
        "UNDO_AFTER_CRASH = {UndoState.CANCELLING: UndoState.IN_DOUBT}",
        "UNDO_AFTER_CRASH = {UndoState.CANCELLING: UndoState.WAITING}",
        "tests/runs/test_runs_undo_crashes.py",
    ),
    bug(
        "an order that other runs created is on the list",
        "journal/undo_planning.py",
        "WHERE o.state = 'created'",
        "WHERE o.state IN ('created', 'already_present')",
        f"{UNDOING}::test_only_what_this_run_created_is_on_the_list",
    ),
)

CORRECTIONS = (
    bug(
        "a change to a row with another key is taken",
        "corrections/comparing.py",
        "told[3] != mark_of(self.run_id, self.base, table.file, table.sheet, at, one.texts[at]):",
        "not told[3]:",
        f"{COMPARING}::test_a_row_under_the_key_of_another_row_is_not_taken",
    ),
    bug(
        "cells sorted without their keys are taken",
        "corrections/comparing.py",
        "            if other is not None and other != at and other in also:\n",
        "            if other is not None and other != at and other not in also:\n",
        f"{COMPARING}::test_cells_sorted_without_their_keys_refuse_the_workbook",
    ),
    bug(
        "a correction is laid over the rows of another file",
        "runs/opening/overlaying.py",
        "    return SheetKey(Path(facts.path).name, facts.sha256, table.sheet)\n",
        '    return SheetKey(Path(facts.path).name, "", table.sheet)\n',
        f"{RETRY}::test_a_retry_of_changed_sources_refuses_the_corrections",
    ),
    bug(
        "corrections are laid over the next row",
        "loaders/overlaid.py",
        "            if numbers[index] != number:\n                continue\n",
        "            index = min(index + 1, len(rows) - 1)\n",
        "tests/loaders/test_overlaid_rows.py",
    ),
    bug(
        "what a spreadsheet program made of a text is taken as typed",
        "corrections/comparing.py",
        "else retyped(before, cell)\n",
        "else None\n",
        f"{COMPARING}::test_only_the_retyped_cells_of_a_row_are_refused",
    ),
    bug(
        "a second workbook forgets what the first has corrected",
        "corrections/merging.py",
        "for row, columns in rows.items()} for key, rows in before.items()}\n",
        "for row, columns in rows.items()} for key, rows in before.items() if not changes}\n",
        "tests/corrections/test_corrections_merging.py",
    ),
)

MONEY = (
    bug(
        "an order that stands there twice is counted once",
        "upload/money_back.py",
        "    elif len(found) > 1:\n",
        "    elif len(found) > 99:\n",
        f"{BACK}::test_nothing_and_too_much",
    ),
    bug(
        "of two orders with one number on two pages the last one counts",
        "runs/settling/reading_back.py",
        "            if len(found) == 1 and not seen:\n",
        "            if len(found) == 1:\n",
        f"{READING}::test_every_difference_of_a_cent_names_its_order",
    ),
    bug(
        "an order that a lookup shows twice is two orders",
        "runs/settling/reading_back.py",
        "each = {identity_of(one) or str(place): one for",
        "each = {str(place): one for",
        READING,
    ),
    bug(
        "a difference of a cent is rounded away",
        "upload/read_back.py",
        "    return number if number.is_finite() else str(value)\n",
        "    return round(number, 1) if number.is_finite() else str(value)\n",
        f"{BACK}::test_what_differs_is_said",
    ),
    bug(
        "less than a cent is rounded away",
        "upload/money_back.py",
        "    if not minor.is_finite() or minor != minor.to_integral_value():\n        return None\n",
        "    if not minor.is_finite():\n        return None\n",
        f"{BACK}::test_amounts_are_whole_hundredths_or_nothing",
    ),
    bug(
        "an amount that is not shown is vouched for",
        "upload/money_back.py",
        '    if "order.amount" in result.not_shown:\n',
        '    if "order.amount" in result.not_shown and words:\n',
        f"{BACK}::test_an_amount_that_is_not_shown_is_vouched_for_by_nobody",
    ),
    bug(
        "a run balances before all of it was read",
        "model/money.py",
        "        return self.complete and self.differing == 0\n",
        "        return self.begun and self.differing == 0\n",
        "tests/model/test_model_money.py",
    ),
    bug(
        "a refused order that stands there is passed over",
        "upload/money_back.py",
        "        verdict, words = UNEXPECTED, ",
        "        verdict, words = None, ",
        f"{BACK}::test_of_an_order_that_is_not_created_only_itself_counts",
    ),
    bug(
        "what was read stays true when the order moves on",
        "journal/money.py",
        "_VALID = \"r.state = o.state AND r.verdict IS NOT 'again'\"\n",
        "_VALID = \"r.verdict IS NOT 'again'\"\n",
        "tests/journal/test_journal_money.py",
    ),
    bug(
        "money by day that does not add up is not noticed",
        "model/money_sums.py",
        "            if Decimal(minor).scaleb(-2) != total:\n",
        "            if abs(Decimal(minor).scaleb(-2) - total) >= 1:\n",
        "tests/model/test_model_money.py",
    ),
)

PERSONAL = (
    bug(
        "a bundle holds a real e-mail address",
        "redaction/cells.py",
        "    if EMAIL.fullmatch(text) is not None:\n        return disguise.email(text)\n",
        "    if EMAIL.fullmatch(text) is not None:\n        return text\n",
        f"{REDACTING}::test_the_bundle_shows_the_same_issue_and_nobody",
    ),
    bug(
        "nobody looks a last time before a bundle is written",
        "redaction/sweep.py",
        "        if len(value) >= SHORTEST:\n            spelled",
        "        if len(value) >= 9999:\n            spelled",
        f"{REDACTING}::test_no_bundle_is_written_while_a_personal_value_is_found_in_it",
    ),
    bug(
        "personal data is shown without being asked for",
        "cli/options.py",
        '"--show-pii", is_flag=True, help=',
        '"--show-pii/--hide-pii", is_flag=True, default=True, help=',
        "tests/security/test_security_masking.py::test_no_command_shows_a_person_unless_asked_to",
    ),
    bug(
        "e-mail addresses are not masked",
        "reporting/masking/mask.py",
        "    return _EMAIL.sub(_email, text)\n",
        "    return text\n",
        "tests/reporting/test_reporting_mask.py",
    ),
    bug(
        "what a target says is shown as it is",
        "reporting/masking/mask.py",
        "        else _by_name(name, fact, keep)\n        for name, fact",
        "        else fact\n        for name, fact",
        "tests/security/test_security_hostile_values.py::test_what_a_target_echoes_is_masked",
        "tests/reporting/test_reporting_mask.py",
    ),
    bug(
        "explain shows the password that a request carried",
        "reporting/shown/hiding.py",
        "        if _SECRET.search(field):\n            return HIDDEN\n        if self.show_pii or",
        "        if self.show_pii or",
        "tests/reporting/test_reporting_hiding.py",
    ),
)

PRUNED = (
    bug(
        "a run goes before the ledger knows what it sent",
        "runs/pruning.py",
        "            _bring_ledger_up_to_date(one.card, places)\n",
        "            pass\n",
        f"{PRUNING}::test_a_ledger_that_knows_nothing_is_told_before_its_run_goes",
    ),
    Bug(
        "pruning takes the ledger along",
        (
            Edit(
                "pipeline/runs/pruning.py",
                '    if reports is not None:\n        yield "reports", lambda: _remove_folder(reports)\n',
                '    yield "channels", lambda: _remove_folder(folder.parent.parent / "channels")\n'
                '    if reports is not None:\n        yield "reports", lambda: _remove_folder(reports)\n',
            ),
        ),
        (f"{PRUNING}::test_a_whole_run_leaves_nothing_but_what_the_target_holds",),
    ),
    bug(
        "a run with open orders is pruned",
        "upload/retention.py",
        "    return why is not None and (why is Kept.HELD or not retention.also_open)\n",
        "    return why is Kept.HELD\n",
        f"{PRUNING}::test_open_work_is_never_pruned_by_itself",
    ),
    bug(
        "an emptied journal keeps its payloads",
        "journal/emptying.py",
        '    "payloads": ("DELETE FROM payloads",),\n',
        '    "payloads": (),\n',
        f"{PRUNING}::test_a_run_without_its_content_holds_nobody_and_still_proves",
    ),
)

STORIES = (*TAKING_BACK, *CORRECTIONS, *MONEY, *PERSONAL, *PRUNED)
