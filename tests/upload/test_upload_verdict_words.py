"""What a verdict hands on word for word: to the journal, to the messages, to whoever watches the service."""

import pytest

from pipeline.model.capability import Capability
from pipeline.model.exchange import Answer, Complaint, NoAnswer, Reply, Wire
from pipeline.upload.verdict import Meaning, Stop, Verdict, complaints_text, judge

B = Capability()
NO = (Complaint(("amount",), "No."),)
LATER = {"retry-after": "7"}
D, N, R = Meaning.DOUBT, Meaning.NOT_APPLIED, Meaning.REFUSED


def test_what_the_journal_stores_keeps_its_names() -> None:
    """A journal of today is read tomorrow, and a stop is named by the code that explains it."""
    assert {meaning.name: meaning.value for meaning in Meaning} == {
        "APPLIED": "applied",
        "REFUSED": "refused",
        "DUPLICATE": "duplicate",
        "NOT_APPLIED": "not_applied",
        "DOUBT": "doubt",
        "UNCLEAR": "unclear",
    }
    assert {stop.name: stop.value for stop in Stop} == {
        "NOT_AUTHORISED": "E501",
        "FORBIDDEN": "E502",
        "NO_SUCH_CHANNEL": "E503",
        "REDIRECTED": "E504",
        "CERTIFICATE": "E505",
        "CROSSED_ANSWER": "E506",
    }


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (
            NoAnswer(Wire.NEVER_SENT, "who?", certificate=True),
            Verdict(N, "E505", {"reason": "who?"}, Stop.CERTIFICATE),
        ),
        (NoAnswer(Wire.NEVER_SENT, "refused"), Verdict(N, "E525", {"reason": "refused"}, unwell=True)),
        (NoAnswer(Wire.LOST, "reset"), Verdict(D, "E521", {"reason": "reset"}, unwell=True)),
        (Answer(201, {}, {"number": "A", "pk": 7}), Verdict(Meaning.APPLIED, remote_id="7")),
        (Answer(201, {}, {}), Verdict(D, "E521", {"reason": "201 without an order in it"}, unwell=True)),
        (Answer(201, {}, {"number": "B"}), Verdict(D, "E506", {"echoed": "B"}, Stop.CROSSED_ANSWER)),
        (Answer(307), Verdict(N, "E504", {"status": 307}, Stop.REDIRECTED)),
        (Answer(303), Verdict(D, "E504", {"status": 303}, Stop.REDIRECTED)),
        (Answer(400, complaints=NO), Verdict(R, "E511", {"status": 400, "complaints": "amount: No."})),
        (Answer(406, complaints=NO), Verdict(R, "E512", {"status": 406, "complaints": "amount: No."})),
        (Answer(406), Verdict(Meaning.UNCLEAR, "E516", {"status": 406, "complaints": ""})),
        (Answer(413), Verdict(N, "E522", {"status": 413, "complaints": ""}, unwell=True)),
        (
            Answer(404, complaints=(Complaint(("order", "x"), "No."),)),
            Verdict(R, "E511", {"status": 404, "complaints": "order.x: No."}),
        ),
        (
            Answer(404, complaints=(Complaint(("order_item", 0), "No."),)),
            Verdict(R, "E511", {"status": 404, "complaints": "order_item[0]: No."}),
        ),
        (
            Answer(404, complaints=NO),
            Verdict(N, "E503", {"complaints": "amount: No."}, Stop.NO_SUCH_CHANNEL),
        ),
        (Answer(425), Verdict(N, "E522", {"status": 425}, unwell=True)),
        (Answer(429, LATER), Verdict(D, "E524", unwell=True, retry_after="7")),
        (
            Answer(299),
            Verdict(D, "E521", {"reason": "undocumented success 299"}, unwell=True),
        ),
        (Answer(300), Verdict(D, "E521", {"reason": "answer 300"}, unwell=True)),
        (Answer(503, LATER), Verdict(D, "E521", {"reason": "answer 503"}, unwell=True, retry_after="7")),
    ],
)
def test_a_verdict_is_this_and_nothing_else(reply: Reply, wanted: Verdict) -> None:
    """Meaning, code, facts, stop, the service's health and the pause it asks for, all at once."""
    assert judge(reply, "A", B) == wanted


@pytest.mark.parametrize(("count", "ending"), [(10, "9: No."), (11, "9: No.; and 1 more")])
def test_ten_complaints_are_told_and_the_others_counted(count: int, ending: str) -> None:
    """Exactly ten need no remark."""
    complaints = tuple(Complaint((f"f{place}",), "No.") for place in range(count))
    assert complaints_text(Answer(400, complaints=complaints)).endswith(ending)
