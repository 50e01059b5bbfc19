"""Bugs that would lose orders, create them twice or say what is not so: what to change, and who must notice.

Each is applied alone to a copy of the package. A text that is not found exactly once is an error: whoever
changes the code there decides what the bug looks like now.
"""

from __future__ import annotations

from dataclasses import dataclass

RUNS = "tests/runs"
POINT = f"{RUNS}/test_runs_crash_points.py::test_killed_at_a_point_every_order_exists_once"
FAULTS = f"{RUNS}/test_runs_faults.py"
ANSWERS = "tests/upload/test_upload_answers.py"
SETTLE = "tests/upload/test_upload_settle.py"
JOURNAL = "tests/journal/test_journal_running.py"
WIRE = "tests/target/test_transport.py"


@dataclass(frozen=True)
class Edit:
    """In ``file``, ``before`` becomes ``after``; ``times`` it has to be there."""

    file: str
    before: str
    after: str
    times: int = 1


@dataclass(frozen=True)
class Bug:
    """One planted bug and the tests, smallest first, one of which at least must turn red."""

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def bug(name: str, file: str, before: str, after: str, *tests: str) -> Bug:
    """Give a bug of one edit."""
    return Bug(name, (Edit(f"pipeline/{file}", before, after),), tests)


def swapped(name: str, file: str, pairs: tuple[tuple[str, str, int], ...], *tests: str) -> Bug:
    """Give a bug of several edits in one file."""
    edits = tuple(Edit(f"pipeline/{file}", before, after, times) for before, after, times in pairs)
    return Bug(name, edits, tests)


INTENT = "            await self._recorder.intent(Intent(order.id, attempt, self._wall(), in_doubt))\n"
RENEWALS = "            renewals = self._token.renewals if self._token else 0\n"
SEND = "            reply = await self._client.create(order.body)\n"

INTENTS_AND_JOURNAL = (
    bug(
        "the order is sent before its intent is committed",
        "runs/sending/sending.py",
        INTENT + RENEWALS + SEND,
        RENEWALS + SEND + INTENT,
        f"{POINT}[B-C09-reset_after_commit]",
    ),
    bug(
        "nobody waits for the intent to be on the disk",
        "runs/sending/recorder.py",
        "        await durable\n",
        "        await asyncio.sleep(0)\n",
        f"{RUNS}/test_runs_recorder.py",
    ),
    swapped(
        "commits are not flushed (synchronous=NORMAL)",
        "journal/connection.py",
        (
            ("PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL", 2),
            ('"synchronous": 2', '"synchronous": 1', 1),
        ),
        JOURNAL,
    ),
    swapped(
        "a rollback journal instead of a write-ahead log",
        "journal/connection.py",
        (
            ("journal_mode = WAL", "journal_mode = DELETE", 1),
            ('"journal_mode": "wal"', '"journal_mode": "delete"', 1),
        ),
        JOURNAL,
    ),
    bug(
        "transactions are opened behind our back",
        "journal/connection.py",
        "isolation_level=None, ",
        "",
        JOURNAL,
    ),
    bug(
        "a failed write or flush is passed over",
        "journal/running.py",
        '                self._full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"\n'
        "                raise connections.trouble(error, self._path) from error\n",
        "                self._poisoned = False\n                return\n",
        JOURNAL,
    ),
    bug(
        "a journal is written to after a failed write",
        "journal/running.py",
        "            self._poisoned = True\n            self._roll_back()\n",
        "            self._roll_back()\n",
        JOURNAL,
    ),
    bug(
        "locks are not taken",
        "journal/lock.py",
        "fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "fcntl.flock(descriptor, fcntl.LOCK_UN)",
        JOURNAL,
    ),
    bug(
        "the epoch is not compared",
        "journal/running.py",
        "        if int(found) != self.epoch:\n",
        "        if int(found) < 0:\n",
        JOURNAL,
    ),
    bug(
        "silence after a crash counts as not sent",
        "model/states.py",
        "AFTER_CRASH = {State.IN_FLIGHT: State.IN_DOUBT}",
        "AFTER_CRASH = {State.IN_FLIGHT: State.WAITING}",
        f"{POINT}[B-C09-reset_after_commit]",
    ),
    bug(
        "an intent is written whatever the order's state",
        "journal/running.py",
        "        if moved != len(intents):\n",
        "        if moved > len(intents):\n",
        JOURNAL,
    ),
    bug(
        "an outcome may follow a final one",
        "journal/running.py",
        "        if moved != len(outcomes):\n",
        "        if moved > len(outcomes):\n",
        JOURNAL,
    ),
    bug(
        "the seal of a plan is not compared",
        "journal/running.py",
        '            if plan_digest(self._db, self.header) != meta["digest"]:\n',
        '            if len(plan_digest(self._db, self.header)) != len(meta["digest"]):\n',
        JOURNAL,
    ),
    bug(
        "payload bytes are not compared with their seal",
        "journal/running.py",
        "same = hashlib.sha256(body).digest() == sha256",
        "same = len(hashlib.sha256(body).digest()) == len(sha256)",
        JOURNAL,
    ),
)

ANSWERS_AND_DOUBTS = (
    bug(
        "a lost answer counts as not applied",
        "upload/verdict.py",
        '    return Verdict(Meaning.DOUBT, "E521", {"reason": reply.reason}, unwell=True)\n',
        '    return Verdict(Meaning.NOT_APPLIED, "E521", {"reason": reply.reason}, unwell=True)\n',
        ANSWERS,
    ),
    bug(
        "a server error counts as not applied",
        "upload/verdict.py",
        '    return Verdict(Meaning.DOUBT, "E521", facts, unwell=True, retry_after',
        "    meaning = Meaning.DOUBT if reply.status < 500 else Meaning.NOT_APPLIED\n"
        '    return Verdict(meaning, "E521", facts, unwell=True, retry_after',
        ANSWERS,
    ),
    bug(
        "408 is a refusal",
        "upload/verdict.py",
        "_JUDGED = frozenset({400, 406, 409,",
        "_JUDGED = frozenset({400, 406, 408, 409,",
        ANSWERS,
    ),
    bug(
        "429 counts as not applied, whatever the mode",
        "upload/verdict.py",
        "Meaning.NOT_APPLIED if capability.unique else Meaning.DOUBT",
        "Meaning.NOT_APPLIED",
        ANSWERS,
    ),
    bug(
        "every 406 means that the order is there",
        "upload/verdict.py",
        "    if says_duplicate(reply):\n",
        "    if reply.status == 406:\n        return Verdict(Meaning.APPLIED)\n"
        "    if says_duplicate(reply):\n",
        ANSWERS,
    ),
    bug(
        "a 406 that nobody understands is a refusal",
        "upload/verdict.py",
        'return Verdict(Meaning.UNCLEAR, "E516", facts)',
        'return Verdict(Meaning.REFUSED, "E516", facts)',
        ANSWERS,
    ),
    bug(
        "a 201 counts, whatever order it names",
        "upload/verdict.py",
        "    if echoed != number:\n",
        "    if not echoed:\n",
        ANSWERS,
    ),
    bug(
        "an undocumented success is a success",
        "upload/verdict.py",
        "    if status == 201:  # noqa: PLR2004\n        return _created(reply, number)\n",
        "    if 200 <= status <= 202:  # noqa: PLR2004\n        return _created(reply, number)\n",
        ANSWERS,
    ),
    bug(
        "a number that is taken is a success at the first attempt",
        "upload/verdict.py",
        "    Meaning.DUPLICATE: Event.DOUBT,\n",
        "    Meaning.DUPLICATE: Event.APPLIED,\n",
        f"{FAULTS}::test_an_order_that_stood_there_before_is_told_from_ours",
    ),
    bug(
        "doubt is sent again at once, and the refusal that follows counts",
        "upload/verdict.py",
        "    Meaning.DOUBT: Event.DOUBT,\n",
        "    Meaning.DOUBT: Event.NOT_APPLIED,\n",
        f"{FAULTS}::test_a_refusal_after_a_lost_success_does_not_count",
    ),
    swapped(
        "a lookup that failed found nothing",
        "upload/settle.py",
        (
            ("    if lookup.orders is None:\n", "    if lookup.orders is None and doubt.failures > 99:\n", 1),
            ("    found = len(lookup.orders)\n", "    found = len(lookup.orders or ())\n", 1),
        ),
        SETTLE,
    ),
    bug(
        "an absence counts before the window has passed",
        "upload/settle.py",
        "    if now < settled_at:\n",
        "    if now < doubt.last_sent:\n",
        SETTLE,
    ),
    bug(
        "one lookup is enough for an absence",
        "upload/settle.py",
        "    if doubt.nothing_found == 0:\n",
        "    if doubt.nothing_found < 0:\n",
        SETTLE,
    ),
    bug(
        "the first of several orders is taken",
        "upload/settle.py",
        "    if found > 1:\n",
        "    if found > 99:\n",
        SETTLE,
    ),
    bug(
        "the window is not kept in mode A",
        "upload/settle.py",
        "    return min(capability.settle_window, SHORT_WINDOW) if capability.unique else",
        "    return 0.0 if capability.unique else",
        SETTLE,
    ),
    bug(
        "an order that only resembles ours is ours",
        "target/client.py",
        "    return found is not None and str(found) == number\n",
        "    return found is not None and str(found).lower().startswith(number.lower())\n",
        f"{FAULTS}::test_a_lookup_filter_is_not_believed",
    ),
    bug(
        "only the first page of a lookup is read",
        "target/client.py",
        "            if not page.more:\n                return Lookup(tuple(found), requests=requests)\n",
        "            return Lookup(tuple(found), requests=requests)\n",
        f"{FAULTS}::test_a_lookup_filter_is_not_believed",
    ),
    bug(
        "what was found is not compared with what was sent",
        "runs/sending/sending.py",
        "differences(orjson.loads(order.body), lookup.orders[0]) if lookup.orders and found == 1 else []",
        "differences(orjson.loads(order.body), lookup.orders[0])[:0] if lookup.orders and found == 1 else []",
        f"{FAULTS}::test_an_order_that_stood_there_before_is_told_from_ours",
    ),
)

BYTES_AND_WIRE = (
    bug(
        "a retry sends other bytes",
        "runs/sending/sending.py",
        SEND,
        "            anew = orjson.dumps(orjson.loads(order.body), option=orjson.OPT_INDENT_2)\n"
        "            reply = await self._client.create(order.body if attempt == 1 else anew)\n",
        f"{FAULTS}::test_what_was_lost_is_sent_again_and_created_once",
    ),
    bug(
        "a retry sends another number",
        "runs/sending/sending.py",
        SEND,
        '            again = order.number if attempt == 1 else f"{order.number}-{attempt}"\n'
        "            body = order.body.replace(order.number.encode(), again.encode())\n"
        "            reply = await self._client.create(body)\n",
        f"{FAULTS}::test_what_was_lost_is_sent_again_and_created_once",
    ),
    bug(
        "redirects are followed",
        "target/aiohttp_transport.py",
        "allow_redirects=False",
        "allow_redirects=True",
        f"{WIRE}::test_a_redirect_is_an_answer_not_an_order",
    ),
    bug(
        "the environment may name a proxy",
        "target/aiohttp_transport.py",
        "trust_env=False",
        "trust_env=True",
        f"{WIRE}::test_the_environment_does_not_reach_in",
    ),
    bug(
        "an attempt has no deadline",
        "target/aiohttp_transport.py",
        "asyncio.timeout(self._limits.deadline)",
        "asyncio.timeout(99)",
        f"{WIRE}::test_the_deadline_cuts_every_slow_answer",
    ),
    bug(
        "a reset after the body is called a connect timeout",
        "target/aiohttp_transport.py",
        "    if isinstance(error, aiohttp.ClientConnectionResetError):\n"
        "        return httpx.WriteError(text)\n",
        "    if isinstance(error, aiohttp.ClientOSError | aiohttp.ServerDisconnectedError):\n"
        "        return httpx.ConnectTimeout(text)\n",
        f"{WIRE}::test_whatever_breaks_after_the_connection_is_in_doubt",
        f"{POINT}[B-C13-reset_after_commit]",
    ),
    bug(
        "the library may send a second time by itself",
        "target/aiohttp_transport.py",
        "            middlewares=(_send_once,),\n",
        "",
        f"{WIRE}::test_nothing_is_sent_twice_on_a_reused_connection",
    ),
    bug(
        "an answer that was left over is taken for the next one",
        "target/aiohttp_transport.py",
        "    return protocol is None or protocol.should_close\n",
        "    return protocol is None\n",
        f"{WIRE}::test_an_answer_nobody_asked_for_is_not_taken_for_the_next",
        f"{WIRE}::test_a_server_that_speaks_first_is_not_understood",
    ),
    bug(
        "an answer may be as large as it likes",
        "target/aiohttp_transport.py",
        "    if len(body) > limit:\n",
        "    if len(body) < 0:\n",
        f"{WIRE}::test_the_deadline_cuts_every_slow_answer",
        f"{WIRE}::test_whatever_breaks_after_the_connection_is_in_doubt",
    ),
    bug(
        "a cancelled request counts as never sent",
        "target/sender.py",
        "        except httpx.HTTPError as error:\n",
        '        except __import__("asyncio").CancelledError:\n'
        '            return NoAnswer(Wire.NEVER_SENT, "cancelled")\n'
        "        except httpx.HTTPError as error:\n",
        "tests/target/test_wire_faults.py::test_a_cancelled_order_is_nobody_s_answer",
    ),
    bug(
        "the headers of a request are logged",
        "target/sender.py",
        "        self.requests += 1\n",
        "        self.requests += 1\n"
        '        __import__("logging").getLogger("orderlift").debug("%s", list(request.headers.raw))\n',
        "tests/target/test_client.py::test_the_token_shows_nowhere",
    ),
)

ROWS_AND_REPORTS = (
    bug(
        "what is in flight is reported as created",
        "reporting/words/outcome.py",
        "    State.IN_FLIGHT: IN_DOUBT,  # silence means doubt\n",
        "    State.IN_FLIGHT: CREATED,\n",
        f"{RUNS}/test_runs_crashes.py::test_killed_after_the_target_took_the_order",
        "tests/reporting",
    ),
    bug(
        "items without an order are dropped",
        "assembly/two_files.py",
        "            joined.orphans.append((key, row))\n",
        "            continue\n",
        "tests/assembly",
    ),
    bug(
        "a number that has lost its digits is an order number",
        "assembly/key.py",
        "    if isinstance(cell, float) and not is_exact(cell):\n        return None\n",
        "    if isinstance(cell, float):\n        return str(cell)\n",
        "tests/assembly/test_assembly_key.py",
    ),
    bug(
        "of two orders with one number the last one wins",
        "runs/preparing/filling.py",
        "            for order_id, (tab, row), number in group:\n",
        "            for order_id, (tab, row), number in group[:-1]:\n",
        "tests/bad_input/test_bad_keys.py",
    ),
    bug(
        "a cell of a report may run as a formula",
        "reporting/masking/formula.py",
        '    return text if _HARMLESS(text) else _RISKY.sub("\'", text)\n',
        "    return text\n",
        "tests/reporting/test_reporting_formula.py",
    ),
    bug(
        "a report is written in place",
        "reporting/files/atomic.py",
        "        draft.replace(path)\n",
        "        path.write_bytes(draft.read_bytes())\n        draft.unlink()\n",
        "tests/reporting/test_reporting_atomic.py",
    ),
    bug(
        "sums that do not hold are not noticed",
        "runs/accounts/summing.py",
        "            if wanted != found\n",
        "            if wanted is None\n",
        "tests/runs/test_runs_summing.py",
    ),
)

BUGS = (*INTENTS_AND_JOURNAL, *ANSWERS_AND_DOUBTS, *BYTES_AND_WIRE, *ROWS_AND_REPORTS)
