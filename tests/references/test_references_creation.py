"""What the answer to a creation means, and how one in doubt is settled."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.exchange import Answer, Complaint, NoAnswer, Reply, Wire
from pipeline.model.lookup import LookupKind
from pipeline.references.creation_doubt import (
    APersonDecides,
    LookAgain,
    SendAgain,
    Uncertain,
    settle,
)
from pipeline.references.creation_reply import (
    Created,
    Doubt,
    Exists,
    NotApplied,
    Outcome,
    Refused,
    Stop,
    judge,
)
from pipeline.references.resolution import (
    Ambiguous,
    Candidate,
    Found,
    Ignored,
    Missing,
    Resolution,
    Unanswered,
)

CUSTOMER = {"email": "a@x.example", "channel_code": "C1"}
ADDRESS = {"customer": 7, "line": "Örnek Sok. 1", "email": "a@x.example"}
HASH = "3170901918060382b3a07c4be90223a9"


def said(status: int, *complaints: tuple[str, str]) -> Answer:
    """An answer that complains."""
    found = tuple(Complaint((path,) if path else (), text) for path, text in complaints)
    return Answer(status, {}, {"code": "x"}, found)


@pytest.mark.parametrize(
    ("reply", "sent", "outcome"),
    [
        (Answer(201, {}, {"pk": 9, **CUSTOMER}), CUSTOMER, Created(9)),
        (Answer(201, {}, {"id": "9", "email": "A@X.example"}), CUSTOMER, Created(9)),
        (Answer(201, {}, {"pk": 9, "customer": {"pk": 7}, "line": "ÖRNEK SOK. 1"}), ADDRESS, Created(9)),
        (Answer(201, {}, {"pk": 9}), ADDRESS, Created(9)),
        (Answer(201, {}, {**CUSTOMER}), CUSTOMER, Doubt("201 without an id")),
        (Answer(201, {}, {"pk": 0}), CUSTOMER, Doubt("201 without an id")),
        (Answer(201, {}, None), CUSTOMER, Doubt("201 without an id")),
        (Answer(201, {}, {"pk": 9, "email": "b@x.example"}), CUSTOMER, "E506"),
        (Answer(201, {}, {"pk": 9, "customer": 8}), ADDRESS, "E506"),
        (Answer(201, {}, {"pk": 9, "line": "Other"}), ADDRESS, "E506"),
        (Answer(200, {}, {"pk": 9}), CUSTOMER, Doubt("answer 200")),
        (Answer(500), CUSTOMER, Doubt("answer 500")),
        (Answer(429, {"retry-after": "7"}), CUSTOMER, Doubt("answer 429", retry_after="7")),
        (Answer(401), CUSTOMER, "E501"),
        (Answer(403), CUSTOMER, "E502"),
        (Answer(404), CUSTOMER, "E503"),
        (said(404, ("", "Not found.")), CUSTOMER, "E503"),
        (said(404, ("city", "Not found.")), ADDRESS, Refused(404, "city: Not found.")),
        (Answer(308), CUSTOMER, "E504"),
        (NoAnswer(Wire.NEVER_SENT, "refused"), CUSTOMER, NotApplied("refused")),
        (NoAnswer(Wire.NEVER_SENT, "expired", certificate=True), CUSTOMER, "E505"),
        (NoAnswer(Wire.LOST, "reset"), CUSTOMER, Doubt("reset")),
        (Answer(425), CUSTOMER, NotApplied("answer 425")),
        (said(406, ("email", "This field must be unique.")), CUSTOMER, Exists(fields=("email",))),
        (
            said(400, ("", "Customer with this channel_code and channel already exists.")),
            CUSTOMER,
            Exists(fields=("channel_code",)),
        ),
        (Answer(406, {}, "Customer with this email already exists."), CUSTOMER, Exists(fields=("email",))),
        (said(406, ("", f"hash_data:{HASH} exists")), ADDRESS, Exists(HASH)),
        (said(400, ("hash_data", f"hash_data:{HASH}")), ADDRESS, Exists(HASH)),
        (Answer(400, {}, f"hash_data: {HASH}"), ADDRESS, Exists(HASH)),
        (said(406, ("", "duplicate address")), ADDRESS, Exists()),
        (Answer(406), ADDRESS, Doubt("answer 406 without a reason", refused=True)),
        (
            said(400, ("city", 'Invalid pk "9" - object does not exist.')),
            ADDRESS,
            Refused(400, 'city: Invalid pk "9" - object does not exist.'),
        ),
        (said(400, ("email", "Enter a valid email.")), CUSTOMER, Refused(400, "email: Enter a valid email.")),
    ],
)
def test_what_an_answer_means(reply: Reply, sent: dict[str, Any], outcome: Outcome | str) -> None:
    """Only 201 with an id is created, only words are a refusal, and what proves nothing is doubt."""
    found = judge(reply, sent)
    assert (found.code if isinstance(found, Stop) else found) == outcome


@given(
    st.integers(100, 599),
    st.one_of(st.none(), st.text(max_size=20), st.dictionaries(st.text(max_size=5), st.integers())),
    st.booleans(),
)
def test_no_answer_makes_it_raise_and_none_but_201_creates(status: int, data: Any, address: bool) -> None:
    """Whatever comes, and whatever it holds."""
    found = judge(Answer(status, {}, data), ADDRESS if address else CUSTOMER)
    assert isinstance(found, Created) <= (status == 201)


WINDOW = 100.0
SENT = Uncertain(LookupKind.CUSTOMER, last_sent=1000.0)
HOME = Uncertain(LookupKind.ADDRESS, last_sent=1000.0)
LOOKED = Uncertain(LookupKind.CUSTOMER, last_sent=1000.0, nothing_found=1)


@pytest.mark.parametrize(
    ("uncertain", "seen", "now", "wanted"),
    [
        (SENT, Found(7), 1000.0, Found(7)),
        (SENT, Missing(), 1000.0, LookAgain(1100.0)),
        (LOOKED, Missing(), 1099.0, LookAgain(1100.0)),
        (SENT, Missing(), 1100.0, LookAgain(1101.0)),
        (LOOKED, Missing(), 1100.0, SendAgain()),
        (SENT, Unanswered("answer 500", 500), 2000.0, LookAgain(2001.0)),
        (SENT, Ignored(), 2000.0, "E349"),
        (HOME, Ignored(), 2000.0, "E349"),
        (Uncertain(LookupKind.ADDRESS, 1000.0, hash_seen=True), Ignored(), 1099.0, LookAgain(1100.0)),
        (Uncertain(LookupKind.ADDRESS, 1000.0, hash_seen=True), Ignored(), 1100.0, SendAgain()),
        (Uncertain(LookupKind.ADDRESS, 1000.0, hash_seen=True, refused=True), Ignored(), 1100.0, "E349"),
        (SENT, Ambiguous((Candidate(1), Candidate(2))), 1000.0, "E343"),
        (Uncertain(LookupKind.CUSTOMER, 1000.0, nothing_found=1, refused=True), Missing(), 1100.0, "E346"),
    ],
)
def test_how_a_creation_in_doubt_is_settled(
    uncertain: Uncertain, seen: Resolution, now: float, wanted: object
) -> None:
    """Found is taken; absence counts after two looks and the window; all else waits or goes to a person."""
    found = settle(uncertain, seen, now, WINDOW)
    assert (found.code if isinstance(found, APersonDecides) else found) == wanted


@given(
    kind=st.sampled_from([LookupKind.CUSTOMER, LookupKind.ADDRESS]),
    looks=st.integers(0, 3),
    failures=st.integers(0, 100),
    flags=st.tuples(st.booleans(), st.booleans()),
    seen=st.sampled_from([Missing(), Ignored(), Unanswered("x"), Found(1), Ambiguous(())]),
    now=st.floats(1000, 5000),
)
def test_nothing_is_sent_again_before_the_window_or_after_a_look_that_failed(  # noqa: PLR0917
    kind: LookupKind,
    looks: int,
    failures: int,
    flags: tuple[bool, bool],
    seen: Resolution,
    now: float,
) -> None:
    """The one rule that keeps a customer from standing there twice."""
    uncertain = Uncertain(kind, 1000.0, looks, failures, *flags)
    found = settle(uncertain, seen, now, WINDOW)
    if isinstance(found, SendAgain):
        assert now >= 1000.0 + WINDOW
        assert not flags[0]
        assert isinstance(seen, Missing) or (seen == Ignored() and kind is LookupKind.ADDRESS and flags[1])
    if isinstance(found, LookAgain):
        assert found.at > now or found.at == 1100.0
