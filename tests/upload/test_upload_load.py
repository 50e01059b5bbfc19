"""What the pace makes of an answer."""

import pytest

from pipeline.model.exchange import Answer, Complaint, NoAnswer, Reply, Wire
from pipeline.upload.load import Load, headers_about_time, load_in

COMPLAINT = (Complaint(("order", "amount"), "invalid"),)


@pytest.mark.parametrize(
    ("reply", "load"),
    [
        (Answer(201), Load.FINE),
        (Answer(401), Load.FINE),
        (Answer(404), Load.FINE),
        (Answer(406), Load.FINE),
        (Answer(400, complaints=COMPLAINT), Load.FINE),
        (Answer(400), Load.FAILED),
        (Answer(408), Load.FAILED),
        (Answer(429), Load.TOO_MANY),
        (Answer(500), Load.FAILED),
        (Answer(503), Load.FAILED),
        (NoAnswer(Wire.LOST, "reset"), Load.FAILED),
        (NoAnswer(Wire.NEVER_SENT, "refused"), Load.FAILED),
        (NoAnswer(Wire.NEVER_SENT, "self-signed", certificate=True), Load.FINE),
    ],
)
def test_which_answers_speak_of_load(reply: Reply, load: Load) -> None:
    """A judgement on an order says nothing of the load; silence, failures and "too many" do."""
    assert load_in(reply) is load


def test_only_an_answer_about_load_may_ask_for_a_pause() -> None:
    """A 201 with Retry-After, or a refusal, holds nobody."""
    headers = {"retry-after": "3", "date": "now"}
    assert headers_about_time(Answer(503, headers)) == ("3", "now")
    assert headers_about_time(Answer(401, headers)) == (None, None)
    assert headers_about_time(NoAnswer(Wire.LOST, "reset")) == (None, None)
