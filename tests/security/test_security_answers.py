"""S28, S32: numbers of answers that are none, and a sealed run that somebody leads elsewhere."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_shop import Shop, assert_promises, number, open_shop, send_all, sending, table

from pipeline.model.refusal import JournalRefused
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Simulator


def test_a_number_that_is_none_never_becomes_an_id(tmp_path: Path) -> None:
    """Answers with NaN or five thousand digits are in doubt and looked up; the journal holds plain ids."""
    shop = open_shop(tmp_path, 4)
    with Simulator(faults={number(1): ["nan_json"], number(2): ["huge_integer"]}) as sim:
        result = send_all(shop, sim)
        assert_promises(result, sim)
    ids = [found for (found,) in table(result.journal, "SELECT remote_id FROM orders ORDER BY number")]
    assert result.summary.orders.created == 4
    assert all(found is None or (found.isdecimal() and len(found) < 20) for found in ids), ids


@pytest.mark.parametrize(
    ("before", "after"), [('"channel":5', '"channel":6'), ("http://127.0.0.1:9", "http://127.0.0.1:8")]
)
def test_a_sealed_run_cannot_be_led_to_another_channel(tmp_path: Path, before: str, after: str) -> None:
    """Target and channel are under the seal: a header that was edited is refused before anything is asked."""
    shop: Shop = open_shop(tmp_path, 2)
    planned = plan(shop.plan_request("http://127.0.0.1:9"), None, shop.places)
    with closing(sqlite3.connect(planned.journal)) as db:
        (header,) = db.execute("SELECT value FROM meta WHERE key = 'header'").fetchone()
        assert before in header
        db.execute("UPDATE meta SET value = ? WHERE key = 'header'", (header.replace(before, after),))
        db.commit()
    with pytest.raises(JournalRefused) as refused:
        resume(planned.run_id, sending(), shop.places)
    assert refused.value.issues[0].code in {"E611", "E616"}
