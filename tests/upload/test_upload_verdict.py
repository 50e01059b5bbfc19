"""What an answer means: every status against every body, and nothing ambiguous is ever called safe."""

from typing import Any

import orjson
import pytest

from pipeline.model.capability import Capability
from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.model.states import Event
from pipeline.target.complaints import complaints_in
from pipeline.upload.verdict import Meaning, Stop, complaints_text, event_of, judge

NUMBER = "A-17"
A, B = Capability(unique=True), Capability()

BODIES: dict[str, Any] = {
    "order": {"number": NUMBER, "pk": 7},
    "other order": {"number": "A-18", "pk": 8},
    "no number": {"pk": 9},
    "null number": {"number": None},
    "nested": {"order": {"customer": ["Invalid pk."]}, "order_item": [{}, {"product": ["Invalid pk."]}]},
    "flat": {"amount": ["A valid number is required."], "code": "orders_100_1"},
    "list": {"non_field_errors": ["The order cannot be accepted."], "code": "orders_100_3"},
    "string": {"non_field_errors": "The order cannot be accepted."},
    "detail": {"detail": "Not found."},
    "duplicate": {"non_field_errors": ["Order with this number already exists."]},
    "json string": "already exists",
    "json list": [{"number": NUMBER}],
    "empty object": {},
    "only a code": {"code": "x"},
    "html": None,
}
SPEAKING = {"order", "other order", "no number", "nested", "flat", "list", "string", "detail", "duplicate"}
JUDGED = {400, 406, 409, 413, 414, 415, 422, 431}
NOT_PROCESSED = {301, 307, 308, 401, 403, 404, 425}


def answer(status: int, data: Any, headers: dict[str, str] | None = None) -> Answer:
    """Give an answer as the client makes it from a body that is JSON (or `None`)."""
    if data is not None:
        data = orjson.loads(orjson.dumps(data))
    return Answer(status, headers or {}, data, complaints_in(data) if status >= 400 else ())


@pytest.mark.parametrize("capability", [A, B], ids=["A", "B"])
@pytest.mark.parametrize("body", BODIES)
def test_nothing_ambiguous_is_ever_called_safe(body: str, capability: Capability) -> None:
    """Over all statuses 200 to 599: applied, refused and not applied only where that is proven."""
    data = BODIES[body]
    for status in range(200, 600):
        verdict = judge(answer(status, data), NUMBER, capability)
        if verdict.meaning is Meaning.APPLIED:
            assert (status, body) == (201, "order")
        elif verdict.meaning in (Meaning.REFUSED, Meaning.DUPLICATE):
            assert status in JUDGED | {404}
            assert body in SPEAKING
            assert status != 404 or body == "nested"
        elif verdict.meaning is Meaning.NOT_APPLIED:
            assert status in NOT_PROCESSED | JUDGED or (status == 429 and capability.unique)
            assert status not in JUDGED or body not in SPEAKING
        elif verdict.meaning is Meaning.UNCLEAR:
            assert status == 406
            assert body not in SPEAKING
        else:
            assert verdict.meaning is Meaning.DOUBT


@pytest.mark.parametrize("capability", [A, B], ids=["A", "B"])
def test_server_errors_and_undocumented_successes_are_doubt(capability: Capability) -> None:
    """408, every 5xx and every 2xx but 201 may hide an order, whatever their bodies say, in both modes."""
    doubtful = [200, *range(202, 300), 302, 303, 408, *range(500, 600)]
    for status in doubtful:
        for data in BODIES.values():
            assert judge(answer(status, data), NUMBER, capability).meaning is Meaning.DOUBT, status


@pytest.mark.parametrize(
    ("reply", "meaning", "stop", "code"),
    [
        (NoAnswer(Wire.NEVER_SENT, "refused"), Meaning.NOT_APPLIED, None, "E525"),
        (NoAnswer(Wire.LOST, "reset"), Meaning.DOUBT, None, "E521"),
        (NoAnswer(Wire.NEVER_SENT, "unknown issuer", True), Meaning.NOT_APPLIED, Stop.CERTIFICATE, "E505"),
        (answer(201, {"number": NUMBER}), Meaning.APPLIED, None, None),
        (answer(201, {"number": "A-18"}), Meaning.DOUBT, Stop.CROSSED_ANSWER, "E506"),
        (answer(201, {"number": "a-17"}), Meaning.DOUBT, Stop.CROSSED_ANSWER, "E506"),
        (answer(201, {"number": "A-17 "}), Meaning.DOUBT, Stop.CROSSED_ANSWER, "E506"),
        (answer(201, None), Meaning.DOUBT, None, "E521"),
        (answer(201, {}), Meaning.DOUBT, None, "E521"),
        (answer(301, None), Meaning.NOT_APPLIED, Stop.REDIRECTED, "E504"),
        (answer(302, None), Meaning.DOUBT, Stop.REDIRECTED, "E504"),
        (answer(303, None), Meaning.DOUBT, Stop.REDIRECTED, "E504"),
        (answer(307, None), Meaning.NOT_APPLIED, Stop.REDIRECTED, "E504"),
        (answer(308, None), Meaning.NOT_APPLIED, Stop.REDIRECTED, "E504"),
        (answer(400, BODIES["nested"]), Meaning.REFUSED, None, "E511"),
        (answer(400, None), Meaning.NOT_APPLIED, None, "E522"),
        (answer(401, BODIES["detail"]), Meaning.NOT_APPLIED, Stop.NOT_AUTHORISED, "E501"),
        (answer(403, None), Meaning.NOT_APPLIED, Stop.FORBIDDEN, "E502"),
        (answer(404, BODIES["detail"]), Meaning.NOT_APPLIED, Stop.NO_SUCH_CHANNEL, "E503"),
        (answer(404, None), Meaning.NOT_APPLIED, Stop.NO_SUCH_CHANNEL, "E503"),
        (answer(404, {"detail": "Product not found."}), Meaning.REFUSED, None, "E511"),
        (answer(404, {"detail": "Ürün bulunamadı."}), Meaning.REFUSED, None, "E511"),
        (answer(404, {"detail": "Channel not found."}), Meaning.NOT_APPLIED, Stop.NO_SUCH_CHANNEL, "E503"),
        (answer(406, BODIES["list"]), Meaning.REFUSED, None, "E512"),
        (answer(406, BODIES["duplicate"]), Meaning.DUPLICATE, None, "E514"),
        (answer(406, None), Meaning.UNCLEAR, None, "E516"),
        (answer(406, {}), Meaning.UNCLEAR, None, "E516"),
        (answer(408, None), Meaning.DOUBT, None, "E521"),
        (answer(425, None), Meaning.NOT_APPLIED, None, "E522"),
        (answer(503, None), Meaning.DOUBT, None, "E521"),
    ],
)
def test_what_each_answer_means(reply: Reply, meaning: Meaning, stop: Stop | None, code: str | None) -> None:
    """One line per kind of answer: what it proves, whether the run stops, and how it is called."""
    verdict = judge(reply, NUMBER, B)
    assert (verdict.meaning, verdict.stop, verdict.code) == (meaning, stop, code)


def test_too_many_requests_is_proof_only_where_sending_twice_is_harmless() -> None:
    """429 counts as not processed in mode A; in mode B the order is looked up before it is sent again."""
    reply = answer(429, BODIES["detail"], {"retry-after": "3"})
    assert judge(reply, NUMBER, A).meaning is Meaning.NOT_APPLIED
    assert judge(reply, NUMBER, B).meaning is Meaning.DOUBT
    assert judge(reply, NUMBER, B).retry_after == "3"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_pause_that_a_failing_server_asks_for_is_passed_on(status: int) -> None:
    """Retry-After is honoured on server errors too."""
    verdict = judge(answer(status, None, {"retry-after": "7"}), NUMBER, B)
    assert (verdict.retry_after, verdict.unwell) == ("7", True)


def test_refusals_do_not_speak_of_the_service() -> None:
    """A judgement on an order neither opens the breaker nor slows the run; trouble of the service does."""
    well = [judge(answer(400, BODIES["flat"]), NUMBER, B), judge(answer(406, BODIES["list"]), NUMBER, B)]
    unwell = [judge(answer(status, None), NUMBER, B) for status in (400, 408, 429, 500, 503)]
    assert [verdict.unwell for verdict in well] == [False] * 2
    assert [verdict.unwell for verdict in unwell] == [True] * 5


@pytest.mark.parametrize(
    ("data", "identity"),
    [
        ({"number": NUMBER, "pk": 7}, "7"),
        ({"number": NUMBER, "id": "x"}, "x"),
        ({"number": NUMBER}, None),
        ({"number": NUMBER, "pk": 1.5}, None),
        ({"number": NUMBER, "pk": [1]}, None),
    ],
)
def test_the_id_of_a_created_order_is_kept_where_there_is_one(data: Any, identity: str | None) -> None:
    """The documented sample has none, the real answers have `pk`."""
    assert judge(answer(201, data), NUMBER, B).remote_id == identity


def test_only_doubt_becomes_doubt() -> None:
    """Each meaning moves an order one way, and a refusal as duplicate is looked up before it counts."""
    assert {meaning: event_of(meaning) for meaning in Meaning} == {
        Meaning.APPLIED: Event.APPLIED,
        Meaning.REFUSED: Event.REFUSED,
        Meaning.DUPLICATE: Event.DOUBT,
        Meaning.NOT_APPLIED: Event.NOT_APPLIED,
        Meaning.DOUBT: Event.DOUBT,
        Meaning.UNCLEAR: Event.MISMATCH,
    }


def test_complaints_fit_on_one_line_and_name_their_places() -> None:
    """Nested complaints are flattened, control characters escaped, and too many are counted."""
    data = {"order": {"customer": ["Bad\x1b[2J\npk."]}, "order_item": [{}, {"product": ["Gone."]}]}
    text = complaints_text(answer(400, data))
    assert text == "order.customer: Bad\\u001b[2J\\u000apk.; order_item[1].product: Gone."
    many = answer(400, {f"f{place}": ["no"] for place in range(13)})
    assert complaints_text(many).endswith("f9: no; and 3 more")
